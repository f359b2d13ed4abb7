"""Which letters of a word spell which of its phones, by dynamic programming over likely spellings."""

from __future__ import annotations

from functools import lru_cache

_SPELLINGS = {
    "AA": "a o ah aa ea e ho ow au", "AE": "a ai au", "AH": "u a o e i ou oo ea ai io eo ia oe y ah oi eou ough",
    "AO": "o a au aw ou augh ough oa oo oar", "AW": "ou ow ough au hou", "AY": "i y igh ie ye uy ai ei eigh ey is eye",
    "B": "b bb", "CH": "ch tch t c ti", "D": "d dd ed ld", "DH": "th the", "EH": "e ea a ai ie ae eo u ei",
    "ER": "er ir ur or ar ear re our yr ure err urr olo eur r", "EY": "a ai ay ei ey eigh ea e aigh et au",
    "F": "f ff ph gh lf", "G": "g gg gh gu gue", "HH": "h wh j", "IH": "i e y ee ea a ui ie u ai ei o ia",
    "IY": "e ee ea y ie i ei ey eo ae oe ay", "JH": "j g dg dge gg di d ge", "K": "c k ck ch q cc qu que lk x kh",
    "L": "l ll le", "M": "m mm mb lm mn", "N": "n nn kn gn pn ne", "NG": "ng n",
    "OW": "o ow oa oe ough ew ou oh eau au",
    "OY": "oi oy uoy", "P": "p pp ph", "R": "r rr wr rh re", "S": "s ss c sc ce se ps st x z sw",
    "SH": "sh ti ci s ss ch si sci ce t c", "T": "t tt ed th ght bt te pt d", "TH": "th", "UH": "oo u ou o ur",
    "UW": "oo u ue ew o ou ui oe ough wo eu ieu", "V": "v f ve vv ph lv", "W": "w wh u o ou", "Y": "y i u e j",
    "Z": "z s zz se es x ss ze", "ZH": "si s g z ge ti",
}  # fmt: skip
_PAIRS = {
    "x": {("K", "S"), ("G", "Z"), ("K", "SH")}, "u": {("Y", "UW"), ("Y", "AH"), ("Y", "UH"), ("Y", "ER")},
    "ew": {("Y", "UW")}, "ue": {("Y", "UW")}, "o": {("W", "AH")}, "le": {("AH", "L")}, "qu": {("K", "W")},
    "m": {("AH", "M")}, "n": {("AH", "N")}, "eau": {("Y", "UW")}, "ire": {("AY", "ER")}, "our": {("AW", "ER")},
    "ure": {("Y", "ER")}, "t": {("AH", "T")}, "oi": {("W", "AA")}, "l": {("AH", "L")}, "zz": {("T", "S")},
    "z": {("T", "S")}, "r": {("AH", "R")},
}  # fmt: skip
_ALLOWED = {phone: frozenset(spellings.split()) for phone, spellings in _SPELLINGS.items()}
_VOWEL_LETTERS = frozenset("aeiouy")
_VOWEL_PHONES_TEXT = "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW"
_VOWEL_PHONES = frozenset(_VOWEL_PHONES_TEXT.split())
_SILENT_COST, _STRANGER_COST, _WRONG_CLASS_COST = 2.0, 5.0, 9.0


def letter_starts(word: str, groups: list[tuple[str, ...]]) -> list[int]:
    """Where each syllable begins in a word of lower-case letters, given its phones by syllable (stress digits allowed).

    A doubled consonant between syllables is parted: lit-tle, not li-ttle.
    """
    phones = tuple(phone.rstrip("012") for group in groups for phone in group)
    places = align(word, phones)
    starts, passed = [0], 0
    for group in groups[:-1]:
        passed += len(group)
        start = places[passed]
        doubled = start + 1 < len(word) and word[start] == word[start + 1] and word[start] not in _VOWEL_LETTERS
        starts.append(start + 1 if doubled else start)
    return starts


@lru_cache(maxsize=32_768)
def align(word: str, phones: tuple[str, ...]) -> tuple[int, ...]:
    """For every phone, the place of the first letter that spells it."""
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    for letter in range(len(word) + 1):
        for phone in range(len(phones) + 1):
            if (letter, phone) in best:
                _extend(best, word, phones, letter, phone)
    place, starts = (len(word), len(phones)), [0] * len(phones)
    while place != (0, 0):
        _, before = best[place]
        for index in range(before[1], place[1]):
            starts[index] = min(before[0] + (index - before[1]) * (place[0] - before[0] > 1), max(len(word) - 1, 0))
        place = before
    return tuple(starts)


def _extend(
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]],
    word: str,
    phones: tuple[str, ...],
    letter: int,
    phone: int,
) -> None:
    """Every step on from one place: a spelled phone, a letter that spells two, a silent letter, an unwritten phone."""
    cost = best[letter, phone][0]

    def offer(place: tuple[int, int], more: float) -> None:
        if place not in best or cost + more < best[place][0] - 1e-9:
            best[place] = (cost + more, (letter, phone))

    for width in range(1, min(4, len(word) - letter) + 1):
        chunk = word[letter : letter + width]
        if phone < len(phones):
            offer((letter + width, phone + 1), _cost(chunk, phones[phone]))
        if tuple(phones[phone : phone + 2]) in _PAIRS.get(chunk, ()):
            offer((letter + width, phone + 2), 0.4)
    if letter < len(word):
        silent = 0.5 if word[letter] in "e'" else 1.2 if word[letter] == "h" else _SILENT_COST
        offer((letter + 1, phone), silent)
    if phone < len(phones):
        offer((letter, phone + 1), 6.0)


def _cost(chunk: str, phone: str) -> float:
    if chunk in _ALLOWED.get(phone, ()):
        return 0.1 if len(chunk) > 1 else 0.2
    if len(chunk) > 1:
        return _WRONG_CLASS_COST + len(chunk)
    same = (chunk in _VOWEL_LETTERS) == (phone in _VOWEL_PHONES)
    return _STRANGER_COST if same else _WRONG_CLASS_COST
