"""NVIDIA's vid2vid of 2018, generators of films from label maps, a file a scale; and the few-shot one of 2019."""

from __future__ import annotations

from models.checkpoints.families.finding import Finding, indices, rows_of
from models.checkpoints.outline import Outline, Tensors

_STEMS = ("model_down_seg", "model_down_img", "model_final_img")


def vid2vid(outline: Outline) -> Finding | None:
    """G0 (composite, the coarsest scale) or G1 and on (compositeLocal, which refine it)."""
    tensors = outline.tensors("")
    if not all(f"{stem}.1.weight" in tensors for stem in _STEMS):
        return None
    coarse = any(name.startswith("model_res_img.") for name in tensors) or "model_down_seg.7.weight" in tensors
    labels, frames = rows_of(tensors, "model_down_seg.1.weight", 1), rows_of(tensors, "model_down_img.1.weight", 1)
    return Finding(
        family="vid2vid",
        title=f"vid2vid of 2018, {'G0, the coarsest scale' if coarse else 'G1, which refines a coarser scale'}",
        sizes={
            "channels of labels": str(labels),
            "channels of previous frames": str(frames),
            "first width": str(rows_of(tensors, "model_down_seg.1.weight")),
            "residual blocks": str(_blocks(tensors)),
            "flow": "yes" if any(name.startswith("model_final_flow.") for name in tensors) else "no",
            "foreground by itself": "yes" if "indv_down.1.weight" in tensors else "no",
            "normalisation": _normalisation(tensors),
        },
        remark="it makes films from label maps; keep those of all scales side by side: …_net_G0.pth, …_net_G1.pth",
    )


def few_shot(outline: Outline) -> Finding | None:
    """The few-shot vid2vid of 2019, as NVIDIA's imaginaire keeps it: `net_G`, behind 'module.' where it was shared."""
    group = "net_G" if "net_G" in outline.groups else ""
    tensors = {name.removeprefix("module."): held for name, held in outline.tensors(group).items()}
    first = "weight_generator.ref_img_first."
    if not any(name.startswith(first) for name in tensors):
        return None
    sizes = indices(tensors, "weight_generator.ref_img_down_")
    return Finding(
        family="few-shot-vid2vid",
        title="few-shot vid2vid of 2019, from imaginaire",
        group=group,
        sizes={
            "halvings": str(len(sizes)),
            "attention over references": _said(any(".attention_module." in name for name in tensors)),
            "flow of the references": _said(any(name.startswith("flow_network_ref.") for name in tensors)),
        },
        remark="it cannot be used here: its generated 3x3 convolutions, attention a place, spectral norm and flow "
        "networks are not those of film:few-shot; train that one on pictures of yours with `training.few_shot`",
    )


def _said(there: bool) -> str:
    return "yes" if there else "no"


def _blocks(tensors: Tensors) -> int:
    """Residual blocks on the way of the picture."""
    return sum(
        f"{stem}.{index}.conv_block.1.weight" in tensors
        for stem in ("model_down_seg", "model_res_img", "model_up_img")
        for index in indices(tensors, f"{stem}.")
    )


def _normalisation(tensors: Tensors) -> str:
    if "model_down_seg.2.weight" in tensors:
        return "batch"
    return "instance, with statistics kept" if "model_down_seg.2.running_mean" in tensors else "instance"
