"""Words and a plan become a lead sheet: the network proposes notes and chords, rules keep them singable."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.music.engine import run_together
from models.music.form import Tune, TuneLine, sung_lines, tunes_of
from models.music.given import NOTHING, Given, around
from models.music.harmony import Harmony, voiced_bass, written
from models.music.tune_writer import TuneWriter, Writing, WrittenTune
from schemas.errors import HibariError, SettingsError
from schemas.lyrics import Lyrics
from schemas.music import ChordSpan, LeadSheet, MelodyNote, SungSyllable
from schemas.plan import TICKS_PER_QUARTER, SectionPlan, SongPlan

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer

TAKES = 12
"""Candidates for each line where no other number is asked for."""
_SIXTEENTH = TICKS_PER_QUARTER // 4

BarChords = list[tuple[int, Harmony]]
"""The chords of one bar: tick in the bar, chord."""


def load_music_model(path: Path) -> MusicTransformer:
    """The composing network from its weights.

    Raises:
        CheckpointError: the file is missing, damaged, or of another architecture.
    """
    from models.music.transformer import load_music_transformer

    return load_music_transformer(path)


@dataclass(frozen=True)
class ComposeRequest:
    """A song to be composed."""

    plan: SongPlan
    lyrics: Lyrics
    """Words that fit the plan."""
    seed: int
    """0 or more."""
    takes: int = TAKES
    """Candidates for each line, 1 to 64; the best is kept."""
    given: Given = NOTHING
    """What is fixed; `models.music.given.given_of` reads it from records."""


def compose_lead_sheet(
    plan: SongPlan,
    lyrics: Lyrics,
    model: MusicTransformer,
    *,
    seed: int,
    takes: int = TAKES,
    given: Given = NOTHING,
) -> LeadSheet:
    """A lead sheet: one note a syllable, chords in every bar, all within the plan's form, key and voice range.

    What is given stands in it as it is: notes and chords to the tick, and a syllable may then have several notes. The
    same plan, words, network, seed, takes and given things give the same lead sheet on one machine, whatever else is
    composed before it or beside it.

    Args:
        plan: the song's plan.
        lyrics: words that fit it.
        model: the network, in evaluation mode.
        seed: 0 or more.
        takes: candidates for each line, 1 to 64; the best is kept.
        given: what is fixed.

    Raises:
        StepError: the words do not fit the plan, or a line its bars.
        SettingsError: `seed` or `takes` is out of bounds.
    """
    (made,) = compose_lead_sheets([ComposeRequest(plan, lyrics, seed, takes, given)], model)
    if isinstance(made, HibariError):
        raise made
    return made


def compose_lead_sheets(requests: Sequence[ComposeRequest], model: MusicTransformer) -> list[LeadSheet | HibariError]:
    """The lead sheets of many songs, written side by side, each as `compose_lead_sheet` writes it alone.

    Args:
        requests: the songs.
        model: the network, in evaluation mode.

    Returns:
        A lead sheet for each request, or why there is none: a song that cannot be written keeps no other from it.
    """
    return run_together([composing(request, model.config.context) for request in requests], model)


def composing(request: ComposeRequest, context: int) -> Writing[LeadSheet]:
    """Writes a song, asking for the candidates of line after line.

    Args:
        request: the song.
        context: how many tokens the network can hold.

    Raises:
        StepError: the words do not fit the plan, or a line its bars.
        SettingsError: `seed` or `takes` is out of bounds.
    """
    plan, lyrics, seed = request.plan, request.lyrics, request.seed
    if seed < 0 or not 1 <= request.takes <= 64:
        raise SettingsError(f"seed {seed} must be 0 or more and takes {request.takes} from 1 to 64")
    writer = TuneWriter(plan, context=context, seed=seed, takes=request.takes, given=request.given)
    for tune in tunes_of(plan, lyrics):
        yield from writer.write(tune)
    bare: tuple[WrittenTune, ...] = ()
    if not writer.written:
        bare = ((yield from writer.write(_chords_alone())),)
    syllables, melody = _sung(plan, lyrics, writer.written)
    return LeadSheet(
        title=lyrics.title,
        key=plan.key,
        tempo_bpm=plan.tempo_bpm,
        beats_per_bar=plan.beats_per_bar,
        swing=plan.swing,
        sections=plan.spans(),
        syllables=tuple(syllables),
        melody=tuple(melody),
        chords=_chords(request, [*writer.written.values(), *bare], melody),
    )


def _chords_alone() -> Tune:
    """Four bars without words, for a song that has none."""
    return Tune("", "verse", 2, (TuneLine((), None), TuneLine((), None)), closes=True)


def _sung(
    plan: SongPlan, lyrics: Lyrics, written_tunes: dict[str, WrittenTune]
) -> tuple[list[SungSyllable], list[MelodyNote]]:
    """Every section's words on its tune."""
    syllables: list[SungSyllable] = []
    melody: list[MelodyNote] = []
    for index, (section, start) in enumerate(zip(plan.sections, plan.section_starts(), strict=True)):
        for number, line in enumerate(sung_lines(section, lyrics)):
            tick = (start + number * section.line_bars) * plan.bar_ticks
            for onset, length, pitch, own in _line_notes(written_tunes[section.melody], number):
                melody.append(
                    MelodyNote(
                        onset_ticks=tick + onset, duration_ticks=length, pitch=pitch, syllable=len(syllables) + own
                    )
                )
            syllables += [
                SungSyllable(
                    text=syllable.text,
                    phones=syllable.phones,
                    stress=syllable.stress,
                    section=index,
                    line=number,
                    word=place,
                    word_text=word.text,
                    ends_word=part == len(word.syllables) - 1,
                )
                for place, word in enumerate(line.words)
                for part, syllable in enumerate(word.syllables)
            ]
    return syllables, melody


