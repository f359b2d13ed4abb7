"""An album's melodies as shapes: times and pitches between 0 and 1, whatever the songs are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.music import LeadSheet
from schemas.plan import AlbumPlan, Key, SectionRole, SongPlan

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SongForm:
    """One song as shapes.

    Attributes:
        onsets: start of each note, 0 to 1 of the song. Shapes: [n], n >= 2.
        lengths: length of each note, in the same unit. Shapes: [n].
        pitches: height of each note, 0 (lowest of the album) to 1 (highest). Shapes: [n].
        sections: (start, length, energy, role) of each section, times 0 to 1.
        energy: mean energy over the bars, 0 to 1.
        sung: false where the song has no melody yet and its plan's energies stand in.
    """

    onsets: Floats
    lengths: Floats
    pitches: Floats
    sections: tuple[tuple[float, float, float, SectionRole], ...]
    energy: float
    key: Key
    tempo_bpm: int
    sung: bool

    def contour(self, count: int, *, width: float = 0.02) -> Floats:
        """The melody's height at `count` even times, smoothed by a Gaussian of `width` (share of the song).

        Shapes: [count] of 0-1.
        """
        times = np.linspace(0.0, 1.0, count)
        place = np.clip(np.searchsorted(self.onsets, times, side="right") - 1, 0, len(self.onsets) - 1)
        steps = self.pitches[place]
        reach = max(1, round(count * width * 3))
        window = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(1e-6, count * width)) ** 2)
        padded = np.pad(steps, reach, mode="edge")
        return np.convolve(padded, window / window.sum(), mode="valid")

    def steps(self, count: int) -> Floats:
        """Heights of `count` notes taken evenly through the song. Shapes: [count] of 0-1."""
        places = np.linspace(0, len(self.pitches) - 1, count).round().astype(int)
        return np.asarray(self.pitches[places], dtype=np.float64)

    def energies(self, count: int) -> Floats:
        """Energy of the section at `count` even times. Shapes: [count] of 0-1."""
        times = (np.arange(count) + 0.5) / count
        starts = np.array([section[0] for section in self.sections])
        levels = np.array([section[2] for section in self.sections])
        return np.asarray(levels[np.clip(np.searchsorted(starts, times, side="right") - 1, 0, None)], dtype=np.float64)


@dataclass(frozen=True)
class AlbumForm:
    """The songs' shapes in running order, and what they have in common."""

    songs: tuple[SongForm, ...]
    key: Key
    tempo_bpm: float
    energy: float

    def song(self, index: int) -> SongForm:
        """The song at an index, going round when there are fewer."""
        return self.songs[index % len(self.songs)]

    @property
    def density(self) -> float:
        """How much happens, 0 to 1, from tempo and energy."""
        return float(np.clip(0.5 * (self.tempo_bpm - 55) / 100 + 0.5 * self.energy, 0.0, 1.0))


def album_form(album: AlbumPlan, sheets: tuple[LeadSheet, ...]) -> AlbumForm:
    """The shapes of an album. A song whose lead sheet is missing is drawn from its plan's energies."""
    left = list(sheets)
    matched: list[LeadSheet | None] = []
    for plan in album.songs:
        found = next((sheet for sheet in left if sheet.melody and _belongs(sheet, plan)), None)
        if found is not None:
            left.remove(found)
        matched.append(found)
    pitches = [note.pitch for sheet in matched if sheet for note in sheet.melody]
    low, high = (min(pitches), max(pitches)) if pitches else (0, 1)
    songs = tuple(
        _from_sheet(sheet, plan, low, max(high, low + 1)) if sheet else _from_plan(plan)
        for sheet, plan in zip(matched, album.songs, strict=True)
    )
    keys = Counter((song.key.tonic, song.key.mode) for song in songs)
    tonic, mode = max(keys, key=lambda name: (keys[name], name))
    return AlbumForm(
        songs,
        Key(tonic=tonic, mode=mode),
        float(np.mean([song.tempo_bpm for song in songs])),
        float(np.mean([song.energy for song in songs])),
    )


def _belongs(sheet: LeadSheet, plan: SongPlan) -> bool:
    return (sheet.key, sheet.tempo_bpm, sheet.bars) == (plan.key, plan.tempo_bpm, plan.bars)


def _sections(plan: SongPlan) -> tuple[tuple[float, float, float, SectionRole], ...]:
    return tuple(
        (start / plan.bars, section.bars / plan.bars, section.energy, section.role)
        for start, section in zip(plan.section_starts(), plan.sections, strict=True)
    )


def _energy(plan: SongPlan) -> float:
    return sum(section.energy * section.bars for section in plan.sections) / plan.bars


def _from_sheet(sheet: LeadSheet, plan: SongPlan, low: int, high: int) -> SongForm:
    end = sheet.bars * sheet.bar_ticks
    notes = sheet.melody if len(sheet.melody) > 1 else sheet.melody * 2
    return SongForm(
        onsets=np.array([note.onset_ticks / end for note in notes]),
        lengths=np.array([note.duration_ticks / end for note in notes]),
        pitches=np.array([(note.pitch - low) / (high - low) for note in notes]),
        sections=_sections(plan),
        energy=_energy(plan),
        key=sheet.key,
        tempo_bpm=sheet.tempo_bpm,
        sung=True,
    )


def _from_plan(plan: SongPlan) -> SongForm:
    marks = [
        (place + part / 4 * length, length / 4, level + (0.12, -0.06, 0.18, -0.1)[part] * (0.5 + level))
        for place, length, level, _ in _sections(plan)
        for part in range(4)
    ]
    onsets, lengths, heights = (np.array(column) for column in zip(*marks, strict=True))
    return SongForm(
        onsets, lengths, np.clip(heights, 0, 1), _sections(plan), _energy(plan), plan.key, plan.tempo_bpm, False
    )
