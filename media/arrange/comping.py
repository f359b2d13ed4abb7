"""Chord players: two-handed keyboards, picked and strummed guitars, power chords, arpeggiators."""

from __future__ import annotations

from media.arrange.bass import nearest
from media.arrange.keyboard import FINGERS, HAND_SPAN, KEYBOARDS
from media.arrange.rows import STEP_TICKS, strokes
from media.arrange.song import Bar, Hit, Song
from media.arrange.styles.base import Comp, Hands
from media.arrange.voicing import Voicing

_SOFT, _PLAIN, _FIRM = 0.86, 0.95, 1.08
_DAMPED_TICKS = 90
_SPICES = ("h", "t", "2", "1", "l", "c")


def play_comp(style: Comp, song: Song, bar: Bar, variant: int, voicings: tuple[Voicing, ...]) -> list[Hit]:
    """The chords of a bar: no chord is held over a change, and every change is struck."""
    hands = _hands(style, song, bar, variant)
    events = [(s.tick + bar.start, s.length, s.sign) for s in strokes(hands.right, song.beats, calm=song.calm)]
    hits: list[Hit] = []
    for tick, length, sign in _on_changes(events, bar, strike=not hands.left):
        hits += _right(style, bar, tick, length, sign, voicings[bar.harmony_at(tick).place])
    events = [(s.tick + bar.start, s.length, s.sign) for s in strokes(hands.left, song.beats, calm=song.calm)]
    for tick, length, sign in _on_changes(events, bar, strike=bool(hands.left)):
        hits += _left(style, bar, tick, length, sign)
    return hits


def _hands(style: Comp, song: Song, bar: Bar, variant: int) -> Hands:
    patterns = style.levels[bar.cast.level]
    shift = {0: 0, 3: 1}.get(variant, variant // 4 + variant % 2)
    hands = patterns[(bar.cast.visit + shift) % len(patterns)]
    if variant in (0, 3):
        return hands
    dice = song.dice(0xC0, style.player.program, bar.cast.first_bar, variant)
    row = hands.right
    for _ in range(1 + variant // 4):
        step = int(dice.choice((6, 10, 14, 12, 4))) if song.calm or dice.random() < 0.8 else 15
        spice = _SPICES[int(dice.integers(0, len(_SPICES)))]
        if any(sign in row for sign in "DU"):
            spice = "U" if step % 4 else "D"
        elif any(sign in row for sign in "Pq"):
            spice = "p"
        row = row[:step] + (spice if row[step] in "-." else ".") + row[step + 1 :]
    return Hands(row, hands.left)


def _on_changes(events: list[tuple[int, int, str]], bar: Bar, *, strike: bool) -> list[tuple[int, int, str]]:
    """The events cut at chord changes; with `strike`, a change that no event meets within an eighth is struck."""
    starts = [harmony.start for harmony in bar.harmonies]
    cut: list[tuple[int, int, str]] = []
    for tick, length, sign in events:
        change = min([start for start in starts if start > tick], default=bar.end)
        cut.append((tick, min(length, change - tick), sign))
    if strike and cut:
        for start in starts[1:]:
            if not any(start <= tick <= start + 2 * STEP_TICKS for tick, _, _ in cut):
                room = min([tick for tick, _, _ in cut if tick > start], default=bar.end) - start
                cut.append((start, room, "c" if cut[0][2] not in "DUPpqr" else cut[0][2]))
    return sorted(cut)


def _right(style: Comp, bar: Bar, tick: int, length: int, sign: str, voicing: Voicing) -> list[Hit]:
    if sign in "Ppq":
        return _power(style, bar, tick, length, sign)
    if sign == "m":
        return [Hit(tick, _DAMPED_TICKS, pitch, 0.6) for pitch in voicing[:2]]
    if sign in "DU":
        strings = voicing if sign == "D" else tuple(reversed(voicing[-3:]))
        weight = 1.0 if sign == "D" else _SOFT
        return [Hit(tick, length, pitch, weight - 0.03 * n, n * style.strum_ticks) for n, pitch in enumerate(strings)]
    if sign in "0123t":
        place = len(voicing) - 1 if sign == "t" else min(int(sign), len(voicing) - 1)
        return [Hit(tick, length, voicing[place], _PLAIN if sign != "t" else 1.0)]
    chosen = {"h": voicing[-2:], "l": voicing[:2]}.get(sign, voicing)
    weight = {"C": _FIRM, "8": _FIRM, "c": _PLAIN}.get(sign, _SOFT)
    hits = [Hit(tick, length, pitch, weight, n * style.strum_ticks // 2) for n, pitch in enumerate(chosen)]
    if sign == "8" and voicing[-1] + 12 <= style.player.high:
        octave = Hit(tick, length, voicing[-1] + 12, _PLAIN)
        if style.player.program in KEYBOARDS:
            hits = _within_reach(hits, octave.pitch)
        hits.append(octave)
    return hits


def _within_reach(hits: list[Hit], top: int) -> list[Hit]:
    """A chord under an octave that the same hand plays: what it cannot reach sounds an octave higher, inside it."""
    placed: dict[int, Hit] = {}
    for hit in hits:
        pitch = hit.pitch if top - hit.pitch <= HAND_SPAN else hit.pitch + 12
        if top - HAND_SPAN <= pitch < top:
            placed.setdefault(pitch, hit._replace(pitch=pitch))
    return [placed[pitch] for pitch in sorted(placed)][-(FINGERS - 1) :]


def _power(style: Comp, bar: Bar, tick: int, length: int, sign: str) -> list[Hit]:
    chord = bar.harmony_at(tick).chord
    root = nearest(chord.root, style.player.low + 5, style.player.low, style.player.low + 12)
    fifth = {"dim": 6, "m7b5": 6, "aug": 8}.get(chord.quality, 7)
    steps = (0, fifth) if sign == "q" else (0, fifth, 12)
    held = min(length, _DAMPED_TICKS) if sign == "q" else length
    weight = {"P": _FIRM, "p": _PLAIN}.get(sign, 0.8)
    return [Hit(tick, held, root + step, weight, n * style.strum_ticks) for n, step in enumerate(steps)]


def _left(style: Comp, bar: Bar, tick: int, length: int, sign: str) -> list[Hit]:
    harmony = bar.harmony_at(tick)
    root = nearest(harmony.bass, style.left_low + 6, style.left_low, style.left_low + 11)
    fifth = harmony.chord.pitch_classes[2]
    above = root + (fifth - root) % 12
    if sign == "O":
        return [Hit(tick, length, root, _PLAIN), Hit(tick, length, root + 12, _SOFT)]
    pitch = {"f": above, "o": root + 12}.get(sign, root)
    return [Hit(tick, length, pitch, _PLAIN if sign in "rc" else _SOFT)]
