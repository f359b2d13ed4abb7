"""Shots of drawn scenes with the painted frames a film painter learns from, in a folder that can be added to.

`python -m training.film_sequences --out FOLDER --shots 200`

The slow route paints every frame by itself, as covers are painted (`tasks.painting.painter`): the drawing with a faint
grain that is part of the scene, restyled in three looks, a third of the drawing kept. What is learnt is the mean of
the frames around each one, moved along the scene's true motion, where they show the same thing: so strokes stay where
they are. A shot hangs on the seed, its part and its number alone. Some motifs and some looks are never in the training
part; the held-out part has only those.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args
from zipfile import BadZipFile

import numpy as np
import torch
from numpy.typing import NDArray

from media.scenes.layers import Region
from models.film.painter.grain import TOOTH
from models.film.painter.network import REGIONS
from models.film.warping import warp
from models.pictures.style.arbitrary import Stylist
from models.pictures.style.grain import grained
from models.pictures.style.looks import Looks
from schemas.errors import MediaError, SettingsError
from training.film_motion import Camera, View, seen, true_flow
from training.scene_pictures import scene_of

if TYPE_CHECKING:
    from torch import Tensor

    from media.scenes.layers import DrawnScene
    from schemas.scene import Scene

log = logging.getLogger(__name__)

Part = Literal["train", "held-out"]

HELD_OUT_MOTIFS = ("harbour", "mountains", "street", "balloon", "instrument")
"""Never in the training part."""

_HELD_OUT_LOOKS = 8
"""One look in so many is held out."""
_KEY_FRAME_S = 4 / 24
_DRAWING_KEPT = 0.35
_MOST_ZOOM = 2.7
_NEIGHBOURS = {-2: 0.4, -1: 0.7, 1: 0.7, 2: 0.4}
FLOW_STEPS = 64
"""Flows are kept in steps of 1/64 pixel."""
GRAIN_STEPS = 16
"""Grain is kept in steps of 1/16 of its spread."""
_SAME = 0.06
"""Two pixels whose drawn colours differ by less show the same thing."""
_MOST_SHOT_BYTES = 2**30


@dataclass(frozen=True)
class FilmShot:
    """A shot as it is kept.

    Shapes, T frames of H by W, bytes where nothing else is said: drawing [T, 3, H, W]; labels [T, H, W]; regions
    [T, 3, H, W], 255 for all of a pixel; grain [T, H, W], int8 of 1/16 of its spread; flow [T, 2, H, W], int16 of 1/64
    pixel, to the frame before (0 at the first); valid [T, H, W], 1 where the frame before shows the same thing there;
    painted [T, 3, H, W], each frame by itself; wanted [T, 3, H, W], what is learnt; vectors [3, 100], floats; strength,
    0 to 1.
    """

    drawing: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    regions: NDArray[np.uint8]
    grain: NDArray[np.int8]
    flow: NDArray[np.int16]
    valid: NDArray[np.uint8]
    painted: NDArray[np.uint8]
    wanted: NDArray[np.uint8]
    vectors: NDArray[np.float32]
    strength: float


@dataclass(frozen=True)
class ShotSettings:
    """What shots are made: their size in pixels (multiples of 16), their frames, how near the camera comes at most, and
    the share of shots in which it stands still.
    """

    width_px: int = 192
    height_px: int = 112
    frames: int = 6
    most_zoom: float = _MOST_ZOOM
    still_share: float = 0.125
    seed: int = 5

    def __post_init__(self) -> None:
        for name, low, high in (("width_px", 32, 1024), ("height_px", 32, 1024), ("frames", 2, 240)):
            if not low <= getattr(self, name) <= high:
                raise SettingsError(f"{name} is {getattr(self, name)}: give {low} to {high}")
        if self.width_px % 16 or self.height_px % 16:
            raise SettingsError(f"shots of {self.width_px}x{self.height_px} px: give multiples of 16")
        if not 1 <= self.most_zoom <= 4 or not 0 <= self.still_share <= 1:
            raise SettingsError(f"most_zoom {self.most_zoom}, still_share {self.still_share}: give 1 to 4 and 0 to 1")


def shot_settings(found: dict[str, Any]) -> ShotSettings:
    """The settings of a dictionary.

    Raises:
        SettingsError: a setting does not exist or is out of its bounds.
    """
    names = ShotSettings.__annotations__
    if unknown := sorted(set(found) - set(names)):
        raise SettingsError(f"shots have no setting {unknown[0]!r}: there are {', '.join(names)}")
    return ShotSettings(**found)


def make_shots(
    out: Path,
    count: int,
    looks: Looks,
    stylist: Stylist,
    settings: ShotSettings | None = None,
    *,
    part: Part = "train",
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Fills a folder with shots 00000.npz, 00001.npz, … of a part; those that are there are left.

    Raises:
        SettingsError: the count is out of its bounds.
    """
    settings = settings or ShotSettings()
    if not 1 <= count <= 100_000:
        raise SettingsError(f"{count} shots: ask for 1 to 100000")
    folder = out / part
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        file = folder / f"{number:05d}.npz"
        if not file.exists():
            shot = make_shot(number, part, looks, stylist, settings)
            packed = io.BytesIO()
            np.savez_compressed(packed, **vars(shot))
            kept = file.with_suffix(f".{os.getpid()}.part")
            kept.write_bytes(packed.getbuffer())
            kept.replace(file)
        if progress is not None:
            progress(number + 1, count)


