"""What a latent film does with its music, in numbers: how fast it walks, what onsets set off, whose look it wears.

Everything is worked out for a whole song at once and kept as a few numbers a frame, so that a film of any length can
be begun anywhere. `F` is the number of frames, `K` the number of directions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schemas.errors import MediaError

Floats = npt.NDArray[np.float64]

MOST_FRAMES = 2_000_000
SHORTEST_SECTION_S = 1.0
"""A section shorter than this is no scene of its own: it wears the look of the one before."""

_KICK_APART_S = 0.1
_ATTACK_S = 0.08
_DECAY_S = 0.5
_PULSE_S = 0.12
_BREATH_S = 1.2


@dataclass(frozen=True)
class Heard:
    """What a film hears of its song, frame by frame.

    Shapes: energy [F], 0 to 1, how loud; onset [F], 0 to 1, how strongly something starts; section [F], whole numbers:
    frames of equal numbers wear the same look, so a chorus that returns has the number that it had before.
    """

    energy: npt.ArrayLike
    onset: npt.ArrayLike
    section: npt.ArrayLike
    fps: float


@dataclass(frozen=True)
class Stretch:
    """Frames that wear one look: from `start` on; in a loop the last may go on past the end, into the first."""

    start: int
    section: int


@dataclass(frozen=True)
class Motion:
    """The motion of a film.

    Shapes: walked [F + 1], how far it has walked before each frame, in seconds of walking at full speed; kicks [F, K]
    and breath [F], excursions of at most 1; `stretches` in order; `widths` [stretches], the frames that each takes to
    come in; `largest_kick` bounds the length of a step of `kicks`, `largest_breath` that of `breath`.
    """

    frames: int
    loops: bool
    walked: Floats
    kicks: Floats
    breath: Floats
    stretches: tuple[Stretch, ...]
    widths: tuple[float, ...]
    largest_kick: float
    largest_breath: float


def motion(
    heard: Heard, *, directions: int, seed: int, loops: bool, calm: float, by_energy: float, turn_s: float
) -> Motion:
    """The motion for a song: a walk of speed `calm`, faster by `by_energy` times the energy, at full speed at onsets.

    Args:
        heard: the song.
        directions: K, into which onsets kick.
        seed: of the direction of each kick.
        loops: whether the frame after the last is the first.
        calm: speed in silence, 0 to 1 of full speed.
        by_energy: what full energy adds to it; the two together are below 1.
        turn_s: seconds that a section takes to come in, where the sections beside it are long enough.

    Raises:
        MediaError: the arrays do not fit each other, hold what is no number in 0 to 1, or are too many.
    """
    energy, onset, section = _checked(heard)
    fps, frames = heard.fps, len(energy)
    slow = _smoothed(energy, _BREATH_S * fps, loops)
    pulse = np.minimum(1.0, _answer(onset, np.exp(-np.arange(_length(4 * _PULSE_S * fps)) / (_PULSE_S * fps)), loops))
    plain = calm + by_energy * slow
    speed = plain + (1.0 - plain) * pulse
    kicks, largest_kick = _kicks(onset, fps, directions, seed, loops)
    stretches = _stretches(section, fps, loops)
    lengths = np.diff([stretch.start for stretch in stretches], append=stretches[0].start + frames)
    shorter = np.minimum(lengths, np.roll(lengths, 1))
    return Motion(
        frames=frames,
        loops=loops,
        walked=np.concatenate([[0.0], np.cumsum(speed)]) / fps,
        kicks=kicks,
        breath=2.0 * slow - 1.0,
        stretches=stretches,
        widths=tuple(float(max(1.0, min(turn_s * fps, length))) for length in shorter),
        largest_kick=largest_kick,
        largest_breath=min(1.0, 2.0 / max(1.0, _BREATH_S * fps)) * 2.0,
    )


def _checked(heard: Heard) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    if not 1.0 <= heard.fps <= 240.0:
        raise MediaError(f"a film has 1 to 240 frames a second, not {heard.fps}")
    energy, onset = (np.asarray(curve, dtype=np.float64) for curve in (heard.energy, heard.onset))
    section = np.asarray(heard.section)
    if energy.ndim != 1 or energy.shape != onset.shape or energy.shape != section.shape:
        raise MediaError(
            f"energy {energy.shape}, onset {onset.shape} and section {section.shape} are not one number a frame each: "
            "make them for the same frames"
        )
    if not 1 <= len(energy) <= MOST_FRAMES:
        raise MediaError(f"a latent film has 1 to {MOST_FRAMES:,} frames, not {len(energy):,}")
    for name, curve in (("energy", energy), ("onset", onset)):
        if not np.all((curve >= 0.0) & (curve <= 1.0)):
            raise MediaError(f"the {name} of a film lies in 0 to 1 in every frame: scale it by its largest value")
    if section.dtype.kind not in "iu" or np.any(section < 0):
        raise MediaError("sections are whole numbers from 0 on, one a frame")
    return energy, onset, section.astype(np.int64)


def _length(frames: float) -> int:
    return max(1, round(frames))


def _smoothed(curve: Floats, width: float, loops: bool) -> Floats:
    """A curve averaged under a Hann window that is `width` frames wide."""
    half = _length(width / 2)
    window = np.hanning(2 * half + 1)
    around = np.pad(curve, half, mode="wrap" if loops else "edge")
    return np.clip(np.convolve(around, window / window.sum(), mode="valid"), 0.0, 1.0)


def _answer(curve: Floats, answer: Floats, loops: bool) -> Floats:
    """What every value of a curve sets off, added up. Shapes: curve [F]; answer [frames after it] -> [F]."""
    before = np.pad(curve, (len(answer) - 1, 0), mode="wrap" if loops else "constant")
    return np.convolve(before, answer, mode="valid")


def _kicks(onset: Floats, fps: float, directions: int, seed: int, loops: bool) -> tuple[Floats, float]:
    """Excursions [F, K] that onsets set off, each in a direction of its own, and what bounds their steps."""
    apart = _length(_KICK_APART_S * fps)
    attack, decay = _length(_ATTACK_S * fps), _length(_DECAY_S * fps)
    rising = ease((np.arange(attack) + 1) / attack)
    shape = np.concatenate([rising, 1.0 - ease((np.arange(decay) + 1) / decay)])
    kicks = np.zeros((len(onset), directions))
    draw = np.random.default_rng([seed, 1])
    for frame in _peaks(onset, apart, loops):
        way = draw.standard_normal(directions)
        way *= onset[frame] / max(float(np.linalg.norm(way)), 1e-9)
        reached = frame + np.arange(len(shape))
        within = slice(None) if loops else reached < len(onset)
        np.add.at(kicks, reached[within] % len(onset), shape[within, None] * way)
    steps = np.abs(np.diff(shape, prepend=0.0))
    bound = sum(float(steps[first : first + apart].max()) for first in range(0, len(steps), apart))
    # x / sqrt(1 + x^2) stays below 1 and makes no step longer, so kicks that pile up are bounded too
    return kicks / np.sqrt(1.0 + np.sum(kicks**2, axis=1, keepdims=True)), bound


def _peaks(onset: Floats, apart: int, loops: bool) -> list[int]:
    """Frames of onsets of a tenth and more, none beside a stronger one, at least `apart` frames from each other."""
    edges = np.pad(onset, 1, mode="wrap" if loops else "constant")
    found: list[int] = []
    for frame in np.flatnonzero((onset >= 0.1) & (onset > edges[:-2]) & (onset >= edges[2:])).tolist():
        if not found or frame - found[-1] >= apart:
            found.append(frame)
    if loops and len(found) > 1 and found[0] + len(onset) - found[-1] < apart:
        found.pop()
    return found


def ease(share: Floats) -> Floats:
    """From 0 at 0 to 1 at 1, with neither speed nor acceleration at the ends; its steepest is 1.875."""
    share = np.clip(share, 0.0, 1.0)
    return share**3 * (10.0 - 15.0 * share + 6.0 * share**2)


def _stretches(section: npt.NDArray[np.int64], fps: float, loops: bool) -> tuple[Stretch, ...]:
    """Runs of equal numbers in order; those too short for a scene go to the one before."""
    frames = len(section)
    changes = np.flatnonzero(section != np.roll(section, 1)) if loops else np.zeros(0, dtype=np.int64)
    first = int(changes[0]) if len(changes) else 0
    turned = np.roll(section, -first)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(turned)) + 1])
    lengths = np.diff(starts, append=frames)
    lasting = np.flatnonzero(lengths >= min(SHORTEST_SECTION_S * fps, lengths.max()))
    found: list[Stretch] = []
    for run in lasting.tolist():
        number = int(turned[starts[run]])
        if not found or found[-1].section != number:
            found.append(Stretch(int(starts[run]) + first if found or loops else 0, number))
    if loops and len(found) > 1 and found[0].section == found[-1].section:
        found = found[1:]
    return tuple(found)