def _line_notes(made: WrittenTune, number: int) -> list[tuple[int, int, int, int]]:
    """Onset, duration (ticks from the line's start), pitch and syllable of each note of a line."""
    line = made.lines[number]
    if line.given is not None:
        return [(*note, own) for note, own in zip(line.given.notes, line.given.syllables, strict=True)]
    ticks = _SIXTEENTH // made.grid
    onsets = line.choice.onsets
    ends = [*onsets[1:], onsets[-1] + line.last_slots]
    return [
        (onset * ticks, (end - onset) * ticks, pitch, own)
        for own, (onset, end, pitch) in enumerate(zip(onsets, ends, line.choice.pitches, strict=True))
    ]


def _bars(made: WrittenTune, bar_ticks: int) -> list[BarChords]:
    """The chords of a tune, bar by bar."""
    bars: list[BarChords] = [[] for _ in range(len(made.lines) * made.tune.line_bars)]
    ticks = _SIXTEENTH // made.grid
    for number, line in enumerate(made.lines):
        for slot, chord in zip(line.chord_slots, line.choice.harmonies, strict=True):
            bar, tick = divmod(slot * ticks, bar_ticks)
            bars[number * made.tune.line_bars + bar].append((tick, chord))
    return bars


def _chords(
    request: ComposeRequest, tunes: Sequence[WrittenTune], melody: Sequence[MelodyNote]
) -> tuple[ChordSpan, ...]:
    plan = request.plan
    spans: list[ChordSpan] = []
    known: dict[str, tuple[ChordSpan, ...]] = {}
    for section, start in zip(plan.sections, plan.section_starts(), strict=True):
        name = section.melody or section.name
        if name not in known:
            made = _source(section, tunes)
            bars = _section_bars(plan, section, made)
            composed = _coloured(plan, section, bars, start, melody, request.seed)
            given = request.given.tune(made.tune.name).chords
            known[name] = around(_played(plan, section, made, given), composed) if given else composed
        shift = start * plan.bar_ticks
        spans += [span.replaced(onset_ticks=span.onset_ticks + shift) for span in known[name]]
    return tuple(spans)


def _played(
    plan: SongPlan, section: SectionPlan, made: WrittenTune, given: Sequence[ChordSpan]
) -> tuple[ChordSpan, ...]:
    """The given chords of a tune as a section plays them: again and again where it has no words."""
    if section.melody:
        return tuple(given)
    bar, length = plan.bar_ticks, len(made.lines) * made.tune.line_bars * plan.bar_ticks
    end = section.bars * bar
    first = -(end % length) if section.role == "outro" and end % length else 0
    last = end - bar if section.role == "outro" else end
    found = []
    for turn in range(first, last, length):
        for span in given:
            onset, over = max(span.onset_ticks + turn, 0), min(span.onset_ticks + span.duration_ticks + turn, last)
            if onset < over:
                found.append(span.replaced(onset_ticks=onset, duration_ticks=over - onset))
    return tuple(found)


def _source(section: SectionPlan, tunes: Sequence[WrittenTune]) -> WrittenTune:
    """The tune whose chords a section plays: its own; instrumental, the verse's at first and the chorus' later."""
    by_name = {made.tune.name: made for made in tunes}
    if section.melody:
        return by_name[section.melody]
    wanted = "verse" if section.role in ("intro", "verse") else "chorus"
    return next((made for made in tunes if made.tune.role == wanted), tunes[0])


def _section_bars(plan: SongPlan, section: SectionPlan, made: WrittenTune) -> list[BarChords]:
    own = _bars(made, plan.bar_ticks)
    if section.melody:
        return own
    if section.role != "outro":
        return [own[bar % len(own)] for bar in range(section.bars)]
    bars = [own[(bar - section.bars) % len(own)] for bar in range(section.bars)]
    return [*bars[:-1], [(0, _home(plan))]]


def _home(plan: SongPlan) -> Harmony:
    return Harmony(0, "major" if plan.key.mode == "major" else "minor", "tonic")


def _coloured(
    plan: SongPlan, section: SectionPlan, bars: Sequence[BarChords], start: int, melody: Sequence[MelodyNote], seed: int
) -> tuple[ChordSpan, ...]:
    """The chords of a section as they are written, ticks from its start."""
    name = f"{seed}/{section.melody or section.role}/colours"
    draws = np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big"))
    places = [(bar * plan.bar_ticks + tick, chord) for bar, chords in enumerate(bars) for tick, chord in chords]
    ends = [*(onset for onset, _ in places[1:]), len(bars) * plan.bar_ticks]
    begins = start * plan.bar_ticks
    seen: dict[tuple[Harmony, Harmony | None], float] = {}
    spans = []
    for index, ((onset, chord), end) in enumerate(zip(places, ends, strict=True)):
        following = places[index + 1][1] if index + 1 < len(places) else None
        sung = frozenset(
            note.pitch % 12
            for note in melody
            if begins + onset <= note.onset_ticks < begins + end
            and (note.onset_ticks % TICKS_PER_QUARTER == 0 or note.duration_ticks >= TICKS_PER_QUARTER)
        )
        draw = seen.setdefault((chord, following), float(draws.random()))
        root, quality = written(chord, plan.key, plan.genre, sung, following, draw)
        spans.append(ChordSpan(onset_ticks=onset, duration_ticks=end - onset, root=root, quality=quality))
    return voiced_bass(spans) if plan.genre in ("piano-ballad", "folk") else tuple(spans)
