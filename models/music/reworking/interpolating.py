"""A bridge between two songs: a section of one whose tune lies on the way to the other's, by MusicVAE."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.music.given import Guide
from models.music.reworking.continuing import continue_song
from models.music.reworking.harmonising import section_ticks
from models.music.reworking.hearing import SIXTEENTH
from schemas.errors import SettingsError, StepError
from schemas.lyrics import LyricLine
from schemas.music import LeadSheet
from schemas.plan import SectionPlan, SongPlan

if TYPE_CHECKING:
    from models.music.music_vae.network import MusicVAE
    from models.music.transformer import MusicTransformer

_WINDOW_BARS = 2
_STEPS = 21
"""Tunes on the way between two: shares are taken to the nearest twentieth."""

Notes = list[tuple[int, int, int]]
"""Onset and length in sixteenths and MIDI pitch."""


def interpolate(
    one: LeadSheet,
    other: LeadSheet,
    plan: SongPlan,
    model: MusicTransformer,
    vae: MusicVAE,
    *,
    section: SectionPlan,
    lines: Sequence[LyricLine],
    seed: int,
    share: float = 0.5,
    tunes: tuple[str, str] | None = None,
    at: int | None = None,
) -> LeadSheet:
    """The first song with a section whose tune lies between one of its own and one of another song's.

    MusicVAE gives the tune between the two, two bars at a time; the other's notes are moved into the first one's key
    before. The composer then fits it to the words, the voice and the chords: rhythm and notes are kept where they can.

    Args:
        one: the song that gets the section.
        other: the song that it looks over to.
        plan: the first song's plan, for genre and voice.
        model: the composing network, in evaluation mode.
        vae: a MusicVAE of melodies of two bars.
        section: the section, with words and a tune of its own.
        lines: its words, as many syllables as planned.
        seed: 0 or more.
        share: how far on the way, 0 (the first song's tune) to 1 (the other's).
        tunes: the names of the two tunes; None: each song's chorus, or its first tune where it has none.
        at: the index of the section that it comes before; None: the end.

    Raises:
        StepError: a song has no such tune, or the words do not fit.
        SettingsError: `share` or `seed` is out of bounds.
    """
    if not 0 <= share <= 1:
        raise SettingsError(f"share {share} must be from 0 to 1")
    if not section.lines:
        raise StepError(f"{section.name!r} has no words: a bridge between two tunes is sung")
    names = tunes or (_chief_tune(one), _chief_tune(other))
    guides = tuple(
        _guide(one, other, names, vae, number * section.line_bars, section.line_bars, share)
        for number in range(len(section.lines))
    )
    return continue_song(one, plan, model, section=section, lines=lines, seed=seed, at=at, guides=guides)


def _chief_tune(lead: LeadSheet) -> str:
    sung = sorted({lead.syllables[note.syllable].section for note in lead.melody})
    if not sung:
        raise StepError(f"{lead.title!r} has no tune to begin from: nothing is sung in it")
    chief = next((index for index in sung if lead.sections[index].role == "chorus"), sung[0])
    return lead.sections[chief].melody


def _guide(
    one: LeadSheet, other: LeadSheet, names: tuple[str, str], vae: MusicVAE, first: int, bars: int, share: float
) -> Guide:
    """What a line follows: the way between the two tunes in its bars, two at a time."""
    from models.music.music_vae.latent import interpolate_melodies

    move = (one.key.pitch_class - other.key.pitch_class + 6) % 12 - 6
    length = one.beats_per_bar * 4
    found: list[tuple[int, int]] = []
    for start in range(0, bars, _WINDOW_BARS):
        count = min(_WINDOW_BARS, bars - start)
        here = _window(one, names[0], first + start, count, 0)
        there = _window(other, names[1], first + start, count, move)
        if not here or not there:
            notes: Sequence[tuple[int, int, int]] = here or there
        else:
            notes = interpolate_melodies(vae, here, there, _STEPS)[round(share * (_STEPS - 1))]
        found += [(start * length + onset, pitch) for onset, _, pitch in notes if onset < count * length]
    return tuple(found)


def _window(lead: LeadSheet, name: str, first: int, bars: int, move: int) -> Notes:
    """The notes of some bars of a tune, over again where it is shorter; sixteenths from the first bar line."""
    sung = {lead.syllables[note.syllable].section for note in lead.melody}
    index = next((i for i, span in enumerate(lead.sections) if span.melody == name and i in sung), None)
    if index is None:
        known = ", ".join(sorted({lead.sections[i].melody for i in sung})) or "none"
        raise StepError(f"{lead.title!r} has no tune {name!r}: it has {known}")
    span = lead.sections[index]
    begin, _ = section_ticks(lead, span)
    start = begin + first % span.bars * lead.bar_ticks
    notes: dict[int, tuple[int, int]] = {}
    for note in lead.melody:
        if start <= note.onset_ticks < start + bars * lead.bar_ticks:
            onset = (note.onset_ticks - start) // SIXTEENTH
            notes.setdefault(onset, (max(1, note.duration_ticks // SIXTEENTH), note.pitch + move))
    ends = [*list(notes)[1:], bars * lead.beats_per_bar * 4]
    return [(at, min(length, end - at), pitch) for (at, (length, pitch)), end in zip(notes.items(), ends, strict=True)]
