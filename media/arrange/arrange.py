"""From a lead sheet to a full score."""

from __future__ import annotations

import zlib
from typing import NamedTuple

from media.arrange.bass import play_bass
from media.arrange.cast import cast_song
from media.arrange.comping import play_comp
from media.arrange.counter import play_counter
from media.arrange.drums import pickup_fill, play_drums
from media.arrange.dynamics import intensity_curve, performed
from media.arrange.ending import broaden, last_bass, last_chord_of, last_hit, ring_ticks
from media.arrange.hook import Motif, find_motif, fit, state_motif
from media.arrange.humanise import swing_tick
from media.arrange.keyboard import HAND_SPAN, KEYBOARDS, play_written, under_a_tune, written_bars
from media.arrange.pads import play_pad
from media.arrange.song import Bar, Hit, Song, bars_of, harmonies_of
from media.arrange.styles import STYLES
from media.arrange.styles.base import Comp, Pad, Player, Style
from media.arrange.variation import Play, play_through
from media.arrange.voicing import Register, lead_voices
from schemas.composing import Accompaniment
from schemas.music import LeadSheet, Part, Score, ScoreNote
from schemas.plan import TICKS_PER_QUARTER, SongPlan

_SUNG_VELOCITY = 92
_VOICE_PROGRAM = 53


class _Played(NamedTuple):
    """A player's notes on the straight grid."""

    player: Player
    hits: list[Hit]


def arrange_score(lead: LeadSheet, plan: SongPlan, *, seed: int, accompaniment: Accompaniment | None = None) -> Score:
    """The song for a whole band: the sung melody and four to six parts in the manner of the plan's genre.

    Times, key, metre, swing, sections and chords come from the lead sheet (which a person may have edited); the genre
    comes from the plan. The part 'melody' (role melody) is what is sung: its ticks are the lead sheet's after
    `swing_tick`, nothing else is done to it. The same arguments give the same score in any process.

    Args:
        lead: the song on one staff; chords may have gaps (the chord before goes on) or be missing (the tonic).
        plan: whose genre names the style.
        seed: any whole number; picks ornaments, approach notes and the deviations of hands.
        accompaniment: a piano part written for this lead sheet; it is played in the place of the first chord player's
            patterns where that player is a pianist (`Style.pianist`), and ignored elsewhere.
    """
    style = STYLES[plan.genre]
    song = _song(lead, style, seed)
    motif = find_motif(lead)
    band = [_drums(style, song), _bass(style, song)]
    written = accompaniment if style.pianist else None
    band += [
        _comp(style, comp, song, motif if number == 0 else None, written if number == 0 else None)
        for number, comp in enumerate(style.comps)
    ]
    band += [_pad(style, style.pad, song), _counter(style, song, motif)]
    parts = [_melody(lead)]
    curve = intensity_curve(song)
    end_ticks = lead.bars * lead.bar_ticks
    for player, hits in band:
        ticks = {tick for hit in hits for tick in (hit.tick, hit.tick + hit.length)}
        swing = {tick: swing_tick(tick, song.swing) for tick in ticks}
        played = performed(hits, player, song, curve, swing, zlib.crc32(player.name.encode()))
        # a chord so short before the end that its strum would begin after it is left to ring from its first notes
        notes = tuple(note for note in played if note.onset_ticks < end_ticks)
        if notes:
            parts.append(
                Part(
                    name=player.name,
                    role=player.role,
                    program=player.program,
                    is_drums=player.role == "drums",
                    notes=notes,
                )
            )
    return Score(
        title=lead.title,
        key=lead.key,
        tempo_bpm=lead.tempo_bpm,
        beats_per_bar=lead.beats_per_bar,
        sections=lead.sections,
        chords=lead.chords,
        parts=tuple(parts),
        end_ticks=end_ticks,
    )


def _song(lead: LeadSheet, style: Style, seed: int) -> Song:
    harmonies = harmonies_of(lead)
    bars = bars_of(lead, cast_song(lead, style), harmonies)
    return Song(
        key=lead.key,
        beats=lead.beats_per_bar,
        bar_ticks=lead.bar_ticks,
        tempo_bpm=lead.tempo_bpm,
        swing=lead.swing,
        seed=seed & 0xFFFFFFFFFFFFFFFF,
        bars=bars,
        harmonies=harmonies,
        melody=lead.melody,
    )


def _melody(lead: LeadSheet) -> Part:
    notes: list[ScoreNote] = []
    for note in lead.melody:
        start = swing_tick(note.onset_ticks, lead.swing)
        end = swing_tick(note.onset_ticks + note.duration_ticks, lead.swing)
        notes.append(ScoreNote(start, max(1, end - start), note.pitch, _SUNG_VELOCITY))
    return Part(name="melody", role="melody", program=_VOICE_PROGRAM, notes=tuple(notes))


