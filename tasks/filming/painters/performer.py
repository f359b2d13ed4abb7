"""Style `performer`: a portrait that sings the song, in one long take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from media.film.performer.performance import perform
from media.film.performer.portrait import Performer
from schemas.audio import Stem
from schemas.errors import MediaError
from schemas.music import LeadSheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from media.film.pulse import Pulse
    from schemas.film import Shot, Storyboard
    from tasks.bench import Bench
    from tasks.filming.performing import Portrait


class PortraitPainter:
    """Films a performer."""

    def __init__(self, performer: Performer, size_px: tuple[int, int]) -> None:
        self.size_px = size_px
        self._performer = performer

    def frames(self, shot: Shot, pulse: Pulse, count: int) -> Iterator[Tensor]:
        """The shot's first frames. Shapes: [3, H, W] of 0-1 each."""
        last = self._performer.frame_count - 1
        for place in range(count):
            (pixels,) = self._performer.frames(min(shot.first_frame + place, last), 1)
            yield torch.from_numpy(pixels).float().div_(255)


def open_performer(
    board: Storyboard, portrait: Portrait | None, bench: Bench, size_px: tuple[int, int]
) -> PortraitPainter:
    """The painter of a portrait.

    Raises:
        MediaError: there is no portrait, or it cannot be read.
    """
    if portrait is None:
        raise MediaError("a performer needs a portrait: give --portrait FILE")
    pixels, face = portrait.opened()
    lead, vocal = bench.get(portrait.lead, LeadSheet), bench.get(portrait.vocal, Stem)
    played = perform(lead, vocal.syllables, frames=board.frames, fps=board.fps, seed=board.seed % 2**31)
    performer = Performer(pixels, face, played, width_px=size_px[0], height_px=size_px[1])
    return PortraitPainter(performer, size_px)
