"""A film that is a walk through the w of a StyleGAN2, in time with a song.

After Brouwer, "Audio-reactive Latent Interpolations with StyleGAN" (NeurIPS 2020 workshop), and the walks along
principal directions of Harkonen et al., arXiv:2004.02546 (`models.pictures.stylegan2.directions`).

Where we differ: every section of the song has a ring in w, a closed cubic spline through its anchor and points drawn
around it, and the music sets how fast the ring is walked; so the walk is smooth, never runs away, and a chorus that
returns wears the look it had. Onsets kick the coarse and middle layers along principal directions, loudness moves the
fine ones. The step from frame to frame is bounded (`LatentFilm.largest_step`), and any frame can be painted by itself.

`F` is the number of frames, `L` the copies of w, `W` its width, `R` the resolution in pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.film.latent_motion import Floats, Heard, ease, motion
from models.film.ring import Ring
from models.pictures.stylegan2.directions import principal_directions
from models.pictures.stylegan2.exploring import draw_ws
from models.pictures.stylegan2.generator import Generator, one_hot
from schemas.errors import CheckpointError, MediaError

Frame = npt.NDArray[np.uint8]

_ACCELERATED_BATCH = 8
_MOST_LOOKS = 200


@dataclass(frozen=True)
class LatentSettings:
    """How a walk looks. Lengths are in spreads: the typical distance of a drawn w from the average."""

    psi: float = 0.7
    """How far anchors lie from the average of w: 0 all the same, 1 as they are drawn."""
    ring_points: int = 6
    ring_reach: float = 0.55
    """How far a section strays from its anchor: 0 not at all, 1 to looks of its own."""
    full_speed: float = 0.9
    """Spreads a second at a full onset."""
    calm: float = 0.06
    by_energy: float = 0.2
    """Share of the full speed in silence, and what full loudness adds to it."""
    kick: float = 0.22
    """Length of the excursion at a full onset."""
    breath: float = 0.15
    """Length of the excursion between silence and full loudness, to either side."""
    turn_s: float = 1.6
    """Seconds in which one section becomes the next."""
    directions: int = 4

    def __post_init__(self) -> None:
        shares = (self.psi, self.ring_reach, self.calm, self.by_energy)
        if not all(0.0 <= share <= 1.0 for share in shares) or self.calm + self.by_energy > 0.95:
            raise MediaError(f"psi, reach, calm and by_energy are shares of 1, the last two at most .95: {shares}")
        if not (0.0 < self.full_speed <= 10.0 and 0.0 <= self.kick <= 2.0 and 0.0 <= self.breath <= 2.0):
            raise MediaError(
                f"a walk has a speed of 0 to 10 spreads a second and excursions of 0 to 2, not {self.full_speed}, "
                f"{self.kick} and {self.breath}"
            )
        if not (3 <= self.ring_points <= 64 and 1 <= self.directions <= 64 and 0.0 < self.turn_s <= 60.0):
            raise MediaError(
                f"a ring has 3 to 64 points, kicks 1 to 64 directions and a turn 0 to 60 s, not {self.ring_points}, "
                f"{self.directions} and {self.turn_s}"
            )


class LatentFilm:
    """The frames of a walk, any of which can be painted by itself: its bytes depend on no other.

    In a loop the frame after the last is the first, bit for bit, so that none is shown twice.
    """

    def __init__(
        self,
        generator: Generator,
        heard: Heard,
        *,
        seed: int,
        loops: bool = False,
        label: int = 0,
        settings: LatentSettings | None = None,
    ) -> None:
        """Lays the walk; paints nothing yet.

        Args:
            generator: any StyleGAN2.
            heard: the song.
            seed: of the looks and of the directions of kicks, 0 or more.
            loops: whether the frame after the last is the first.
            label: the class to be painted, where the network paints several.
            settings: how the walk looks.

        Raises:
            MediaError: what is heard is out of bounds.
            CheckpointError: there is no such class, or the network's w hold what is no number.
        """
        self.settings = settings = settings or LatentSettings()
        if seed < 0:
            raise MediaError(f"the seed of a film is 0 or more, not {seed}")
        self._generator, self.fps = generator, heard.fps
        count = min(settings.directions + 1, generator.config.w_width)
        self._motion = motion(
            heard,
            directions=max(1, count - 1),
            seed=seed,
            loops=loops,
            calm=settings.calm,
            by_energy=settings.by_energy,
            turn_s=settings.turn_s,
        )
        asked = one_hot(generator.config, label, 1)
        asked = None if asked is None else asked.to(generator.mean_w)
        found = principal_directions(generator, count=count, samples=max(2000, count + 1), seed=0, labels=asked)
        vectors = found.vectors.double().cpu().numpy()
        self._breath_way, self._kick_ways = vectors[0], vectors[1:] if count > 1 else vectors
        self._spread = float(np.sqrt(np.sum(_drawn(generator, 256, 0, 1.0, label).var(axis=0))))
        self._rings = self._lay_rings(seed, label)
        self._fit_a_single_ring()
        # whoever asks for one frame after the other shall not have each batch painted again
        self._painted: tuple[int, list[Frame]] = (-1, [])

    @property
    def frame_count(self) -> int:
        """F."""
        return self._motion.frames

    @property
    def size_px(self) -> int:
        """R, the edge of its square frames."""
        return self._generator.config.resolution

    @property
    def largest_step(self) -> float:
        """What the distance between the w of one frame and the next never exceeds, in any layer, in w's own units."""
        played, wanted = self._motion, self.settings
        turns = [0.0]
        for number, width in enumerate(played.widths):
            if number or (played.loops and len(played.widths) > 1):
                before, after = (self._rings[played.stretches[place].section] for place in (number - 1, number))
                turns.append(min(1.0, 1.875 / width) * before.farthest_from(after))
        walking = 1.01 * wanted.full_speed / self.fps  # a ring's length is measured to a hundredth
        excursions = wanted.kick * played.largest_kick + wanted.breath * played.largest_breath
        return max(turns) + self._spread * (walking + excursions)

    def ws(self, first: int, count: int) -> Tensor:
        """The w of some frames; a loop goes on past its end.

        Shapes: returns [count, L, W], float32, on the CPU.

        Raises:
            MediaError: there are no such frames.
        """
        frames = self._checked(first, count)
        played, spread = self._motion, self._spread
        path = self._path(frames)
        layers = self._generator.config.num_ws
        fine = max(1, round(0.6 * layers))
        kicks = self.settings.kick * spread * (played.kicks[frames] @ self._kick_ways)
        breath = self.settings.breath * spread * played.breath[frames, None] * self._breath_way
        ws = np.repeat(path[:, None], layers, axis=1)
        ws[:, :fine] += kicks[:, None]
        ws[:, fine:] += breath[:, None]
        return torch.from_numpy(ws).float()

    def frames(self, first: int = 0, count: int | None = None) -> Iterator[Frame]:
        """Frames one after the other, planar RGB [3, R, R]; to the last where no count is named.

        An accelerator paints them in batches that begin at fixed frames, so that a frame has the same bytes however
        many are asked for.

        Raises:
            MediaError: there are no such frames.
            CheckpointError: the network paints what is no number.
        """
        count = self.frame_count - first if count is None else count
        self._checked(first, count)
        return self._paint(first, count)

    def _paint(self, first: int, count: int) -> Iterator[Frame]:
        device = self._generator.mean_w.device
        size = 1 if device.type == "cpu" else _ACCELERATED_BATCH
        for begin in range(first - first % size, first + count, size):
            if self._painted[0] != begin:
                self._painted = (begin, self._batch(begin, size, device))
            for frame, picture in enumerate(self._painted[1], begin):
                if first <= frame < first + count:
                    yield picture.copy()

    @torch.inference_mode()
    def _batch(self, begin: int, size: int, device: torch.device) -> list[Frame]:
        """The frames from `begin` on that are painted together; beyond the last those of the beginning again."""
        ws = torch.cat([self.ws((begin + place) % self.frame_count, 1) for place in range(size)])
        return _pixels(self._generator.synthesis(ws.to(device), "const"))

    def _checked(self, first: int, count: int) -> npt.NDArray[np.int64]:
        frames = self.frame_count
        if first < 0 or count < 0 or (not self._motion.loops and first + count > frames):
            raise MediaError(f"this film has the frames 0 to {frames - 1}: there are no {count} from frame {first} on")
        return np.arange(first, first + count) % frames

    def _lay_rings(self, seed: int, label: int) -> dict[int, Ring]:
        sections = sorted({stretch.section for stretch in self._motion.stretches})
        if len(sections) > _MOST_LOOKS:
            raise MediaError(f"a film has at most {_MOST_LOOKS} looks, not {len(sections)}: number alike what is alike")
        rings = {}
        for section in sections:
            look = int(np.random.SeedSequence([seed, 2, section]).generate_state(1, np.uint64)[0] >> np.uint64(1))
            points = _drawn(self._generator, self.settings.ring_points, look, self.settings.psi, label)
            rings[section] = Ring(points[0] + self.settings.ring_reach * (points - points[0]))
        return rings

    def _fit_a_single_ring(self) -> None:
        """A loop of one look must have walked whole rounds at its end: it walks slower, or round a smaller ring."""
        self._slowed = 1.0
        if not self._motion.loops or len(self._motion.stretches) > 1:
            return
        section = self._motion.stretches[0].section
        ring, walked = self._rings[section], self._motion.walked[-1] * self.settings.full_speed * self._spread
        if 0.0 < walked < ring.length:
            self._rings[section] = ring = ring.scaled(walked / ring.length)
        rounds = max(1, int(walked / ring.length + 1e-6)) if ring.length else 1
        self._slowed = rounds * ring.length / walked if walked else 0.0

    def _path(self, frames: npt.NDArray[np.int64]) -> Floats:
        """Where the walk is at some frames, without excursions. Shapes: frames [N] -> [N, W]."""
        played = self._motion
        starts = np.array([stretch.start for stretch in played.stretches])
        widths = np.array(played.widths)
        at = np.where(frames < starts[0], frames + played.frames, frames)
        here = np.searchsorted(starts, at, side="right") - 1
        path = np.empty((len(frames), len(self._breath_way)))
        for row, (place, number) in enumerate(zip(at.tolist(), here.tolist(), strict=True)):
            path[row] = self._place(place, number, starts, widths)
        return path

    def _place(self, place: int, number: int, starts: npt.NDArray[np.int64], widths: Floats) -> Floats:
        """Where the walk is at one frame, that of a stretch: near an edge of it, between that ring and the next."""
        played = self._motion
        here = self._on_ring(place, number, 0)
        last = len(starts) - 1
        if last and (number or played.loops):
            share = float(ease(np.array((place - starts[number]) / widths[number] + 0.5)))
            if share < 1.0:
                before = self._on_ring(place, number - 1 if number else last, 0 if number else -1)
                return np.asarray(before + share * (here - before))
        if last and (number < last or played.loops):
            after, turn = (number + 1, 0) if number < last else (0, 1)
            share = float(ease(np.array((place - starts[after] - turn * played.frames) / widths[after] + 0.5)))
            if share > 0.0:
                return np.asarray(here + share * (self._on_ring(place, after, turn) - here))
        return here

    def _on_ring(self, place: int, number: int, turn: int) -> Floats:
        """The point of a stretch's ring at a frame; `turn`: how many rounds of the loop later the stretch begins."""
        stretch = self._motion.stretches[number]
        walked = self._walked(place) - self._walked(stretch.start) - turn * self._motion.walked[-1]
        return self._rings[stretch.section].at(walked * self.settings.full_speed * self._spread * self._slowed)

    def _walked(self, place: int) -> float:
        rounds, frame = divmod(place, self._motion.frames)
        return float(rounds * self._motion.walked[-1] + self._motion.walked[frame])


def _drawn(generator: Generator, count: int, seed: int, psi: float, label: int) -> Floats:
    """Drawn w. Shapes: returns [count, W].

    Raises:
        CheckpointError: they hold what is no number.
    """
    drawn = draw_ws(generator, count, seed=seed, psi=psi, label=label)[:, 0].double().cpu().numpy()
    if not np.all(np.isfinite(drawn)):
        raise CheckpointError("this StyleGAN2 maps to numbers that are not finite: its weights are damaged")
    return np.asarray(drawn)


def _pixels(pictures: Tensor) -> list[Frame]:
    """Pictures in -1..1 as planar RGB, N of [3, R, R]: one channel is grey, a fourth is left out."""
    if not bool(torch.isfinite(pictures).all()):
        raise CheckpointError("this StyleGAN2 paints numbers that are not finite: its weights are damaged")
    colours = pictures[:, :3] if pictures.shape[1] >= 3 else pictures[:, :1].expand(-1, 3, -1, -1)
    whole = ((colours + 1) * 127.5).round().clamp(0, 255).byte().contiguous().cpu().numpy()
    return list(whole)