def _playing(song: Song, name: str) -> list[Bar]:
    """The bars in which a player has come in, without the last bar of the song."""
    return [
        bar for bar in song.bars if not bar.final and name in bar.cast.entries and bar.place >= bar.cast.entries[name]
    ]


def _through(style: Style, song: Song, name: str, play: Play, *, pitched: bool = True) -> list[Hit]:
    """A player's notes up to the last bar, the one before it broadened."""

    def slowed(bar: Bar, variant: int, before: list[Hit]) -> list[Hit]:
        hits = play(bar, variant, before)
        return broaden(hits, song, bar) if hits and bar.index == len(song.bars) - 2 else hits

    return play_through(song, _playing(song, name), slowed, two_bar=style.two_bar, pitched=pitched)


def _in_the_last_bar(song: Song, name: str) -> bool:
    """Whether a player takes part in the last chord: whoever played in the last section or the peak does."""
    last = song.bars[-1].cast
    peak = max((bar.cast for bar in song.bars), key=lambda cast: cast.intensity)
    return name in last.entries or (last.role == "outro" and name in peak.entries)


def _drums(style: Style, song: Song) -> _Played:
    drums, name = style.drums, style.drums.player.name
    hits = _through(style, song, name, lambda bar, variant, _: play_drums(drums, song, bar, variant), pitched=False)
    playing = {bar.index for bar in _playing(song, name)}
    for bar in song.bars[:-1]:
        starts = bar.index not in playing and bar.index + 1 in playing
        if starts and song.bars[bar.index + 1].cast.level > 0:
            hits += pickup_fill(drums, song, bar)
    if _in_the_last_bar(song, name):
        hits += last_hit(drums, song, song.bars[-1])
    return _Played(drums.player, hits)


def _bass(style: Style, song: Song) -> _Played:
    bass, player = style.bass, style.bass.player
    hits = _through(style, song, player.name, lambda bar, variant, before: play_bass(bass, song, bar, variant, before))
    if _in_the_last_bar(song, player.name):
        hits += last_bass(song, song.bars[-1], player.low, player.high, hits[-1].pitch if hits else 38)
    return _Played(player, hits)


def _comp(style: Style, comp: Comp, song: Song, motif: Motif | None, accompaniment: Accompaniment | None) -> _Played:
    player = comp.player
    written = written_bars(accompaniment, song, player) if accompaniment is not None else None
    voicings = lead_voices(song, _register(comp))
    stated = motif if style.keys_hook else None

    def play(bar: Bar, variant: int, before: list[Hit]) -> list[Hit]:
        hits = play_comp(comp, song, bar, variant, voicings) if written is None else play_written(written, player, bar)
        if stated is None or bar.cast.sung:
            return hits
        hook = state_motif(stated, song, bar, low=comp.high - 14, high=comp.high + 8)
        if written is not None:
            return under_a_tune(hits, hook) + hook
        taken = {hit.tick for hit in hook}
        return [hit for hit in hits if hit.pitch < comp.low or hit.tick not in taken] + hook

    hits = _through(style, song, player.name, play)
    if _in_the_last_bar(song, player.name):
        hits += last_chord_of(voicings, style, comp, song, song.bars[-1])
    return _Played(player, hits)


def _register(comp: Comp) -> Register:
    """Where a player's voicings lie: within reach at a keyboard, clear of parallels with the left hand."""
    two_handed = any(hands.left for level in comp.levels for hands in level)
    bass = (comp.left_low, comp.left_low + 11) if two_handed else None
    span = HAND_SPAN if comp.player.program in KEYBOARDS else Register.span
    return Register(comp.voices, comp.low, comp.high, comp.colour, span=span, bass=bass)


def _pad(style: Style, pad: Pad, song: Song) -> _Played:
    player = pad.player
    voicings = lead_voices(song, Register(pad.voices, pad.low, pad.high, pad.colour))
    hits = _through(style, song, player.name, lambda bar, variant, _: play_pad(pad, song, bar, variant, voicings))
    if _in_the_last_bar(song, player.name):
        hits += last_chord_of(voicings, style, None, song, song.bars[-1])
    return _Played(player, hits)


def _counter(style: Style, song: Song, motif: Motif | None) -> _Played:
    counter = style.counter
    name, last = counter.player.name, song.bars[-1]
    hits = [hit for hit in play_counter(counter, song, motif) if hit.tick < last.start]
    if _in_the_last_bar(song, name):
        harmony = last.harmonies[-1]
        near = hits[-1].pitch if hits else (counter.player.low + counter.player.high) // 2
        pitch = fit(near, harmony.chord.pitch_classes, counter.player.low + 2, counter.player.high - 2)
        length = harmony.end - harmony.start + ring_ticks(song)
        hits.append(Hit(harmony.start, length - TICKS_PER_QUARTER // 2, pitch, 0.9))
    return _Played(counter.player, hits)
