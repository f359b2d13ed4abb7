"""A line of music in ABC: notes, rests, chords, ties, triplets, broken rhythm, chord symbols and bar lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from media.notation.bringing.bounds import MAX_BARS, MAX_CHORDS, MAX_NOTES, MAX_WORDS
from media.notation.bringing.chord_symbols import is_silence, read_symbol
from media.notation.bringing.note_words import PARTS
from media.notation.bringing.repeats import MAX_PLAYED, Signs
from media.notation.spelling import key_sharps, pitch_class_of
from media.notation.xml_elements import signature_alters
from schemas.brief import parse_key
from schemas.errors import MediaError
from schemas.music import ChordQuality
from schemas.plan import Key

_NOTE = r"(?P<sign>\^\^?|__?|=)?(?P<letter>[A-Ga-g])(?P<octave>[,']{0,6})"
_LENGTH = r"(?P<top>\d{0,4})(?P<slashes>/{0,6})(?P<bottom>\d{0,4})"
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]{0,200})"'
    r"|!(?P<decoration>[^!\n]{0,40})!"
    r"|\{(?P<grace>[^}]{0,80})\}"
    r"|\[(?P<field>[A-Za-z]):(?P<value>[^\]]{0,200})\]"
    r"|(?P<line>:{0,4}\|[|\]:]{0,6}|::{1,4}|\[\||\|?\[(?=\d)|:{1,4}(?=\d))\s?(?P<ending>\d[\d,-]{0,8})?"
    r"|\[(?P<chord>[^\]|]{0,120})\]"
    + _LENGTH.replace("top", "ctop").replace("slashes", "cslashes").replace("bottom", "cbottom")
    + r"|\+(?P<old>(?:[\^_=]{0,2}[A-Ga-g][,']{0,4}[\d/]{0,6}){1,12})\+"
    r"|\((?P<tuplet>\d)(?::(?P<time>\d?))?(?::(?P<count>\d{0,2}))?"
    r"|"
    + _NOTE
    + _LENGTH
    + r"|(?P<rest>[zxZX])"
    + _LENGTH.replace("top", "rtop").replace("slashes", "rslashes").replace("bottom", "rbottom")
    + r"|(?P<broken>>{1,3}|<{1,3})"
    r"|(?P<tie>-)"
    r"|(?P<passed>[\s().~`yuvTHIJLMNOPQRSWwkhi*$&;?@#\\0-9/+,']|\])"
)
_INNER = re.compile(_NOTE + _LENGTH)
_KEY = re.compile(r"\s*([A-G])([#b]?)\s*([A-Za-z]*)(.*)", re.DOTALL)
_MODES = {
    "": 0,
    "maj": 0,
    "ion": 0,
    "m": -3,
    "min": -3,
    "aeo": -3,
    "mix": -1,
    "dor": -2,
    "phr": -4,
    "lyd": 1,
    "loc": -5,
}
_MINOR = frozenset(("m", "min", "aeo", "dor", "phr", "loc"))
_TUPLET_TIME = {2: 3, 3: 2, 4: 3, 5: 2, 6: 2, 7: 2, 8: 3, 9: 2}


class KeyField(NamedTuple):
    """A `K:` field: the key, None where it names none; what its signature alters, None where it says nothing of it."""

    key: Key | None
    alters: dict[str, int] | None
    remark: str = ""


class AbcNote(NamedTuple):
    """A note in a bar; times in parts of a beat from the bar line."""

    at: int
    length: int
    pitch: int
    tied: bool


@dataclass
class AbcBar:
    """A bar as it is written: notes, chords with their times, its length in parts of a beat, its repeat signs."""

    notes: list[AbcNote] = field(default_factory=list)
    chords: list[tuple[int, tuple[int, ChordQuality, int | None] | None]] = field(default_factory=list)
    length: int = 0
    signs: Signs = Signs()


def read_key_field(value: str) -> KeyField:
    """What a `K:` field says: 'G', 'Am', 'D dorian', 'Bb mix', 'HP', 'none'; clefs are passed over.

    Raises:
        MediaError: it names no key.
    """
    if value[:2] in ("HP", "Hp"):
        return KeyField(Key(tonic="A", mode="major"), {"F": 1, "C": 1}, "the pipes' key is taken as A major")
    if not value or value.lower().startswith("none"):
        return KeyField(None, {})
    match = _KEY.match(value)
    if match is None or (match[3] and match[3].lower()[:3] not in _MODES and "=" not in match[3] + match[4]):
        if re.match(r"\s*(clef|treble|bass|alto|octave|transpose|middle|stafflines|perc)", value):
            return KeyField(None, None)
        raise MediaError(f"K:{value[:20]} is no key that can be read: write e.g. K:G or K:Am")
    tonic = match[1] + match[2]
    mode = match[3].lower()[:3] if match[3].lower()[:3] in _MODES else ""
    home = parse_key(tonic + (" minor" if mode in _MINOR else " major"))
    plain = {"F": -1, "Cb": -7, "Gb": -6, "C#": 7}.get(tonic, key_sharps(parse_key(tonic)))
    if match[2] == "#":
        plain = "FCGDAEB".index(match[1]) - 1 + 7
    sharps = max(-7, min(7, plain + _MODES[mode]))
    modal = mode in ("mix", "dor", "phr", "lyd", "loc")
    remark = f"the key {tonic} {mode} is taken as {home}; its notes stand as they are written" if modal else ""
    return KeyField(home, signature_alters(sharps), remark)


class AbcReader:
    """Reads lines of music into bars, and keeps what holds from line to line."""

    def __init__(self, remarks: list[str]) -> None:
        self.remarks = remarks
        self.unit = PARTS // 2
        self.bar_parts = 4 * PARTS
        self.alters: dict[str, int] = {}
        self.key = Key(tonic="C", mode="major")
        self.bars: list[AbcBar] = []
        self._bar = AbcBar()
        self._opens, self._endings = False, frozenset[int]()
        self._accidentals: dict[str, int] = {}
        self._broken = 0
        self._tuplet: tuple[int, int, int] = (1, 1, 0)
        self._counted = 0

    @property
    def number(self) -> int:
        """The bar that is being read, counted from 1."""
        return len(self.bars) + 1

    @property
    def has_begun(self) -> bool:
        """Whether any note or rest has been read."""
        return bool(self.bars or self._bar.length)

    def finished(self) -> list[AbcBar]:
        """All bars, the last one closed."""
        self._close(Signs())
        return self.bars

    def read(self, line: str, on_field: Callable[[str, str], None]) -> None:
        """Takes in a line of music; fields in brackets go to `on_field`."""
        at = 0
        while at < len(line):
            match = _TOKEN.match(line, at)
            if match is None:
                self._pass_over(line[at])
                at += 1
                continue
            at = match.end()
            self._counted += 1
            if self._counted > 4 * MAX_WORDS:
                raise MediaError(f"the tune has more than {4 * MAX_WORDS:,} signs: cut it")
            if match["field"]:
                on_field(match["field"], match["value"].strip())
            else:
                self._token(match)

    def _token(self, match: re.Match[str]) -> None:
        if match["line"]:
            self._bar_line(match["line"], match["ending"] or "")
        elif match["letter"]:
            self._sound([self._pitch(match)], self._length(match["top"], match["slashes"], match["bottom"]))
        elif match["chord"] is not None:
            self._chord(match["chord"], self._length(match["ctop"], match["cslashes"], match["cbottom"]))
        elif match["old"]:
            self._chord(match["old"], self.unit)
        elif match["rest"]:
            length = self._length(match["rtop"], match["rslashes"], match["rbottom"])
            self._rest(length, match["rest"] in "ZX")
        elif match["quoted"]:
            self._symbol(match["quoted"].strip())
        elif match["tuplet"]:
            self._open_tuplet(int(match["tuplet"]), match["time"] or "", match["count"] or "")
        elif match["broken"]:
            self._break(match["broken"])
        elif match["tie"] and self._bar.notes:
            self._bar.notes[-1] = self._bar.notes[-1]._replace(tied=True)

    def _length(self, top: str, slashes: str, bottom: str) -> int:
        down = int(bottom) if bottom and slashes else 2 ** min(len(slashes), 6)
        return round(self.unit * int(top or 1) / max(1, down))

    def _pitch(self, match: re.Match[str]) -> int:
        letter = match["letter"].upper()
        if match["sign"]:
            self._accidentals[letter] = match["sign"].count("^") - match["sign"].count("_")
        alter = self._accidentals.get(letter, self.alters.get(letter, 0))
        octave = 5 if match["letter"].islower() else 4
        octave += match["octave"].count("'") - match["octave"].count(",")
        return max(0, min(127, 12 * (octave + 1) + pitch_class_of(letter, 0) + alter))

    def _chord(self, inside: str, length: int) -> None:
        """Notes struck together: all take the length of the first, as the standard says."""
        notes = list(_INNER.finditer(inside))
        if notes:
            first = notes[0]
            own = self._length(first["top"], first["slashes"], first["bottom"])
            self._sound([self._pitch(note) for note in notes], round(own * length / max(1, self.unit)))

    def _sound(self, pitches: list[int], length: int) -> None:
        length = self._timed(length)
        self._bar.notes.append(AbcNote(self._bar.length, length, max(pitches), tied=False))
        self._bar.length += length
        if len(self._bar.notes) > MAX_NOTES:
            raise MediaError(f"bar {self.number} has more than {MAX_NOTES:,} notes: write bar lines")

    def _rest(self, length: int, whole_bars: bool) -> None:
        if not whole_bars:
            self._bar.length += self._timed(length)
            return
        for _ in range(min(MAX_BARS + 1, max(1, length // max(1, self.unit)))):
            self._bar.length = self.bar_parts
            self._close(Signs())

    def _timed(self, length: int) -> int:
        """A length under the broken rhythm and the tuplet that it stands in."""
        if self._broken:
            length = round(length * (2**-self._broken if self._broken > 0 else 2 - 2**self._broken))
            self._broken = 0
        over, under, left = self._tuplet
        if left:
            self._tuplet = (over, under, left - 1)
            length = round(length * over / under)
        return length

    def _break(self, signs: str) -> None:
        """`>` dots the note before and halves the next; `<` the other way round."""
        depth = min(len(signs), 3)
        if not self._bar.notes:
            return
        last = self._bar.notes[-1]
        long = signs[0] == ">"
        changed = round(last.length * (2 - 2**-depth if long else 2**-depth))
        self._bar.notes[-1] = last._replace(length=changed)
        self._bar.length += changed - last.length
        self._broken = depth if long else -depth

    def _open_tuplet(self, notes: int, time: str, count: str) -> None:
        # Triplets of compound time: two notes in the time of three, five in that of three.
        compound = self.bar_parts % (3 * PARTS // 2) == 0 and self.bar_parts % PARTS
        default = 3 if compound and notes in (5, 7, 9) else _TUPLET_TIME.get(notes, 2)
        self._tuplet = (int(time) if time and int(time) else default, max(1, notes), int(count) if count else notes)

    def _symbol(self, text: str) -> None:
        """A chord symbol; bass notes written small and remarks on how to play are passed over."""
        if not text or text[0] in "^_<>@" or text[0].islower():
            return
        if is_silence(text):
            self._bar.chords.append((self._bar.length, None))
            return
        # Older files write a sharp bass small and with a plus: D7/f+.
        symbol = read_symbol(re.sub(r"/([a-g])\+", r"/\1#", text.split()[0][:24]), self.key)
        if symbol is None or text[0] not in "ABCDEFGH":
            self.remarks.append(f"the chord symbols {text[:20]!r} and the like are passed over: they are no chords")
            return
        if symbol.remark:
            self.remarks.append(symbol.remark)
        self._bar.chords.append((self._bar.length, symbol[:3]))
        if len(self._bar.chords) > MAX_CHORDS:
            raise MediaError(f"bar {self.number} has more than {MAX_CHORDS:,} chord symbols: write bar lines")

    def _bar_line(self, line: str, ending: str) -> None:
        self._close(Signs(times=2 if line.startswith(":") else 1, ends="|]" in line or "||" in line))
        self._opens = self._opens or line.endswith(":")
        numbers = {int(n) for n in re.findall(r"\d", ending)[:MAX_PLAYED]}
        if re.fullmatch(r"\d-\d", ending):
            numbers = set(range(int(ending[0]), min(int(ending[2]), MAX_PLAYED) + 1))
        self._endings = frozenset(numbers) or self._endings

    def _close(self, signs: Signs) -> None:
        """Ends the bar; a line right after another adds its signs to the bar before."""
        self._accidentals = {}
        bar = self._bar
        if not bar.length:
            if self.bars and (signs.times > 1 or signs.ends):
                last = self.bars[-1]
                last.signs = last.signs._replace(times=max(signs.times, last.signs.times), ends=True)
            return
        if bar.length > self.bar_parts + PARTS // 16:
            raise MediaError(
                f"bar {self.number} of the tune holds {bar.length / PARTS:.3g} quarters, "
                f"{self.bar_parts / PARTS:.3g} fit: mend its lengths or its bar line"
            )
        bar.signs = signs._replace(opens=self._opens, endings=self._endings or None)
        if abs(bar.length - self.bar_parts) <= PARTS // 16:
            bar.length = self.bar_parts
        self.bars.append(bar)
        if len(self.bars) > 4 * MAX_BARS:
            raise MediaError(f"the tune has more than {4 * MAX_BARS:,} bars: cut it")
        self._bar, self._opens, self._endings = AbcBar(), False, frozenset()

    def _pass_over(self, sign: str) -> None:
        self.remarks.append(f"signs that are no ABC, such as {sign!r}, are passed over")
        if len(self.remarks) > 2 * MAX_WORDS:
            raise MediaError("most of the text is no ABC: write the tune out again")
