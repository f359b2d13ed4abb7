"""The director: from a song to its storyboard."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np

from media.cover.colour import oklch
from media.film.directing.casting import Cast, cast_film
from media.film.directing.cutting import Piece, cut_song
from media.film.directing.facts import FilmFacts
from media.film.directing.moves import BIG_CHANGE, Move, move_of, transition_of
from media.film.directing.reeling import reels_of
from media.film.pulse import Pulse, pulse_of
from schemas.errors import MediaError
from schemas.film import Shot, Storyboard, Transition

_TINT_LIGHTNESS, _TINT_CHROMA = 0.62, 0.11
_LEAST_TINT, _MOST_TINT = 0.03, 0.16
_OPENING_S, _TITLE_S, _CREDITS_S = 0.8, (3.0, 6.0), (4.0, 12.0)
_LINE_OF_CREDITS_S = 1.1
_MOST_SCENE_S = 3600.0


def direct_film(facts: FilmFacts) -> Storyboard:
    """The storyboard of a song's film: the same facts give the same storyboard.

    Raises:
        MediaError: a fact is out of its bounds, or nothing says how the film is to be painted.
    """
    facts = facts.checked()
    pulse = pulse_of(facts.score, facts.syllables, fps=facts.fps, frames=facts.frames)
    pieces = cut_song(facts.sections, facts.bar_s, facts.frames, facts.fps)
    counts = Counter(piece.section for piece in pieces)
    cast = cast_film(facts, tuple(counts[number] for number in range(len(facts.sections) + 1)))
    energies = [_energy(facts, piece, pulse) for piece in pieces]
    shots = _shots(facts, pieces, energies, cast, pulse)
    reels = _reels(shots, pieces, facts.fps)
    firsts = set(reels)
    shots = [_begun(shot) if number in firsts else shot for number, shot in enumerate(shots)]
    title_s, credits_s = _lettered(facts, pieces)
    if facts.painted is None:
        raise MediaError("nothing says how the film is to be painted: give a treatment")
    return Storyboard(
        title=facts.title,
        artist=facts.artist,
        fps=facts.fps,
        frames=facts.frames,
        scenes=cast.scenes,
        treatment=facts.painted,
        shots=tuple(shots),
        title_s=title_s,
        credits_s=credits_s,
        credits=facts.credits,
        reels=reels,
        seed=facts.seed,
        reasons=_reasons(facts, cast, shots, reels),
    )


def _energy(facts: FilmFacts, piece: Piece, pulse: Pulse) -> float:
    sections = facts.sections
    heard = float(pulse.energy[piece.first : piece.end].mean())
    planned = sections[piece.section].energy if piece.section < len(sections) else 0.0
    return round(float(np.clip(0.6 * planned + 0.4 * heard, 0.0, 1.0)), 4)


def _shots(facts: FilmFacts, pieces: tuple[Piece, ...], energies: list[float], cast: Cast, pulse: Pulse) -> list[Shot]:
    seen: Counter[int] = Counter()
    shown_s: Counter[int] = Counter()
    biggest = _biggest_change(facts, pieces, energies)
    found: list[Shot] = []
    for number, (piece, energy) in enumerate(zip(pieces, energies, strict=True)):
        turns = cast.sections[piece.section] or (0,)
        scene = turns[piece.place % len(turns)]
        seconds = piece.frames / facts.fps
        rng = np.random.default_rng([facts.seed, 7, number])
        move = move_of(cast.scenes[scene], seen[scene], seconds, energy, rng)
        how, frames = _transition(facts, pieces, energies, number, biggest)
        pace = round(0.7 + 0.8 * energy, 3)
        found.append(_shot(facts, piece, scene, move, energy, pulse, (how, frames), pace, shown_s[scene]))
        seen[scene] += 1
        shown_s[scene] = round((shown_s[scene] + seconds * pace) % _MOST_SCENE_S, 3)  # type: ignore[assignment]
    return found


def _shot(
    facts: FilmFacts,
    piece: Piece,
    scene: int,
    move: Move,
    energy: float,
    pulse: Pulse,
    begins: tuple[Transition, int],
    pace: float,
    scene_s: float,
) -> Shot:
    sections = facts.sections
    hue = np.deg2rad(pulse.hue_deg[piece.first : piece.end])
    share = pulse.share[piece.first : piece.end]
    across, up = float((np.cos(hue) * (share + 1e-3)).mean()), float((np.sin(hue) * (share + 1e-3)).mean())
    far = min(1.0, float(np.hypot(across, up)) * 2)
    return Shot(
        first_frame=piece.first,
        frames=piece.frames,
        section=sections[piece.section].name if piece.section < len(sections) else "credits",
        scene=scene,
        start=move.start,
        end=move.end,
        scene_s=scene_s,
        pace=pace,
        energy=energy,
        tint=oklch(_TINT_LIGHTNESS, _TINT_CHROMA, float(np.rad2deg(np.arctan2(up, across)))),
        tint_share=round(_LEAST_TINT + (_MOST_TINT - _LEAST_TINT) * far, 4),
        transition=begins[0],
        transition_frames=begins[1],
    )


def _biggest_change(facts: FilmFacts, pieces: tuple[Piece, ...], energies: list[float]) -> int:
    """The shot that begins the biggest change: a bridge that stands out, else the largest step of energy; 0 if none."""
    bridges = {number for number, section in enumerate(facts.sections) if section.role == "bridge"}
    changes = [
        (other.section in bridges and abs(after - before) >= BIG_CHANGE, abs(after - before), -number)
        for number, ((one, before), (other, after)) in enumerate(pairwise(zip(pieces, energies, strict=True)), 1)
        if one.section != other.section
    ]
    return -max(changes)[2] if changes else 0


def _transition(
    facts: FilmFacts, pieces: tuple[Piece, ...], energies: list[float], number: int, biggest: int
) -> tuple[Transition, int]:
    piece = pieces[number]
    how: Transition = "dip"
    seconds = min(_OPENING_S, 0.3 * piece.frames / facts.fps)
    if number > 0:
        before = pieces[number - 1]
        how, seconds = transition_of(
            energies[number - 1],
            energies[number],
            new_section=before.section != piece.section,
            biggest=number == biggest,
            shortest_s=min(before.frames, piece.frames) / facts.fps,
        )
    frames = min(240, piece.frames, round(seconds * facts.fps))
    return ("cut", 0) if frames < 2 else (how, frames)


def _reels(shots: list[Shot], pieces: tuple[Piece, ...], fps: int) -> tuple[int, ...]:
    return reels_of(
        [shot.frames / fps for shot in shots],
        [piece.place == 0 for piece in pieces],
        [shot.transition == "dissolve" for shot in shots],
    )


def _begun(shot: Shot) -> Shot:
    """The shot as the first of a reel, which has nothing to dissolve from."""
    return shot.replaced(transition="cut", transition_frames=0) if shot.transition == "dissolve" else shot


def _lettered(facts: FilmFacts, pieces: tuple[Piece, ...]) -> tuple[float, float]:
    """How long the title stands over the first bars, and the credits over the last; together no more than the film."""
    low, high = _TITLE_S
    title_s = min(max(2 * facts.bar_s, low), high, 0.4 * facts.duration_s)
    if not facts.credits:
        return round(title_s, 3), 0.0
    tail_s = (facts.frames - pieces[-1].first) / facts.fps
    low, high = _CREDITS_S
    wanted = min(max(_LINE_OF_CREDITS_S * len(facts.credits), min(tail_s, high), low), high)
    return round(title_s, 3), round(min(wanted, 0.4 * facts.duration_s), 3)


def _reasons(facts: FilmFacts, cast: Cast, shots: list[Shot], reels: tuple[int, ...]) -> tuple[str, ...]:
    lengths = sorted(shot.frames / facts.fps for shot in shots)
    told = facts.own or facts.front
    ways = Counter(shot.transition for shot in shots[1:])
    return (
        *cast.reasons[:34],
        f"painted as the {'song' if facts.own else 'album'}'s picture is" if told else "painted as was asked",
        f"{len(shots)} shots of {lengths[0]:.1f} to {lengths[-1]:.1f} s, cut on bar lines, in {len(reels)} reels",
        f"{ways['cut']} cuts, {ways['dissolve']} dissolves where it is quiet, {ways['dip']} through the dark",
    )
