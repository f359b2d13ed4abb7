"""NVIDIA's vid2vid of 2018: generators of films from label maps, a file for each scale."""

from __future__ import annotations

from models.checkpoints.families.finding import Finding, rows_of
from models.checkpoints.outline import Outline

_STEMS = ("model_down_seg", "model_down_img", "model_up_img", "model_final_img")


def vid2vid(outline: Outline) -> Finding | None:
    """G0 (composite, the coarsest scale) or G1 and on (compositeLocal, which refine it)."""
    tensors = outline.tensors("")
    if not all(f"{stem}.1.weight" in tensors for stem in _STEMS if stem != "model_up_img"):
        return None
    coarse = any(name.startswith("model_res_img.") for name in tensors)
    labels, frames = rows_of(tensors, "model_down_seg.1.weight", 1), rows_of(tensors, "model_down_img.1.weight", 1)
    batch = any(name.endswith(".running_mean") for name in tensors)
    return Finding(
        family="vid2vid",
        title=f"vid2vid of 2018, {'G0, the coarsest scale' if coarse else 'G1, which refines a coarser scale'}",
        sizes={
            "channels of labels": str(labels),
            "channels of previous frames": str(frames),
            "first width": str(rows_of(tensors, "model_down_seg.1.weight")),
            "flow": "yes" if any(name.startswith("model_final_flow.") for name in tensors) else "no",
            "normalisation": "batch" if batch else "instance",
        },
        remark="it makes films from label maps; keep those of all scales side by side: …_net_G0.pth, …_net_G1.pth",
    )
