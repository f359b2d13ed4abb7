"""Formats that are known by their first bytes and are not read here, or elsewhere."""

from __future__ import annotations

from models.checkpoints.families.finding import Finding
from models.checkpoints.outline import Outline

_KNOWN: dict[str, tuple[str, str, str, str]] = {
    "HDF5": ("hdf5", "HDF5 file, as Keras writes it", "", "not read: save the weights as safetensors"),
    "ONNX": (
        "onnx",
        "ONNX program",
        "",
        "not taken in: it is a program for another engine; bring the weights it came from",
    ),
    "GGUF": (
        "gguf",
        "GGUF file of llama.cpp",
        "",
        "not taken in by itself: bring the model as a folder with safetensors",
    ),
    "ncnn network": (
        "ncnn",
        "ncnn network (.param); its numbers are in the .bin of the same name",
        "enlarging pictures, if it is one of Real-ESRGAN's",
        "those of Real-ESRGAN come by themselves: hibari models pull upscale:compact",
    ),
    "ncnn numbers": (
        "ncnn",
        "ncnn numbers (.bin); what they mean is in the .param of the same name",
        "enlarging pictures, if it is one of Real-ESRGAN's",
        "those of Real-ESRGAN come by themselves: hibari models pull upscale:compact",
    ),
    "tar": (
        "tar",
        "tar archive",
        "",
        "torch wrote such files before 2017: unpack it, or save the weights as safetensors",
    ),
    "zip": ("zip", "zip archive that torch did not write", "", "unpack it and inspect what is inside"),
}


def other_format(outline: Outline) -> Finding | None:
    """A file of a format of its own."""
    known = _KNOWN.get(outline.form)
    if known is None:
        return None
    family, title, use, remark = known
    return Finding(family, title, use=use, remark=remark)


def torchscript(outline: Outline) -> Finding | None:
    """A program that torch compiled."""
    if "TorchScript" not in outline.refusal:
        return None
    return Finding(
        "torchscript",
        "TorchScript program",
        remark="it holds code beside weights, none of which is run: bring a state_dict",
    )


def whole_networks(outline: Outline) -> Finding | None:
    """A pickle of networks as objects."""
    classes = [name for name in outline.names if name.startswith("torch.nn.modules.") or name.startswith("__main__.")]
    if not outline.refusal or not classes:
        return None
    return Finding(
        "pickled-modules",
        "whole networks pickled as objects",
        remark=f"it names {', '.join(classes[:4])}: objects are never made; save its state_dict() instead",
    )


def plain_weights(outline: Outline) -> Finding | None:
    """Tensors of a network that no other recogniser knows."""
    if outline.refusal or not any(outline.groups.values()):
        return None
    group = max(outline.groups, key=lambda name: sum(tensor.count for tensor in outline.groups[name].values()))
    return Finding("unknown-weights", "weights of a network that is not known here", group=group)
