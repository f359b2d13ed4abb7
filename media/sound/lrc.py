"""Words in time: lines, words and syllables from what was sung, and LRC, line-timed or word-timed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from schemas.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.audio import SyllableTime
    from schemas.music import LeadSheet

LONGEST_LRC = 512 * 1024
MOST_LINES = 2000
MOST_WORDS_IN_LINE = 200

_JOINER = "\u2060"
"""An invisible, zero-width character that keeps a bracket in the words from being read as a time."""

_STAMP = re.compile(r"\[(\d{1,4}):(\d{2})[.:](\d{1,3})\]")
_WORD_STAMP = re.compile(r"<(\d{1,4}):(\d{2})[.:](\d{1,3})>")
_HEADER = re.compile(r"\[([a-z]{2,10}):(.*)\]$")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u2060\ud800-\udfff]+")


@dataclass(frozen=True)
class TimedLine:
    """A sung line: seconds from the start of the song.

    `words` holds (start, text) of each word; `syllables` (start, end, text, whether it ends a word), empty where the
    line was read from a file.
    """

    start_s: float
    end_s: float
    words: tuple[tuple[float, str], ...]
    syllables: tuple[tuple[float, float, str, bool], ...] = ()

    @property
    def text(self) -> str:
        """The line as it is written."""
        return " ".join(text for _, text in self.words)


@dataclass(frozen=True)
class LrcFile:
    """What an LRC file says: header tags such as 'ti' and its lines in time order."""

    tags: dict[str, str]
    lines: tuple[TimedLine, ...]


def timed_lines(lead: LeadSheet, times: Sequence[SyllableTime]) -> tuple[TimedLine, ...]:
    """The sung lines of a lead sheet with the times at which their syllables are heard, in order.

    A syllable starts at its vowel, where the ear puts its beat.

    Raises:
        MediaError: the times do not cover the lead sheet's syllables one by one, or run backwards.
    """
    ordered = sorted(times, key=lambda time: time.syllable)
    if [time.syllable for time in ordered] != list(range(len(lead.syllables))):
        raise MediaError(
            f"{len(ordered)} syllable times for {len(lead.syllables)} syllables: each needs one; sing again"
        )
    if any(after.onset_s < before.onset_s for before, after in zip(ordered, ordered[1:], strict=False)):
        raise MediaError("the times of the syllables run backwards: sing again")
    lines = []
    pairs = zip(lead.syllables, ordered, strict=True)
    for _, group in groupby(pairs, key=lambda pair: (pair[0].section, pair[0].line)):
        sung = list(group)
        words = []
        for _, parts in groupby(sung, key=lambda pair: pair[0].word):
            first, time = next(parts)
            words.append((time.onset_s, first.word_text))
        lines.append(
            TimedLine(
                start_s=sung[0][1].onset_s,
                end_s=max(time.end_s for _, time in sung),
                words=tuple(words),
                syllables=tuple((t.onset_s, t.end_s, s.text, s.ends_word) for s, t in sung),
            )
        )
    return tuple(lines)


def _clean(text: str) -> str:
    """Text on one line, without control characters, with brackets that cannot be read as times."""
    return re.sub(r"[\[<]", lambda found: found[0] + _JOINER, " ".join(_UNPRINTABLE.sub(" ", text).split()))


def _stamp(seconds: float) -> str:
    hundredths = max(round(seconds * 100), 0)
    return f"{hundredths // 6000:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"


def write_lrc(
    title: str, artist: str, album: str, length_s: float, lines: Sequence[TimedLine], *, enhanced: bool = False
) -> str:
    """An LRC file's text: a time for each line, and with `enhanced` for each word and the line's end too.

    Times are rounded to hundredths of a second. Brackets in words get an invisible joiner after them, line breaks and
    control characters become spaces.
    """
    minutes, seconds = divmod(round(length_s), 60)
    tags = (("ti", title), ("ar", artist), ("al", album), ("length", f"{minutes:02d}:{seconds:02d}"), ("by", "Hibari"))
    written = [f"[{name}:{_clean(value)}]" for name, value in tags]
    for line in sorted(lines, key=lambda line: line.start_s):
        if enhanced:
            words = " ".join(f"<{_stamp(start)}>{_clean(text)}" for start, text in line.words)
            written.append(f"[{_stamp(line.start_s)}]{words} <{_stamp(line.end_s)}>")
        else:
            written.append(f"[{_stamp(line.start_s)}]{' '.join(_clean(text) for _, text in line.words)}")
    return "\n".join(written) + "\n"


def _seconds(minutes: str, seconds: str, part: str) -> float:
    """A time stamp's three numbers in seconds: the float nearest to what is written."""
    scale: int = 10 ** len(part)
    return ((int(minutes) * 60 + int(seconds)) * scale + int(part)) / scale


def _words(text: str, start_s: float) -> tuple[tuple[tuple[float, str], ...], float | None]:
    """The timed words of a line and the time that stands after the last, None where there is none."""
    pieces = _WORD_STAMP.split(text)
    if len(pieces) == 1:
        return tuple((start_s, word.replace(_JOINER, "")) for word in text.split()), None
    words, last = [], None
    for at in range(1, len(pieces), 4):
        moment = _seconds(pieces[at], pieces[at + 1], pieces[at + 2])
        text_here = pieces[at + 3].strip().replace(_JOINER, "")
        if text_here:
            words.append((moment, text_here))
        last = None if text_here else moment
    return tuple(words), last


def read_lrc(text: str) -> LrcFile:
    """What an LRC text says. Where a line has no end of its own, the next line's start ends it (the last: 4 s later).

    Raises:
        MediaError: the text is larger than 512 KiB, has more than 2,000 lines or 200 words in one.
    """
    if len(text) > LONGEST_LRC:
        raise MediaError(f"an LRC of {len(text)} characters: the limit is {LONGEST_LRC}")
    rows = text.lstrip("\ufeff").splitlines()
    if len(rows) > MOST_LINES:
        raise MediaError(f"an LRC of {len(rows)} lines: the limit is {MOST_LINES}")
    tags: dict[str, str] = {}
    found: list[tuple[float, float | None, tuple[tuple[float, str], ...]]] = []
    for row in rows:
        rest, starts = row.strip(), []
        while stamp := _STAMP.match(rest):
            starts.append(_seconds(*stamp.groups()))
            rest = rest[stamp.end() :]
        if not starts:
            if header := _HEADER.match(rest):
                tags[header[1]] = header[2].strip().replace(_JOINER, "")
            continue
        if len(found) + len(starts) > MOST_LINES:
            raise MediaError(f"an LRC of more than {MOST_LINES} timed lines: the limit is {MOST_LINES}")
        for start in starts:
            words, end = _words(rest, start)
            if len(words) > MOST_WORDS_IN_LINE:
                raise MediaError(f"an LRC line of {len(words)} words: the limit is {MOST_WORDS_IN_LINE}")
            found.append((start, end, words))
    found.sort(key=lambda line: line[0])
    nexts = [start for start, _, _ in found[1:]] + [found[-1][0] + 4.0] if found else []
    lines = (
        TimedLine(start, after if end is None else end, words)
        for (start, end, words), after in zip(found, nexts, strict=True)
    )
    return LrcFile(tags, tuple(lines))
