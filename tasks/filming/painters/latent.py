"""Style `latent`: a walk through what a StyleGAN2 can paint, cut to the film's proportions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from models import registry
from models.film.latent import LatentFilm
from models.film.latent_motion import Heard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from media.film.pulse import Pulse
    from models.pictures.stylegan2 import Generator
    from models.pictures.upscaling.upscaler import Upscaler
    from schemas.film import Shot, Storyboard
    from tasks.bench import Bench

_FINE_PX = 256


class LatentPainter:
    """Films a walk. Shots that show the same scene wear the same look, so that a chorus returns to its own."""

    def __init__(
        self, board: Storyboard, generator: Generator, film_px: tuple[int, int], upscaler: Upscaler | None
    ) -> None:
        """Get ready.

        Args:
            board: the storyboard.
            generator: any StyleGAN2.
            film_px: width and height of the film: frames are cut to its proportions.
            upscaler: enlarges frames four times, where the network's are small; None leaves them as they are.
        """
        self._board = board
        self._generator = generator
        self._upscaler = upscaler
        side = generator.config.resolution
        scale = side / max(film_px)
        self._cut_px = (max(2, round(film_px[0] * scale)), max(2, round(film_px[1] * scale)))
        times = 4 if upscaler is not None else 1
        self.size_px = (self._cut_px[0] * times, self._cut_px[1] * times)
        self._film: LatentFilm | None = None

    @torch.inference_mode()
    def frames(self, shot: Shot, pulse: Pulse, count: int) -> Iterator[Tensor]:
        """The shot's first frames. Shapes: [3, H, W] of 0-1 each."""
        film = self._walk(pulse)
        width, height = self._cut_px
        side = self._generator.config.resolution
        left, top = (side - width) // 2, (side - height) // 2
        last = film.frame_count - 1
        for place in range(count):
            (pixels,) = film.frames(min(shot.first_frame + place, last), 1)
            picture = torch.from_numpy(pixels[:, top : top + height, left : left + width].copy()).float().div_(255)
            yield self._upscaler(picture[None])[0] if self._upscaler is not None else picture

    def _walk(self, pulse: Pulse) -> LatentFilm:
        if self._film is None:
            section = np.zeros(self._board.frames, np.int64)
            for shot in self._board.shots:
                section[shot.first_frame : shot.end_frame] = shot.scene
            heard = Heard(pulse.energy, pulse.onset, section, float(self._board.fps))
            self._film = LatentFilm(self._generator, heard, seed=self._board.seed % 2**31)
        return self._film


def open_latent_painter(board: Storyboard, bench: Bench, film_px: tuple[int, int], name: str) -> LatentPainter:
    """The painter of a registered StyleGAN2, with the compact upscaler where its pictures are small.

    Raises:
        CheckpointError: weights are not here.
    """
    from models.pictures.stylegan2 import load_stylegan2
    from models.pictures.upscaling.upscaler import load_upscaler

    folder = bench.settings.models_dir
    path = registry.path(name, folder)
    generator = bench.loaded(name, lambda: load_stylegan2(path, device=bench.device))
    upscaler = None
    if generator.config.resolution < _FINE_PX:
        compact = registry.path("upscale:compact", folder)
        upscaler = bench.loaded("upscale:compact", lambda: load_upscaler(compact, device=bench.device))
    return LatentPainter(board, generator, film_px, upscaler)
