"""The motif that an album's songs share, and the shape it takes in each of them.

A MusicVAE writes many tunes of two bars within rules (steps of the scale, eighths); the cell that is best remembered,
by `motif_score`, becomes the album's. A song moves it by steps, turns it over, stretches it, varies its intervals in
the latent space, or leaves it as it is; where its lines are too short for the whole, it sings it twice as fast.
Whatever it does, `is_recognisable` holds: as many notes, the same rhythm (or all lengths doubled or halved), and a
line that rises, falls and stays where the album's does, or exactly upside down.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.music.music_vae.vocabulary import (
    FIRST_NOTE,
    HIGHEST,
    HOLD,
    LOWEST,
    MELODY_TOKENS,
    NOTE_OFF,
    GridNote,
    melody_notes,
)
from schemas.composing import MotifNote, MotifRelation, SongMotif
from schemas.plan import Mode

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from models.music.music_vae.network import MusicVAE

CANDIDATES = 96
"""How many tunes are written, among whose cells the motif is chosen."""
FEWEST_NOTES, MOST_NOTES = 3, 8
TEMPERATURE = 0.7
_BEAT = 4
_LONGEST_SPAN = 32
_WIDEST = 8
_TONICS: dict[Mode, int] = {"major": 72, "minor": 69}
_WHITE = tuple(pitch for pitch in range(LOWEST, HIGHEST + 1) if pitch % 12 in (0, 2, 4, 5, 7, 9, 11))
_MOVES = (1, 2, -1, -2, 3, 4, -3)
_NEAR, _TRIES = 0.35, 6
_WEIGHTS: dict[MotifRelation, float] = {
    "as it is": 0.25,
    "moved": 0.25,
    "varied": 0.25,
    "stretched": 0.15,
    "turned over": 0.1,
}


def album_motif(vae: MusicVAE, *, seed: int, beats_per_bar: Literal[3, 4]) -> tuple[MotifNote, ...]:
    """A motif of 3 to 8 notes within two bars, the best of many by `motif_score` (the first of equals).

    Its first note falls on a beat.

    Args:
        vae: a MusicVAE of melodies, e.g. `motif:two-bars`.
        seed: chooses the tunes.
        beats_per_bar: 3 or 4.
    """
    import torch

    from models.music.music_vae.latent import random_points

    z = random_points(vae, CANDIDATES, seed)
    rules = _plain_rules(min(vae.config.steps, 2 * beats_per_bar * _BEAT))
    tokens = vae.decode(z, TEMPERATURE, torch.Generator().manual_seed(seed), rules)
    cells = [cell for row in tokens.tolist() for cell in _cells(melody_notes(row), beats_per_bar)]
    return max(cells, key=lambda cell: motif_score(cell, beats_per_bar))


def motif_score(notes: Sequence[MotifNote], beats_per_bar: int) -> float:
    """How well a cell should be remembered; the higher the better, about 6 for a good one.

    Counted are: 4 to 6 notes (1); two or three different lengths, eighths and quarters the most (up to 1.5); the last
    note the longest or as long as any (0.5); one leap of a fourth or more (1), less for two or more; one or two turns
    of direction (1); a compass from a third to an octave (0.5); a beginning and an end on the tonic's triad (0.25
    and 0.5); an arrival on the second bar line (0.5). Taken off: a run along the scale (2), more than one repeated note
    (0.5 each), a leap beyond an octave (1).
    """
    gaps = [after.onset - before.onset for before, after in pairwise(notes)] + [notes[-1].length]
    steps = [after.degree - before.degree for before, after in pairwise(notes)]
    compass = max(note.degree for note in notes) - min(note.degree for note in notes)
    turns = sum(one * other < 0 for one, other in pairwise([step for step in steps if step]))
    leaps = sum(abs(step) >= 3 for step in steps)
    score = 1.0 if 4 <= len(notes) <= 6 else 0.0
    score += 0.5 * (2 <= len(set(gaps)) <= 3) + sum(gap in (2, 4) for gap in gaps) / len(gaps)
    score += 0.5 * (gaps[-1] == max(gaps))
    score += 1.0 if leaps == 1 else 0.5 if leaps else 0.0
    score += 1.0 if 1 <= turns <= 2 else 0.25 if turns else 0.0
    score += 0.5 * (2 <= compass <= 7)
    score += 0.25 * (notes[0].degree % 7 in (0, 2, 4)) + 0.5 * (notes[-1].degree % 7 in (0, 2, 4))
    score += 0.5 * any(note.onset == beats_per_bar * _BEAT for note in notes)
    runs = all(abs(step) == 1 for step in steps) and turns == 0
    return score - 2.0 * runs - 0.5 * max(0, steps.count(0) - 1) - 1.0 * any(abs(step) > 7 for step in steps)


def song_motif(
    vae: MusicVAE,
    album_notes: Sequence[MotifNote],
    *,
    mode: Mode,
    seed: int,
    model: str,
    room: int | None = None,
) -> SongMotif:
    """What a song makes of the album's motif; the relation says what was done, as `relation_of` would find it.

    Args:
        vae: a MusicVAE of melodies.
        album_notes: the album's motif.
        mode: mode of the song.
        seed: chooses the relation and the change.
        model: the network's name, for the record.
        room: sixteenths of a line of the song: a motif that does not fit into it is sung twice as fast. None: any.
    """
    dice = np.random.default_rng(seed)
    weights = np.array(list(_WEIGHTS.values()))
    notes: tuple[MotifNote, ...] = tuple(album_notes)
    for wanted in dice.choice(len(weights), len(weights), replace=False, p=weights / weights.sum()):
        changed = _changed(vae, tuple(album_notes), list(_WEIGHTS)[int(wanted)], mode, dice)
        if changed is not None:
            notes = changed
            break
    if room is not None and not _fits(notes, room):
        notes = tuple(album_notes) if _fits(album_notes, room) else _quickened(album_notes)
    relation = relation_of(album_notes, notes)
    return SongMotif(album_notes=tuple(album_notes), notes=notes, mode=mode, relation=relation, model=model)


def _fits(notes: Sequence[MotifNote], room: int) -> bool:
    """Whether a line has room for a motif, its last note held for a quarter or a breath taken after it."""
    return notes[-1].onset + _BEAT <= room


def _quickened(notes: Sequence[MotifNote]) -> tuple[MotifNote, ...]:
    """All lengths halved; a motif lies on eighths, so that it then lies on sixteenths."""
    return tuple(MotifNote(note.onset // 2, max(1, note.length // 2), note.degree) for note in notes)


def is_recognisable(album_notes: Sequence[MotifNote], notes: Sequence[MotifNote]) -> bool:
    """Whether a listener can know the motif again: the rule at the head of this module."""
    if len(notes) != len(album_notes):
        return False
    rhythm, other = ([(note.onset, note.length) for note in each] for each in (album_notes, notes))
    doubled = [(2 * onset, 2 * length) for onset, length in rhythm]
    halved = [(note.onset, note.length) for note in _quickened(album_notes)]
    if other not in (rhythm, doubled, halved):
        return False
    return contour(notes) == contour(album_notes) or _steps(notes) == [-step for step in _steps(album_notes)]


def relation_of(album_notes: Sequence[MotifNote], notes: Sequence[MotifNote]) -> MotifRelation:
    """How a recognisable shape came from the motif.

    Raises:
        ValueError: it is not recognisable.
    """
    if not is_recognisable(album_notes, notes):
        raise ValueError(f"{tuple(notes)} is no shape of {tuple(album_notes)}")
    if notes[-1].onset != album_notes[-1].onset:
        return "stretched" if notes[-1].onset > album_notes[-1].onset else "quickened"
    if _steps(notes) == _steps(album_notes):
        return "as it is" if notes[0].degree == album_notes[0].degree else "moved"
    return "turned over" if _steps(notes) == [-step for step in _steps(album_notes)] else "varied"


def contour(notes: Sequence[MotifNote]) -> tuple[int, ...]:
    """1 where the line rises, -1 where it falls, 0 where it stays."""
    return tuple((step > 0) - (step < 0) for step in _steps(notes))


def _steps(notes: Sequence[MotifNote]) -> list[int]:
    return [after.degree - before.degree for before, after in pairwise(notes)]


def _plain_rules(steps: int) -> _Allow:
    """What may come next in a candidate: steps of the scale within two octaves, on eighths, nothing after `steps`."""
    import torch

    silent = torch.zeros(MELODY_TOKENS, dtype=torch.bool)
    plain = silent.clone()
    silent[HOLD] = True
    plain[[HOLD, NOTE_OFF, *(FIRST_NOTE + pitch - LOWEST for pitch in _WHITE if 60 <= pitch <= 84)]] = True

    def allow(written: list[Tensor]) -> Tensor:
        return plain if len(written) % 2 == 0 and len(written) < steps else silent

    return allow


def _cells(notes: Sequence[GridNote], beats_per_bar: int) -> list[tuple[MotifNote, ...]]:
    """The cells in a tune: 3 to 8 notes running, the first on a beat, within two bars and an octave and a step."""
    found = []
    for first, start in enumerate(notes):
        if start.onset % _BEAT:
            continue
        for count in range(FEWEST_NOTES, MOST_NOTES + 1):
            cell = notes[first : first + count]
            end = cell[-1].onset + min(cell[-1].length, 8) - start.onset
            degrees = [_degree(note.pitch, "major") for note in cell]
            if len(cell) < count or end > 2 * beats_per_bar * _BEAT or max(degrees) - min(degrees) > _WIDEST:
                break
            found.append(_cell(cell, degrees))
    return found


def _cell(notes: Sequence[GridNote], degrees: list[int]) -> tuple[MotifNote, ...]:
    """A cell from its first note, in the octave in which its middle is nearest to the third above the tonic."""
    octave = 7 * round((sum(degrees) / len(degrees) - 2) / 7)
    return tuple(
        MotifNote(note.onset - notes[0].onset, min(note.length, 8), degree - octave)
        for note, degree in zip(notes, degrees, strict=True)
    )


def _degree(pitch: int, mode: Mode) -> int:
    return _WHITE.index(pitch) - _WHITE.index(_TONICS[mode])


def _pitch(degree: int, mode: Mode) -> int:
    return _WHITE[_WHITE.index(_TONICS[mode]) + degree]


def _changed(
    vae: MusicVAE, notes: tuple[MotifNote, ...], wanted: MotifRelation, mode: Mode, dice: np.random.Generator
) -> tuple[MotifNote, ...] | None:
    """The motif in a wanted relation; None where that gives nothing new or nothing that can be sung."""
    if wanted == "moved":
        fitting = [move for move in _MOVES if _is_singable([note.degree + move for note in notes])]
        if not fitting:
            return None
        move = int(dice.choice(fitting))
        return tuple(note._replace(degree=note.degree + move) for note in notes)
    if wanted == "turned over":
        low, high = min(note.degree for note in notes), max(note.degree for note in notes)
        turned = tuple(note._replace(degree=low + high - note.degree) for note in notes)
        return turned if _steps(turned) != _steps(notes) else None
    if wanted == "stretched":
        if 2 * (notes[-1].onset + notes[-1].length) > _LONGEST_SPAN:
            return None
        return tuple(MotifNote(2 * note.onset, 2 * note.length, note.degree) for note in notes)
    return _varied(vae, notes, mode, dice) if wanted == "varied" else notes


def _is_singable(degrees: Sequence[int]) -> bool:
    return min(degrees) >= -4 and max(degrees) <= 9


def _varied(
    vae: MusicVAE, notes: tuple[MotifNote, ...], mode: Mode, dice: np.random.Generator
) -> tuple[MotifNote, ...] | None:
    """The motif with one to half of its intervals changed, as the network likes them at a point near the motif's own.

    Which intervals may change is drawn; None where all notes are one, or no try can be sung.
    """
    import torch

    from models.music.music_vae.latent import interpolate, place, random_points

    tune = [GridNote(note.onset, note.length, _pitch(note.degree, mode)) for note in notes]
    moving = [index for index, step in enumerate(_steps(notes)) if step]
    if not moving or tune[-1].onset >= vae.config.steps:
        return None
    start, away = place(vae, tune), random_points(vae, _TRIES, int(dice.integers(2**31)))
    z = torch.stack([interpolate(start, each * (start.norm() / each.norm()), _NEAR) for each in away])
    free = [
        frozenset(dice.permutation(moving)[: 1 + int(dice.integers(0, max(1, len(moving) // 2)))].tolist())
        for _ in range(_TRIES)
    ]
    for row in vae.decode(z, 0.0, None, _shape_rules(notes, mode, free)).tolist():
        degrees = [_degree(row[note.onset] - FIRST_NOTE + LOWEST, mode) for note in notes]
        if _is_singable(degrees):
            return tuple(note._replace(degree=degree) for note, degree in zip(notes, degrees, strict=True))
    return None


def _shape_rules(notes: Sequence[MotifNote], mode: Mode, free: Sequence[frozenset[int]]) -> _Allow:
    """What keeps a tune in the motif's shape: its onsets, its first note and all intervals but the free ones of a row.

    A free interval becomes larger or smaller by one or two steps, and rises or falls as it did.
    """
    import torch

    tokens = [FIRST_NOTE + pitch - LOWEST for pitch in _WHITE]
    onsets = {note.onset: index for index, note in enumerate(notes)}
    steps = _steps(notes)
    first = tokens[_WHITE.index(_pitch(notes[0].degree, mode))]

    def allow(written: list[Tensor]) -> Tensor:
        index = onsets.get(len(written))
        allowed = torch.zeros(len(free), MELODY_TOKENS, dtype=torch.bool)
        if index is None or index == 0:
            allowed[:, HOLD if index is None else first] = True
            return allowed
        step = steps[index - 1]
        sign = (step > 0) - (step < 0)
        changed = [size for size in range(max(1, abs(step) - 2), abs(step) + 3) if size != abs(step)]
        for row, token in enumerate(written[notes[index - 1].onset].tolist()):
            sizes = changed if index - 1 in free[row] else [abs(step)]
            allowed[row, [tokens[tokens.index(token) + sign * size] for size in sizes]] = True
        return allowed

    return allow


if TYPE_CHECKING:
    from collections.abc import Callable

    _Allow = Callable[[list[torch.Tensor]], torch.Tensor]
