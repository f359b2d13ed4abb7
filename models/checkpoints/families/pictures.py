"""Networks that look at pictures, and small ones that make them."""

from __future__ import annotations

from models.checkpoints.families.finding import Finding, described, indices, rank_of, rows_of, with_ends
from models.checkpoints.outline import Outline

_VGG_LAYERS = {
    "VGG16": (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28),
    "VGG19": (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34),
}


def vgg(outline: Outline) -> Finding | None:
    """VGG16 or VGG19 by torchvision's names, with or without its classes."""
    tensors = outline.tensors("state_dict", "")
    found = tuple(place for place in indices(tensors, "features.") if rank_of(tensors, f"features.{place}.weight") == 4)
    if found[:3] != (0, 2, 5) or rows_of(tensors, "features.0.weight") != 64:
        return None
    kind = "VGG19" if 34 in found or 16 in found else "VGG16"
    return Finding(
        family=kind.lower(),
        title=f"{kind}, a classifier of ImageNet's pictures (torchvision's names)",
        use="features for style transfer and for judging likeness",
        command="hibari models pull features:vgg16" if kind == "VGG16" else "",
        sizes={"convolutions": str(len(found)), "classes": str(rows_of(tensors, "classifier.6.weight"))},
        wanted=with_ends(f"features.{place}" for place in _VGG_LAYERS[kind]),
        ignored=("classifier.",),
        remark="Hibari's own VGG16 comes by the command; this file itself is not taken in",
    )


def likeness(outline: Outline) -> Finding | None:
    """LPIPS: slices of a classifier and a linear head for each."""
    tensors = outline.tensors("")
    if "lin0.model.1.weight" not in tensors or "scaling_layer.shift" not in tensors:
        return None
    tolerant = any(name.endswith(".filt") for name in tensors)
    deep = "net.slice1.2.weight" in tensors
    return Finding(
        family="lpips",
        title=f"LPIPS on {'VGG16' if deep else 'AlexNet'}{', tolerant of shifts' if tolerant else ''}",
        use="judging likeness; features for style transfer" if deep else "judging likeness",
        command="hibari models pull features:vgg16" if deep else "",
        sizes={"slices": str(len(indices(tensors, "net.slice")))},
        remark="Hibari's own comes by the command; this file itself is not taken in" if deep else "",
    )


def dcgan(outline: Outline) -> Finding | None:
    """A DCGAN generator: transposed 4 x 4 convolutions in a row, from z up to a picture."""
    for group in ("", *outline.groups):
        tensors = outline.groups.get(group, {})
        rows = [(name, tensor.shape) for name, tensor in tensors.items() if len(tensor.shape) == 4]
        chained = all(before[1][1] == after[1][0] for before, after in zip(rows, rows[1:], strict=False))
        if not 3 <= len(rows) <= 10 or not chained or any(shape[2:] != (4, 4) for _, shape in rows):
            continue
        if rows[-1][1][1] not in (1, 3) or rows[0][1][0] < rows[0][1][1] // 16:
            continue
        return Finding(
            family="dcgan",
            title="DCGAN generator (Radford et al., 2015)",
            group=group,
            resolution_px=4 << (len(rows) - 1),
            sizes={"z": str(rows[0][1][0]), "feature maps": described(shape[1] for _, shape in rows)},
            remark="recognised, but not used: its pictures are small and not of works; bring a StyleGAN2 for covers",
        )
    return None


def squeezenet(outline: Outline) -> Finding | None:
    """SqueezeNet by torchvision's names, or our own file of it."""
    tensors = outline.tensors("")
    ours = outline.metadata.get("network") == "squeezenet-1.1"
    if not ours and "features.3.squeeze.weight" not in tensors:
        return None
    return Finding(
        family="squeezenet",
        title="SqueezeNet, a small classifier of ImageNet's pictures",
        use="features that distances between sets of pictures are measured in",
        remark="it comes with Hibari as features:squeezenet" if ours else "Hibari comes with its own",
    )


def singan(outline: Outline) -> Finding | None:
    """SinGAN's lists of whole pickled networks (Gs.pth), and our own scales."""
    if outline.metadata.get("format") == "hibari-singan-1":
        return Finding(
            "singan-hibari",
            "a scale of a SinGAN by Hibari",
            use="variations of the one picture it was trained on",
            remark="it belongs to the folder it lies in: name that folder",
        )
    classes = [name for name in outline.names if name.rpartition(".")[2] in _SINGAN_CLASSES]
    if not classes:
        return None
    return Finding(
        "singan-modules",
        "SinGAN networks pickled whole (Gs.pth), by the published program",
        remark=f"it holds {', '.join(classes[:3])} as objects with behaviour, which are never made: train your picture "
        "anew with Hibari's SinGAN",
    )


_SINGAN_CLASSES = frozenset({"GeneratorConcatSkip2CleanAdd", "WDiscriminator"})