def read_shot(file: Path) -> FilmShot:
    """A shot of a folder.

    Raises:
        MediaError: the file is too large, damaged or no shot.
    """
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as packed:
            if sum(member.file_size for member in packed.zip.infolist()) > _MOST_SHOT_BYTES:
                raise MediaError(f"{file.name} holds more than {_MOST_SHOT_BYTES} bytes: no shot is so large")
            held = {name: packed[name] for name in FilmShot.__annotations__}
        return FilmShot(**{**held, "strength": float(held["strength"])})
    except (OSError, ValueError, KeyError, EOFError, AttributeError, BadZipFile, zlib.error) as error:
        raise MediaError(f"{file.name} is no shot ({str(error)[:200]}): delete it, and it is made again") from error


def make_shot(number: int, part: Part, looks: Looks, stylist: Stylist, settings: ShotSettings) -> FilmShot:
    """The shot of a number, drawn and painted."""
    rng = np.random.default_rng((settings.seed, number, part == "train"))
    scene = scene_of(number, settings.seed + (part == "train"), motifs_of(part))
    slugs = looks_of(part, looks)
    vectors = np.stack([looks.vector(slugs[int(rng.integers(len(slugs)))]) for _ in REGIONS])
    if rng.random() < 0.3:
        vectors[:] = vectors[0]
    strength = float(rng.uniform(0.45, 0.75))
    return shot_of(scene, vectors, strength, stylist, settings, rng, seed=number)


def shot_of(
    scene: Scene,
    vectors: NDArray[np.float32],
    strength: float,
    stylist: Stylist,
    settings: ShotSettings,
    rng: np.random.Generator,
    *,
    seed: int = 0,
) -> FilmShot:
    """A shot of a scene, drawn and painted; the camera moves by chance.

    Args:
        scene: what is drawn.
        vectors: style vectors in the order of `REGIONS`. Shapes: [3, 100].
        strength: how strongly it is painted, 0 to 1.
        stylist: paints.
        settings: size and frames.
        rng: chooses the camera's move and the scene's pace.
        seed: which grain.
    """
    camera = Camera.of_chance(rng, settings.frames, settings.most_zoom, settings.still_share)
    views = _views(scene, camera, settings, pace=float(rng.uniform(0.5, 1.5)), seed=seed)
    painted = _painted(views, stylist, torch.from_numpy(vectors), strength)
    return _packed(views, painted, vectors, strength)


def motifs_of(part: Part) -> tuple[str, ...]:
    """The motifs of a part."""
    from media.scenes.motifs import MOTIFS

    return HELD_OUT_MOTIFS if part == "held-out" else tuple(name for name in MOTIFS if name not in HELD_OUT_MOTIFS)


def looks_of(part: Part, looks: Looks) -> tuple[str, ...]:
    """The slugs of the looks of a part."""
    return tuple(
        look.slug for index, look in enumerate(looks) if (index % _HELD_OUT_LOOKS == 3) == (part == "held-out")
    )


def _views(scene: Scene, camera: Camera, settings: ShotSettings, *, pace: float, seed: int) -> list[View]:
    from media.scenes.drawing import draw_scene

    width, height = (round(side * camera.largest_zoom) for side in (settings.width_px, settings.height_px))
    grain = grained(torch.full((1, 1, height, width), 0.5), amount=TOOTH, seed=seed) - 0.5
    views = []
    for frame in range(settings.frames):
        drawn = draw_scene(scene, width, height, t_s=frame * _KEY_FRAME_S * pace)
        canvas = _canvas(drawn, grain, _KEY_FRAME_S * pace)
        views.append(seen(canvas, camera, frame, settings.width_px, settings.height_px))
    return views


