"""Reads weights in the format of ncnn: a text of layers (`.param`) and their numbers one after the other (`.bin`).

Only what upscalers use is read: 3x3 convolutions (a tag, float16 weights in the order output, input, height, width,
padded to four bytes, then the float32 bias) and PReLU (float32 slopes, no tag). The text is checked to describe the
network that the numbers are put into; every byte has to be used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import CheckpointError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MAGIC = "7767517"
_FLOAT16_TAG = 0x01306B47
_MAX_TEXT_BYTES, _MAX_BIN_BYTES, _MAX_LAYERS, _MAX_CHANNELS = 1 << 20, 1 << 28, 4096, 4096
_COUNT, _KERNEL, _PADDING, _HAS_BIAS, _WEIGHTS, _ACTIVATION = "0", "1", "4", "5", "6", "9"
_LEAKY = "-23310"


@dataclass(frozen=True)
class NcnnLayer:
    """A layer of the text: what it is, what it is called, and its settings by number."""

    kind: str
    name: str
    settings: dict[str, str]

    def whole(self, key: str, default: int = 0) -> int:
        """A setting as a whole number in 0..2^31.

        Raises:
            CheckpointError: it is none.
        """
        text = self.settings.get(key, str(default))
        if not (text.isascii() and text.isdigit()) or len(text) > 10:
            raise CheckpointError(f"layer {self.name[:40]} has {key}={text[:20]!r}; a whole number was expected")
        return int(text)


@dataclass(frozen=True)
class NcnnConvolution:
    """A convolution: weights [outputs, inputs, 3, 3], bias [outputs], and the slope of a leaky ReLU after it."""

    weight: NDArray[np.float16]
    bias: NDArray[np.float32]
    leaky: float | None


@dataclass(frozen=True)
class NcnnSlopes:
    """A PReLU: its slopes [channels]."""

    slopes: NDArray[np.float32]


def read_layers(text_file: Path) -> list[NcnnLayer]:
    """The layers that a `.param` names, in its order.

    Raises:
        CheckpointError: it is no such text, or beyond 1 MiB or 4096 layers.
    """
    if text_file.stat().st_size > _MAX_TEXT_BYTES:
        raise CheckpointError(f"{text_file.name} is longer than {_MAX_TEXT_BYTES} bytes: no list of ncnn layers")
    try:
        lines = text_file.read_text(encoding="ascii").split("\n")
    except UnicodeDecodeError as error:
        raise CheckpointError(f"{text_file.name} is no list of ncnn layers: it is not ASCII") from error
    rows = [line.split() for line in lines if line.strip()]
    if len(rows) < 2 or rows[0] != [_MAGIC] or not 0 < len(rows) - 2 <= _MAX_LAYERS:
        raise CheckpointError(
            f"{text_file.name} is no list of ncnn layers: {_MAGIC} is expected first, then 1-{_MAX_LAYERS} layers"
        )
    if rows[1][0] != str(len(rows) - 2):
        raise CheckpointError(f"{text_file.name} says {rows[1][0][:12]} layers and lists {len(rows) - 2}: damaged")
    return [_layer(row, text_file.name) for row in rows[2:]]


def _layer(row: Sequence[str], file: str) -> NcnnLayer:
    if len(row) < 4 or not (row[2].isdigit() and row[3].isdigit()):
        raise CheckpointError(f"{file}: {' '.join(row)[:60]!r} is no layer")
    settings = row[4 + int(row[2]) + int(row[3]) :] if len(row[2]) + len(row[3]) < 8 else []
    pairs = [item.partition("=") for item in settings]
    return NcnnLayer(row[0], row[1], {key: value for key, _, value in pairs})


def read_weights(layers: Sequence[NcnnLayer], numbers_file: Path) -> list[NcnnConvolution | NcnnSlopes]:
    """What the convolutions and PReLUs among the layers hold, in their order.

    Raises:
        CheckpointError: the file does not hold exactly their numbers.
    """
    if numbers_file.stat().st_size > _MAX_BIN_BYTES:
        raise CheckpointError(f"{numbers_file.name} is longer than {_MAX_BIN_BYTES} bytes: no upscaler's weights")
    stream = _Numbers(numbers_file.read_bytes(), numbers_file.name)
    found = list(_weights(layers, stream))
    stream.end()
    return found


def _weights(layers: Sequence[NcnnLayer], stream: _Numbers) -> Iterator[NcnnConvolution | NcnnSlopes]:
    for layer in layers:
        if layer.kind == "Convolution":
            yield _convolution(layer, stream)
        elif layer.kind == "PReLU":
            yield NcnnSlopes(stream.float32(_channels(layer)))


def _convolution(layer: NcnnLayer, stream: _Numbers) -> NcnnConvolution:
    outputs, count = _channels(layer), layer.whole(_WEIGHTS)
    inputs, rest = divmod(count, outputs * 9)
    plain = layer.whole(_KERNEL) == 3 and layer.whole(_PADDING) == 1 and layer.whole(_HAS_BIAS) == 1
    if not plain or rest or not 1 <= inputs <= _MAX_CHANNELS:
        raise CheckpointError(f"layer {layer.name[:40]} is not a padded 3x3 convolution with a bias")
    weight = stream.float16(count).reshape(outputs, inputs, 3, 3)
    return NcnnConvolution(weight, stream.float32(outputs), _leaky(layer))


def _channels(layer: NcnnLayer) -> int:
    channels = layer.whole(_COUNT)
    if not 1 <= channels <= _MAX_CHANNELS:
        raise CheckpointError(f"layer {layer.name[:40]} has {channels} channels, not 1-{_MAX_CHANNELS}")
    return channels


def _leaky(layer: NcnnLayer) -> float | None:
    if not layer.whole(_ACTIVATION):
        return None
    count, _, slope = layer.settings.get(_LEAKY, "").partition(",")
    try:
        if layer.whole(_ACTIVATION) == 2 and count == "1":
            return float(slope)
    except ValueError:
        pass
    raise CheckpointError(f"layer {layer.name[:40]} ends in something else than a leaky ReLU with one slope")


class _Numbers:
    """The bytes of a `.bin`, taken from the front."""

    def __init__(self, content: bytes, name: str) -> None:
        self._content, self._name, self._at = content, name, 0

    def float16(self, count: int) -> NDArray[np.float16]:
        """So many float16 numbers after their tag, and the padding to four bytes."""
        tag = int.from_bytes(self._take(4), "little")
        if tag != _FLOAT16_TAG:
            raise CheckpointError(f"{self._name} has the tag {tag:#010x} at byte {self._at - 4}, not {_FLOAT16_TAG:#x}")
        return self._array(count, "<f2", -(-count * 2 // 4) * 4)

    def float32(self, count: int) -> NDArray[np.float32]:
        """So many float32 numbers."""
        return self._array(count, "<f4", count * 4)

    def end(self) -> None:
        """Refuses bytes that nothing used."""
        if self._at != len(self._content):
            raise CheckpointError(
                f"{self._name} holds {len(self._content) - self._at} bytes more than its layers use: not their numbers"
            )

    def _array(self, count: int, kind: str, length: int) -> NDArray[np.floating]:
        import numpy as np

        array = np.frombuffer(self._take(length), dtype=kind, count=count)
        if not np.isfinite(array).all():
            raise CheckpointError(f"{self._name} holds values that are not finite before byte {self._at}: damaged")
        return array

    def _take(self, length: int) -> bytes:
        taken = self._content[self._at : self._at + length]
        if len(taken) < length:
            raise CheckpointError(f"{self._name} ends at byte {len(self._content)}, inside a layer: cut short")
        self._at += length
        return taken
