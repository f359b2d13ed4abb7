"""Opens what a style paints with: networks loaded once a process, at the size they paint at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import registry
from tasks.filming.stills import seen_size

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from schemas.film import FilmStyle, Storyboard
    from tasks.bench import Bench
    from tasks.filming.performing import Portrait
    from tasks.filming.rolling import ShotPainter
    from tasks.painting.painter import Pixels

_NETWORK_PIXELS = 512 * 288
_STEP_PX = 32


def open_shot_painter(
    style: FilmStyle,
    board: Storyboard,
    stills: Mapping[int, Pixels],
    bench: Bench,
    size_px: tuple[int, int],
    portrait: Portrait | None = None,
) -> ShotPainter:
    """Who paints a film's shots.

    Args:
        style: how.
        board: the storyboard.
        stills: its painted scenes, by number, as far as the style needs them. Shapes: [H, W, 3].
        bench: networks and looks.
        size_px: width and height of the film.
        portrait: who sings, for style `performer`.

    Raises:
        CheckpointError: weights are not here.
        MediaError: the style needs a portrait and there is none.
    """
    if style == "move":
        from tasks.filming.painters.move import MovePainter

        return MovePainter(board, stills, seen_size(size_px))
    if style == "latent":
        from tasks.filming.painters.latent import open_latent_painter

        return open_latent_painter(board, bench, size_px, "cover:scenes-64")
    if style == "performer":
        from tasks.filming.painters.performer import open_performer

        return open_performer(board, portrait, bench, size_px)
    from tasks.filming.painters.keyed import KeyedPainter
    from tasks.filming.painters.networks import ReferredKeys, StyledKeys

    if style == "vid2vid":
        from models.film.painter.checkpoint import load_film_painter
        from models.pictures.style.looks import load_looks

        looks = bench.loaded("looks:paintings", load_looks)
        network = bench.loaded("film:painted", lambda: load_film_painter(_path("film:painted", bench)))
        return KeyedPainter(board, StyledKeys(network, looks, board.treatment), network_size(size_px))
    from models.film.few_shot.painter import load_few_shot

    few_shot = bench.loaded("film:few-shot", lambda: load_few_shot(_path("film:few-shot", bench)))
    return KeyedPainter(board, ReferredKeys(few_shot, board, stills), network_size(size_px))


def network_size(film_px: tuple[int, int]) -> tuple[int, int]:
    """Width and height at which networks paint for a film: of about its proportions, no more pixels than 512 x 288."""
    scale = min(1.0, (_NETWORK_PIXELS / (film_px[0] * film_px[1])) ** 0.5)
    width, height = (max(_STEP_PX, round(side * scale / _STEP_PX) * _STEP_PX) for side in film_px)
    return width, height


def _path(name: str, bench: Bench) -> Path:
    return registry.path(name, bench.settings.models_dir)
