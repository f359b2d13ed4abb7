"""Draws a scene at a size and a time."""

from __future__ import annotations

import difflib

from media.scenes.layers import DrawnScene
from media.scenes.motif import Composition
from media.scenes.motifs import MOTIFS
from media.scenes.stage import Stage
from schemas.errors import MediaError
from schemas.scene import Scene

_SIDES_PX = (16, 4096)


def draw_scene(scene: Scene, width_px: int, height_px: int, *, t_s: float = 0.0) -> DrawnScene:
    """The scene's layers at a size and a time; the same scene, size and time give the same picture.

    Args:
        scene: what to draw.
        width_px: width, 16 to 4096.
        height_px: height, 16 to 4096.
        t_s: seconds since the beginning of the scene, 0 or more.

    Raises:
        MediaError: a size or the time is out of its bounds, or there is no such motif or composition.
    """
    low, high = _SIDES_PX
    if not (low <= width_px <= high and low <= height_px <= high):
        raise MediaError(f"a scene of {width_px}x{height_px} px cannot be drawn: ask for sides of {low} to {high} px")
    if not 0 <= t_s < 86_400:
        raise MediaError(f"t_s {t_s} is no time of a scene: give seconds from 0 to a day")
    stage = Stage(scene, width_px, height_px, t_s)
    composition_of(scene).draw(stage)
    return stage.drawn()


def composition_of(scene: Scene) -> Composition:
    """The composition that a scene names.

    Raises:
        MediaError: there is no such motif or composition; the nearest is named.
    """
    motif = MOTIFS.get(scene.motif)
    if motif is None:
        near = difflib.get_close_matches(scene.motif, MOTIFS, n=1, cutoff=0.0)
        raise MediaError(f"there is no motif {scene.motif!r}; the nearest is {near[0]!r}")
    if scene.composition not in motif.compositions:
        names = ", ".join(motif.compositions)
        raise MediaError(f"motif {scene.motif} has no composition {scene.composition!r}: choose from {names}")
    return motif.compositions[scene.composition]
