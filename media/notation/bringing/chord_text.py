"""Charts of chords as text: `C | G | Am F | C`, `| Am / / F |`, `I V vi IV`, `|: C | F :|`, `Am | G x2`."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from media.notation.bringing.bounds import GRID_TICKS, MAX_BARS, MAX_CHORDS, MAX_TEXT_BYTES
from media.notation.bringing.chord_symbols import Symbol, is_silence, read_symbol
from media.notation.bringing.note_words import PARTS, read_length
from media.notation.bringing.tune import few_remarks
from schemas.errors import MediaError
from schemas.music import ChordSpan
from schemas.plan import TICKS_PER_QUARTER, Key

_TIMES = re.compile(r"[x×](\d{1,4})|(\d{1,4})[x×]")
_UNEQUAL = {(3, 4): (2, 1, 1), (2, 3): (2, 1)}
"""Chords in a bar and its beats: how a bar is shared that does not share out evenly."""


@dataclass(frozen=True)
class ChordChart:
    """Chords read from a text: their spans, how many bars they fill, and what was assumed."""

    chords: tuple[ChordSpan, ...]
    bars: int
    remarks: tuple[str, ...] = ()


def read_chords(text: str, *, beats_per_bar: int, key: Key) -> tuple[ChordSpan, ...]:
    """The chords of a chart; see `read_chord_chart`."""
    return read_chord_chart(text, beats_per_bar=beats_per_bar, key=key).chords


def read_chord_chart(text: str, *, beats_per_bar: int, key: Key) -> ChordChart:
    """The chords that a text writes down, with remarks.

    Bars are parted by `|` or line ends; without any, each chord fills a bar. The chords of a bar share it evenly
    (three in 4/4: 2, 1 and 1 beats); `/` holds a chord for one beat more; `C:3 G:1` says beats outright. `%` repeats
    the bar before, an empty bar goes on with its chord, `N.C.` is silence, `|: … :|` is played twice, and `x3` after a
    line has it three times. Symbols are letter names or Roman numerals in the key.

    Args:
        text: the chart, at most 256 KB.
        beats_per_bar: quarter notes in a bar, 3 or 4.
        key: what Roman numerals count from.

    Raises:
        MediaError: a symbol is not known, a bar does not add up, or the chart is too long: the message names the bar,
            the symbol and the remedy.
    """
    size = len(text.encode(errors="replace"))
    if size > MAX_TEXT_BYTES:
        raise MediaError(f"the chords' text has {size:,} bytes, at most {MAX_TEXT_BYTES:,} are read: shorten it")
    bars = _bars(text)
    if not bars:
        raise MediaError("the chart holds no chord: write e.g. 'C | G | Am F | C'")
    reader = _ChartReader(beats_per_bar, key)
    for words in bars:
        reader.bar(words)
    return ChordChart(tuple(reader.joined()), len(bars), few_remarks(reader.remarks))


def _bars(text: str) -> list[list[str]]:
    """The words of each bar, repeats written out."""
    lines = [line.split("//", 1)[0].strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    unfolding = _Unfolding()
    for line in lines:
        unfolding.line(_pieces(line, barless=all("|" not in each for each in lines), alone=len(lines) == 1))
    return unfolding.bars


def _pieces(line: str, *, barless: bool, alone: bool) -> list[list[str]]:
    """The words between the bar lines of a line; a repeat sign is a piece of its own."""
    if barless:
        words = line.replace(",", " ").split()
        # A single line of chords without any bar line has a bar for each of them, unless it says their beats.
        says_beats = {"/", "."} & set(words) or any(":" in word for word in words)
        return [[word] for word in words] if alone and not says_beats else [words]
    marked = re.sub(r"\|\s*:", "| \x01 |", re.sub(r":\s*\|", "| \x02 |", line.replace("::", ":| |:")))
    pieces = [piece.split() for piece in re.split(r"[|\[\]]", marked)]
    # Nothing between two strokes is a double bar line; blank space between them is an empty bar.
    gaps = re.split(r"[|\[\]]", marked)
    signs = {place for place, words in enumerate(pieces) if words in (["\x01"], ["\x02"])}
    return [
        words
        for place, words in enumerate(pieces)
        if words or (gaps[place] and 0 < place < len(pieces) - 1 and not {place - 1, place + 1} & signs)
    ]


class _Unfolding:
    """Bars one after another, repeats written out."""

    def __init__(self) -> None:
        self.bars: list[list[str]] = []
        self.opened = 0
        self.repeated: tuple[int, int] | None = None

    def line(self, pieces: list[list[str]]) -> None:
        """Takes in the bars and signs of a line."""
        first = len(self.bars)
        for words in pieces:
            times = _TIMES.fullmatch(words[-1]) if words else None
            here = words[:-1] if times else words
            if here == ["\x01"]:
                self.opened = len(self.bars)
            elif here == ["\x02"]:
                self.repeated = (self.opened, len(self.bars))
                self.bars += self.bars[self.opened :]
                self.opened = len(self.bars)
            elif here or not times:
                self.bars.append(here)
                self.repeated = None
            if times:
                self._again(min(int(times[1] or times[2]), MAX_BARS + 1), first)
                first = len(self.bars)
            if len(self.bars) > MAX_BARS:
                raise MediaError(f"the chart has more than {MAX_BARS} bars, repeats written out: shorten it")

    def _again(self, times: int, first: int) -> None:
        """Plays the line so far `times` times; right after a closing repeat sign, what that sign repeats."""
        start, end = self.repeated or (first, len(self.bars))
        self.bars = self.bars[:start] + self.bars[start:end] * times
        self.opened, self.repeated = len(self.bars), None


class _ChartReader:
    """Reads bar after bar and keeps the chord that goes on."""

    def __init__(self, beats: int, key: Key) -> None:
        self.beats, self.key = beats, key
        self.number = 0
        self.now: Symbol | None = None
        self.before: list[tuple[Symbol | None, int]] = []
        self.spans: list[tuple[int, int, Symbol | None]] = []
        self.remarks: list[str] = []
        self.known: dict[str, Symbol | None] = {}

    def bar(self, words: list[str]) -> None:
        """Takes in the words of one bar."""
        self.number += 1
        if words in (["%"], ["𝄎"]):
            if not self.before:
                raise MediaError("bar 1: '%' repeats the bar before, and there is none: write its chords")
            lengths = self.before
        else:
            lengths = self._lengths(words)
        at = (self.number - 1) * self.beats * TICKS_PER_QUARTER
        for symbol, ticks in lengths:
            self.spans.append((at, ticks, symbol))
            at += ticks
            self.now = symbol
        if len(self.spans) > MAX_CHORDS:
            raise MediaError(f"bar {self.number}: the chart has more than {MAX_CHORDS:,} chords: shorten it")
        self.before = lengths

    def _lengths(self, words: list[str]) -> list[tuple[Symbol | None, int]]:
        whole = self.beats * TICKS_PER_QUARTER
        if not words:
            return [(self.now, whole)]
        if any(":" in word for word in words):
            return self._said_lengths(words)
        if any(word in ("/", ".") for word in words):
            return self._slashed(words)
        symbols = [self._symbol(word) for word in words]
        if whole % len(symbols) == 0 and whole // len(symbols) % GRID_TICKS == 0:
            return [(symbol, whole // len(symbols)) for symbol in symbols]
        shares = _UNEQUAL.get((len(symbols), self.beats))
        if shares is None:
            raise MediaError(
                f"bar {self.number}: {len(symbols)} chords do not share {self.beats} beats evenly: say the beats, e.g. "
                f"'{words[0][:12]}:2 {words[1][:12]}:1'"
            )
        said = ", ".join(str(share) for share in shares)
        self.remarks.append(f"{len(symbols)} chords in a bar of {self.beats} beats last {said} of them")
        return [(symbol, share * TICKS_PER_QUARTER) for symbol, share in zip(symbols, shares, strict=True)]

    def _slashed(self, words: list[str]) -> list[tuple[Symbol | None, int]]:
        if len(words) != self.beats:
            raise MediaError(
                f"bar {self.number}: {len(words)} chords and slashes for {self.beats} beats: write one for each beat"
            )
        lengths: list[tuple[Symbol | None, int]] = []
        for word in words:
            if word in ("/", "."):
                symbol, ticks = lengths.pop() if lengths else (self.now, 0)
                lengths.append((symbol, ticks + TICKS_PER_QUARTER))
            else:
                lengths.append((self._symbol(word), TICKS_PER_QUARTER))
        return lengths

    def _said_lengths(self, words: list[str]) -> list[tuple[Symbol | None, int]]:
        lengths = []
        for word in words:
            name, _, beats = word.rpartition(":")
            parts = read_length(beats) if name else None
            if not parts or parts * TICKS_PER_QUARTER % (PARTS * GRID_TICKS):
                raise MediaError(
                    f"bar {self.number}: {word[:20]!r} says no beats in whole quarters: write each chord of the "
                    "bar as in 'C:3 G:1'"
                )
            lengths.append((self._symbol(name), parts * TICKS_PER_QUARTER // PARTS))
        filled = sum(ticks for _, ticks in lengths)
        if filled != self.beats * TICKS_PER_QUARTER:
            raise MediaError(
                f"bar {self.number} holds {filled / TICKS_PER_QUARTER:g} beats of chords, {self.beats} fit: mend them"
            )
        return lengths

    def _symbol(self, word: str) -> Symbol | None:
        if is_silence(word):
            return None
        if word not in self.known:
            symbol = read_symbol(word, self.key) if len(word) <= 24 else None
            if symbol is None:
                raise MediaError(f"bar {self.number}: {word[:24]!r} is not a chord: {_hint(word)}")
            if symbol.remark:
                self.remarks.append(symbol.remark)
            self.known[word] = symbol
        return self.known[word]

    def joined(self) -> list[ChordSpan]:
        """The chords, one that goes on over a bar line joined to itself, silence left out."""
        found: list[ChordSpan] = []
        for at, ticks, symbol in self.spans:
            if symbol is None:
                continue
            last = found[-1] if found else None
            same = last is not None and (last.root, last.quality, last.bass) == symbol[:3]
            if last is not None and same and last.onset_ticks + last.duration_ticks == at:
                found[-1] = last.replaced(duration_ticks=last.duration_ticks + ticks)
            else:
                found.append(
                    ChordSpan(
                        onset_ticks=at, duration_ticks=ticks, root=symbol.root, quality=symbol.quality, bass=symbol.bass
                    )
                )
        return found


_COMMON = (
    "C",
    "Cm",
    "C7",
    "Cmaj7",
    "Cm7",
    "Cdim",
    "Caug",
    "Csus4",
    "Csus2",
    "C6",
    "Cm6",
    "C9",
    "Cadd9",
    "Cm7b5",
    "C/E",
)


def _hint(word: str) -> str:
    """A chord near to a word that is none."""
    letter = word[:1].upper()
    if "A" <= letter <= "G" and len(word) <= 24:
        near = difflib.get_close_matches("C" + word[1:], _COMMON, n=1, cutoff=0.0)
        return f"did you mean {letter}{near[0][1:]!s}?" if near else "write e.g. Am7"
    return "write a letter A to G or a numeral I to VII, e.g. Am7, F#m, Bb/D, vi, V7"
