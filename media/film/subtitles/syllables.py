"""A line as pieces that are sung one after the other, spelled as its words are, on a clock of hundredths."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from media.film.subtitles.cues import visible
from media.sound.lrc import TimedLine

_LONGEST_WORD = 40
"""A word of more letters may be parted anywhere."""


@dataclass(frozen=True)
class Sung:
    """A piece of a line: its letters (a space behind it where its word ends), when it is sung, where rows may end."""

    text: str
    start_s: float
    end_s: float
    may_break: bool


def sung_pieces(line: TimedLine) -> list[Sung]:
    """What of a line is sung when: its syllables, spelled as its words are written; its words where it has none."""
    words = [(start, visible(text)) for start, text in line.words]
    parts = _parts(line)
    if len(parts) != len(words):
        parts = _whole_words(line)
    pieces = []
    for (_, text), sung in zip(words, parts, strict=True):
        cut = _spelled(text, [syllable for _, _, syllable in sung])
        for number, (letters, (start, end, _)) in enumerate(zip(cut, sung, strict=True)):
            last = number == len(sung) - 1
            spaced = letters + " " if last else letters
            pieces += _apart(Sung(spaced, start, max(end, start), last or _is_wide(letters[-1:])))
    kept = [piece for piece in pieces if piece.text.strip()]
    return [*kept[:-1], Sung(kept[-1].text.rstrip(), kept[-1].start_s, kept[-1].end_s, may_break=True)] if kept else []


def karaoke_spans(pieces: Sequence[Sung], start_s: float) -> list[tuple[int, int]]:
    """For each piece the rest before it and how long it takes to fill, in hundredths of a second from `start_s`.

    Each moment is rounded by itself and spans are what lies between, so that they never drift.
    """
    begun, spans, now = round(start_s * 100), [], 0
    for number, piece in enumerate(pieces):
        until_s = min([piece.end_s, *(following.start_s for following in pieces[number + 1 : number + 2])])
        starts = max(round(piece.start_s * 100) - begun, now)
        ends = max(round(until_s * 100) - begun, starts)
        spans.append((starts - now, ends - starts))
        now = ends
    return spans


def _parts(line: TimedLine) -> list[list[tuple[float, float, str]]]:
    """The syllables of each word."""
    words: list[list[tuple[float, float, str]]] = [[]]
    for start, end, text, ends_word in line.syllables:
        words[-1].append((start, end, text))
        if ends_word:
            words.append([])
    return [word for word in words if word]


def _whole_words(line: TimedLine) -> list[list[tuple[float, float, str]]]:
    """Each word as one piece; where all begin at once, nothing is known of them and the line turns at once."""
    starts = [start for start, _ in line.words]
    if len(set(starts)) == 1:
        return [[(starts[0], starts[0], text)] for _, text in line.words]
    ends = [*starts[1:], line.end_s]
    return [[(start, end, text)] for (start, text), end in zip(line.words, ends, strict=True)]


def _spelled(word: str, syllables: Sequence[str]) -> list[str]:
    """The word as written, cut where its syllables part; marks stay with the letter before them."""
    if "".join(syllables) == word:
        return list(syllables)
    counts = list(accumulate((sum(map(str.isalnum, text)) for text in syllables), initial=0))
    letters = [at for at, letter in enumerate(word) if letter.isalnum()]
    share = len(letters) / counts[-1] if counts[-1] else 0.0
    cuts = [0]
    for count in counts[1:-1]:
        nth = round(count * share)
        cuts.append(max(cuts[-1], letters[nth] if 0 < nth < len(letters) else (len(word) if nth else 0)))
    return [word[a:b] for a, b in pairwise([*cuts, len(word)])]


def _apart(piece: Sung) -> list[Sung]:
    """A long piece of letters that are set without spaces, or of endless ones, between whose letters a row may end."""
    if len(piece.text) < 8 or not (any(map(_is_wide, piece.text)) or len(piece.text) > _LONGEST_WORD):
        return [piece]
    letters: list[str] = []
    for letter in piece.text:
        if letters and (unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf") or letter.isspace()):
            letters[-1] += letter
        else:
            letters.append(letter)
    step = (piece.end_s - piece.start_s) / len(letters)
    return [
        Sung(letter, piece.start_s + at * step, piece.start_s + (at + 1) * step, may_break=True)
        for at, letter in enumerate(letters)
    ]


def _is_wide(letter: str) -> bool:
    return bool(letter) and unicodedata.east_asian_width(letter) in ("W", "F")