def _canvas(drawn: DrawnScene, grain: Tensor, step_s: float) -> dict[str, Tensor]:
    """All that is known of a drawn scene, as [1, C, H, W]; its motion in pixels a key frame."""
    picture = torch.from_numpy(drawn.underpainting).permute(2, 0, 1)[None]
    return {
        "drawing": picture,
        "grain": grain,
        "regions": torch.from_numpy(np.stack([drawn.region(region) for region in get_args(Region)]))[None],
        "labels": torch.from_numpy(drawn.labels)[None, None].float(),
        "motion": torch.from_numpy(drawn.motion * np.float32(step_s)).permute(2, 0, 1)[None],
    }


def _painted(views: list[View], stylist: Stylist, vectors: Tensor, strength: float) -> list[Tensor]:
    """Each frame painted by itself, its own style that of the first frame. Shapes: [1, 3, H, W] each."""
    own = stylist.style_vector((views[0].drawing + views[0].grain).clamp(0, 1))
    mixed = vectors * strength + own * (1 - strength)
    painted = []
    for view in views:
        ground = (view.drawing + view.grain).clamp(0, 1)
        frame = stylist.paint_regions(ground, mixed, view.regions[0])
        painted.append(frame * (1 - _DRAWING_KEPT) + ground * _DRAWING_KEPT)
    return painted


def _packed(views: list[View], painted: list[Tensor], vectors: NDArray[np.float32], strength: float) -> FilmShot:
    flows, valid, wanted = [], [], []
    for frame, view in enumerate(views):
        flow = true_flow(views, frame, max(frame - 1, 0))
        flows.append(flow)
        valid.append(same_thing(view, views[max(frame - 1, 0)], flow) if frame else torch.zeros_like(view.labels))
        total, weights = painted[frame].clone(), torch.ones_like(view.labels)
        for away, weight in _NEIGHBOURS.items():
            if 0 <= frame + away < len(views):
                there = true_flow(views, frame, frame + away)
                share = weight * same_thing(view, views[frame + away], there)
                total += share * warp(painted[frame + away], there)
                weights += share
        wanted.append(total / weights)
    return FilmShot(
        drawing=_bytes(torch.cat([view.drawing for view in views])),
        labels=torch.cat([view.labels for view in views])[:, 0].byte().numpy(),
        regions=_bytes(torch.cat([view.regions for view in views])),
        grain=grain_bytes(views),
        flow=(torch.cat(flows) * FLOW_STEPS).round().clamp(-32768, 32767).short().numpy(),
        valid=torch.cat(valid)[:, 0].byte().numpy(),
        painted=_bytes(torch.cat(painted)),
        wanted=_bytes(torch.cat(wanted)),
        vectors=vectors.astype(np.float32),
        strength=strength,
    )


def grain_bytes(views: list[View]) -> NDArray[np.int8]:
    """The grain of each view as it is kept. Shapes: [T, H, W]."""
    grain = torch.cat([view.grain for view in views])[:, 0] / TOOTH
    return np.asarray((grain * GRAIN_STEPS).round().clamp(-127, 127).to(torch.int8).numpy(), np.int8)


def same_thing(view: View, other: View, flow: Tensor) -> Tensor:
    """1 where the other view, moved along the flow, shows what this one shows. Shapes: [1, 1, H, W]."""
    height, width = flow.shape[2:]
    close = (warp(other.drawing, flow) - view.drawing).abs().amax(1, keepdim=True) < _SAME
    ys, xs = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    place = torch.stack((xs, ys))[None] + flow
    inside = (place >= 0).all(1, True) & (place[:, :1] <= width - 1) & (place[:, 1:] <= height - 1)
    return (close & inside).float()


def _bytes(pictures: Tensor) -> NDArray[np.uint8]:
    return np.asarray((pictures.clamp(0, 1) * 255 + 0.5).byte().numpy(), np.uint8)


def main() -> None:
    """The command line."""
    from models import registry
    from models.pictures.style.arbitrary import load_stylist
    from models.pictures.style.looks import load_looks

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--shots", type=int, default=200)
    parser.add_argument("--part", choices=["train", "held-out"], default="train")
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--height", type=int, default=112)
    parser.add_argument("--frames", type=int, default=6)
    parser.add_argument("--most-zoom", type=float, default=_MOST_ZOOM)
    parser.add_argument("--still-share", type=float, default=0.125)
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    stylist = load_stylist(registry.path("style:arbitrary", registry.default_models_dir()))

    def tell(done: int, count: int) -> None:
        if done % 10 == 0 or done == count:
            log.info("%d of %d shots", done, count)

    settings = ShotSettings(given.width, given.height, given.frames, given.most_zoom, given.still_share, given.seed)
    make_shots(given.out, given.shots, load_looks(), stylist, settings, part=given.part, progress=tell)


if __name__ == "__main__":
    main()
