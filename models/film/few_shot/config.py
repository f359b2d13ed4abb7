"""Sizes of the few-shot painter, and what its label maps may hold."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.errors import CheckpointError

LABELS = 40
"""How many labels the network tells apart: those of `schemas.scene.LABELS`, room for new ones, and tones."""

FIRST_TONE = 32
"""The first of the labels of pictures that nobody drew: seven tones from dark to light."""

TONES = 7

EDGE = FIRST_TONE + TONES
"""The label of edges in pictures that nobody drew."""

SMALLEST_PX = 32
LARGEST_PIXELS = 2048 * 2048


@dataclass(frozen=True)
class FewShotConfig:
    """Sizes of both networks; the defaults are those of the weights that come with Hibari."""

    widths: tuple[int, ...] = (128, 96, 64, 32, 16)
    """Features of the image generator at each size, the coarsest first; each size is half of the next."""
    units: tuple[int, ...] = (2, 2, 2, 2, 1)
    """Modulated convolutions at each size."""
    hidden: int = 16
    """Features that the generated weights make of labels and drawing, out of which scales and shifts are made."""
    reference_widths: tuple[int, ...] = (32, 48, 64)
    """Features of the references at a half, a quarter and so on of their size."""
    code: int = 128
    """Numbers that describe the references' appearance, of a label or as a whole."""
    key: int = 32
    """Numbers by which labels are compared in the attention."""
    reference_px: int = 192
    """Longest side at which references are looked at."""
    repainted: float = 0.15
    """The least share of each pixel that is painted anew in a frame: what is only warped blurs with every frame."""

    def __post_init__(self) -> None:
        bounds = {"hidden": (1, 256), "code": (1, 1024), "key": (1, 512), "reference_px": (32, 1024)}
        for name, (least, most) in bounds.items():
            if not least <= getattr(self, name) <= most:
                raise CheckpointError(f"{name} is {getattr(self, name)}: a few-shot painter's lies in {least}-{most}")
        sides = (self.widths, self.units, self.reference_widths)
        if not all(1 <= len(side) <= 6 and all(1 <= number <= 1024 for number in side) for side in sides):
            raise CheckpointError(f"widths {sides} are those of no few-shot painter: give 1 to 6 numbers of 1 to 1024")
        if len(self.units) != len(self.widths) or not 0 <= self.repainted <= 1:
            raise CheckpointError(f"{len(self.units)} units for {len(self.widths)} widths, repainted {self.repainted}")

    @classmethod
    def tiny(cls) -> FewShotConfig:
        """For tests."""
        return cls(widths=(8, 6, 4), units=(1, 1, 1), hidden=4, reference_widths=(4, 6), code=8, key=4, reference_px=32)

    @classmethod
    def large(cls) -> FewShotConfig:
        """For an accelerator; about seven times the work of the default for each frame."""
        return cls(
            widths=(256, 256, 192, 96, 48), units=(2, 2, 2, 2, 2), hidden=48,
            reference_widths=(64, 96, 128), code=256, key=64, reference_px=384,
        )  # fmt: skip

    @property
    def step_px(self) -> int:
        """What the sides of a picture must be multiples of."""
        return int(2 ** (len(self.widths) - 1))
