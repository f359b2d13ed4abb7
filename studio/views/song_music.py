"""A version of a song as its page plays it: sections, words, notes and chords in seconds, parts, stems."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from media.arrange.humanise import swing_tick
from schemas.errors import ArtifactError
from schemas.plan import TICKS_PER_QUARTER
from studio.views.song_heard import LineView, Named, PartView, Played, SectionView, SongMusic, Sounded, StemView, Sung

if TYPE_CHECKING:
    from schemas.lyrics import LyricLine
    from schemas.music import LeadSheet, SungSyllable
    from studio.views.song_pieces import SongPieces


def song_music(pieces: SongPieces) -> SongMusic:
    """A version of a song, everything in seconds.

    Raises:
        ArtifactError: the times of the syllables do not cover the words.
    """
    lead, master = pieces.lead, pieces.master
    bar_s = lead.bar_ticks * lead.seconds_per_tick
    return SongMusic(
        master=master.digest(),
        audio=master.audio,
        duration_s=round(master.duration_s, 3),
        integrated_lufs=master.integrated_lufs,
        true_peak_dbtp=master.true_peak_dbtp,
        loudness_range_lu=master.loudness_range_lu,
        title=pieces.lyrics.title,
        key=str(lead.key),
        tonic=lead.key.pitch_class,
        scale=lead.key.scale,
        tempo_bpm=lead.tempo_bpm,
        beats_per_bar=lead.beats_per_bar,
        bar_s=round(bar_s, 6),
        tick_s=lead.seconds_per_tick,
        swing=lead.swing,
        sections=_sections(pieces, bar_s),
        lines=_lines(pieces),
        melody=_melody(lead),
        chords=_chords(lead),
        parts=tuple(_part(name, pieces) for name in pieces.parts),
        stems=tuple(_stem(name, pieces) for name in pieces.stems),
        lead_sheet=pieces.lead_digest,
    )


def _sections(pieces: SongPieces, bar_s: float) -> tuple[SectionView, ...]:
    loudness = {entry.section: entry.short_term_lufs for entry in pieces.master.sections}
    return tuple(
        SectionView(
            name=span.name,
            role=span.role,
            start_s=round(span.first_bar * bar_s, 3),
            end_s=round((span.first_bar + span.bars) * bar_s, 3),
            lufs=loudness.get(span.name),
        )
        for span in pieces.lead.sections
    )


def _lines(pieces: SongPieces) -> tuple[LineView, ...]:
    lead = pieces.lead
    times = sorted(pieces.vocal.syllables, key=lambda time: time.syllable)
    if [time.syllable for time in times] != list(range(len(lead.syllables))):
        raise ArtifactError(
            f"{len(times)} syllable times for {len(lead.syllables)} syllables in {pieces.tree.digest[:12]}: sing again"
        )
    written = {section.name: section.lines for section in pieces.lyrics.sections}
    found: list[LineView] = []
    pairs = enumerate(zip(lead.syllables, times, strict=True))
    for (section, line), group in groupby(pairs, key=lambda item: (item[1][0].section, item[1][0].line)):
        sung = list(group)
        span = lead.sections[section]
        lines = written.get(span.words, ())
        trails = _trails([syllable for _, (syllable, _) in sung], lines[line] if line < len(lines) else None)
        syllables = tuple(
            Sung(round(time.onset_s, 3), round(time.end_s, 3), syllable.text, syllable.ends_word, trail)
            for (_, (syllable, time)), trail in zip(sung, trails, strict=True)
        )
        found.append(
            LineView(
                section=span.name,
                words=span.words,
                number=line + 1,
                first=sung[0][0],
                text="".join(s.text + s.trail + (" " if s.ends_word else "") for s in syllables).strip(),
                syllables=syllables,
            )
        )
    return tuple(found)


def _trails(sung: list[SungSyllable], line: LyricLine | None) -> list[str]:
    """The punctuation after each syllable, where the written line has the very words that are sung."""
    words = [syllable.word_text for syllable in sung if syllable.ends_word]
    if line is None or [word.text for word in line.words] != words:
        return [""] * len(sung)
    marks = iter(word.trail for word in line.words)
    return [next(marks) if syllable.ends_word else "" for syllable in sung]


def _melody(lead: LeadSheet) -> tuple[Sounded, ...]:
    tick_s = lead.seconds_per_tick
    return tuple(
        Sounded(
            round(swing_tick(note.onset_ticks, lead.swing) * tick_s, 4),
            round(swing_tick(note.onset_ticks + note.duration_ticks, lead.swing) * tick_s, 4),
            note.pitch,
            note.syllable,
            note.onset_ticks,
            note.duration_ticks,
        )
        for note in lead.melody
    )


def _chords(lead: LeadSheet) -> tuple[Named, ...]:
    tick_s = lead.seconds_per_tick
    return tuple(
        Named(
            round(chord.onset_ticks * tick_s, 3),
            round((chord.onset_ticks + chord.duration_ticks) * tick_s, 3),
            chord.symbol,
        )
        for chord in lead.chords
    )


def _part(name: str, pieces: SongPieces) -> PartView:
    score = pieces.parts[name]
    tick_s = 60.0 / (score.tempo_bpm * TICKS_PER_QUARTER)
    notes = tuple(
        Played(
            round(note.onset_ticks * tick_s, 3),
            round((note.onset_ticks + note.duration_ticks) * tick_s, 3),
            note.pitch,
            note.velocity,
        )
        for note in score.part.notes
    )
    return PartView(name=name, role=score.part.role, is_drums=score.part.is_drums, notes=notes)


def _stem(name: str, pieces: SongPieces) -> StemView:
    stem = pieces.stems[name]
    return StemView(
        part=name,
        role=stem.role,
        digest=pieces.stem_digests[name],
        audio=stem.audio,
        channels=stem.channels,
        source=stem.source,
        peak=stem.peak,
    )
