"""Titles broken into lines as a typesetter would: even, no orphan, no article left at the end of a line."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from media.sleeve.faces import Face, is_ideographic, shown, width

_LONGEST_WORD = 20
_MOST_PIECES = 160
_CLINGS = frozenset(
    ("a", "an", "the", "of", "in", "on", "at", "to", "by", "for", "and", "or", "but", "nor", "with", "from", "my")
    + ("your", "our", "his", "her", "its", "is", "as", "no", "not", "de", "la", "le", "les", "du", "des", "et", "un")
    + ("une", "el", "los", "las", "y", "der", "die", "das", "und", "von", "da", "do", "e", "o", "os", "i", "il", "lo")
)
"""Words that lean on the next one: no line ends with them if it can be helped."""
_NEVER_FIRST = frozenset("、。，．・：；？！」』）】〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々〜…!?,.:;)]}’”")
_NEVER_LAST = frozenset("「『（【〈《([{‘“")
_TURNS = (":", ";", ",", "—", "–", "、", "。", "・", "：", "…", "!", "?", "！", "？")


@dataclass(frozen=True)
class SetText:
    """Lines of a text at a size.

    Attributes:
        lines: as shown, capitals where the face has them.
        size: font size in the sheet's units.
        widths: width of each line, in the sheet's units.
        evenness: 0 for lines of one length without a bad break; larger is worse.
    """

    lines: tuple[str, ...]
    size: float
    widths: tuple[float, ...]
    evenness: float


@dataclass(frozen=True)
class _Piece:
    """A part of a text that is never broken: its width at size 1, whether a space follows, what a break after costs."""

    text: str
    width: float
    spaced: bool
    cost: float
    hyphen: bool = False


def set_text(
    text: str, face: Face, wide: float, high: float, *, largest: float, most_lines: int, smallest: float = 0.0
) -> SetText | None:
    """The text as large as it fits a box; nothing where it would be smaller than `smallest`.

    Args:
        text: one paragraph of at least one word.
        face: the font.
        wide: width of the box.
        high: height of the box, from the top of the first line's capitals to the last baseline.
        largest: the largest size wanted.
        most_lines: lines allowed.
        smallest: the smallest size allowed.
    """
    best: SetText | None = None
    worth = 0.0
    for count in range(1, most_lines + 1):
        broken = _broken(shown(text, face), face, count)
        if broken is None:
            break
        lines, widths, cost = broken
        tall = face.leading * (count - 1) + 0.72
        size = min(largest, wide / (max(widths) * 1.01), high / tall)
        value = size * (1.0 - min(0.4, 0.5 * cost)) * 0.95 ** (count - 1)
        if best is None or value > worth:
            best = SetText(lines, size, tuple(each * size for each in widths), cost)
            worth = value
    return best if best is not None and best.size >= smallest else None


@lru_cache(maxsize=2048)
def _broken(text: str, face: Face, count: int) -> tuple[tuple[str, ...], tuple[float, ...], float] | None:
    """The text in exactly `count` lines with the least cost: by dynamic programming over the places it may break."""
    pieces = _pieces(text, face)
    if count > len(pieces):
        return None
    space = width(" ", face)
    reach = [0.0]
    for piece in pieces:
        reach.append(reach[-1] + piece.width + (space if piece.spaced else 0.0))
    mean = reach[-1] / count

    def line_cost(start: int, end: int) -> float:
        wide = reach[end] - reach[start] - (space if pieces[end - 1].spaced else 0.0)
        uneven = ((wide - mean) / mean) ** 2
        if end < len(pieces):
            return uneven + pieces[end - 1].cost
        lonely = count > 1 and end - start == 1 and wide < 0.42 * mean
        return uneven + (0.35 if lonely else 0.0)

    least: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, (0,))}
    for left in range(count, 0, -1):
        following: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, ends) in least.items():
            last = len(pieces) - left + 1
            for end in range(start + 1 if left > 1 else len(pieces), last + 1):
                total = cost + line_cost(start, end)
                if end not in following or total < following[end][0]:
                    following[end] = (total, (*ends, end))
        least = following
    cost, ends = least[len(pieces)]
    lines = tuple(_joined(pieces[start:end]) for start, end in zip(ends, ends[1:], strict=False))
    return lines, tuple(max(0.05, width(line, face)) for line in lines), max(0.0, cost) / count


def _joined(pieces: tuple[_Piece, ...]) -> str:
    line = "".join(piece.text + (" " if piece.spaced else "") for piece in pieces).rstrip()
    return line + "-" if pieces[-1].hyphen else line


@lru_cache(maxsize=256)
def _pieces(text: str, face: Face) -> tuple[_Piece, ...]:
    found: list[_Piece] = []
    for word in text.split():
        parts = _ideographic_parts(word) if any(map(is_ideographic, word)) else _word_parts(word)
        for index, part in enumerate(parts):
            last = index == len(parts) - 1
            cut = not last and part[-1].isalpha() and not is_ideographic(part[-1])
            cost = _cost_after(part) if last else (0.3 if cut else _cost_between(part, parts[index + 1]))
            found.append(_Piece(part, width(part, face), last, cost, cut))
    return tuple(found[:_MOST_PIECES])


def _word_parts(word: str) -> list[str]:
    if len(word) <= _LONGEST_WORD:
        return [word]
    count = -(-len(word) // (_LONGEST_WORD - 4))
    step = -(-len(word) // count)
    return [word[start : start + step] for start in range(0, len(word), step)]


def _ideographic_parts(word: str) -> list[str]:
    """Phrases: a break may come where a kana run ends and a word begins, after a mark, or, at a cost, elsewhere."""
    parts = [word[0]]
    for before, letter in zip(word, word[1:], strict=False):
        stays = letter in _NEVER_FIRST or before in _NEVER_LAST
        same_word = _script(before) == _script(letter) and _script(before) in ("katakana", "latin", "digit")
        if (stays or same_word) and len(parts[-1]) < 12:
            parts[-1] += letter
        else:
            parts.append(letter)
    return parts


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    if name.startswith("HIRAGANA"):
        return "hiragana"
    if name.startswith("KATAKANA"):
        return "katakana"
    if letter.isdigit():
        return "digit"
    return "latin" if name.startswith("LATIN") else "other"


def _cost_between(before: str, after: str) -> float:
    """What a line break inside unspaced Japanese costs."""
    if before[-1] in _TURNS:
        return -0.05
    one, other = _script(before[-1]), _script(after[0])
    if one == "hiragana" and other != "hiragana":
        return 0.0
    return 0.12 if one != other and other != "hiragana" else 0.35


def _cost_after(word: str) -> float:
    if word.endswith(_TURNS):
        return -0.06
    return 0.24 if word.lower().strip("‘“(") in _CLINGS else 0.0
