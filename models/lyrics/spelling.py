"""Phones for words no dictionary holds: first from known parts (endings, compounds), then by letter-to-sound rules."""

from __future__ import annotations

from collections.abc import Callable

Lookup = Callable[[str], tuple[str, ...]]
"""Phones with stress digits of a word a dictionary holds, or () where it holds none."""

_VOWEL_LETTERS = "aeiouy"
_VOICELESS_TEXT = "P T K F TH S SH CH"
_VOICELESS = frozenset(_VOICELESS_TEXT.split())
_SIBILANTS_TEXT = "S Z SH ZH CH JH"
_SIBILANTS = frozenset(_SIBILANTS_TEXT.split())
_VOWELS_TEXT = "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW"
_VOWELS = frozenset(_VOWELS_TEXT.split())

_ENDINGS: tuple[tuple[str, str], ...] = (
    ("lessness", "L AH0 S N AH0 S"), ("fulness", "F AH0 L N AH0 S"), ("ness", "N AH0 S"), ("less", "L AH0 S"),
    ("ment", "M AH0 N T"), ("ward", "W ER0 D"), ("wards", "W ER0 D Z"), ("wise", "W AY2 Z"), ("ship", "SH IH2 P"),
    ("hood", "HH UH2 D"), ("like", "L AY2 K"), ("some", "S AH0 M"), ("fully", "F AH0 L IY0"), ("ful", "F AH0 L"),
    ("ly", "L IY0"), ("ing", "IH0 NG"), ("in'", "IH0 N"), ("er", "ER0"), ("ers", "ER0 Z"), ("est", "AH0 S T"),
    ("ish", "IH0 SH"), ("able", "AH0 B AH0 L"), ("y", "IY0"),
)  # fmt: skip
"""Endings that leave the stress of the word before them where it is."""

_PREFIXES: tuple[tuple[str, str], ...] = (
    ("un", "AH0 N"), ("re", "R IY0"), ("over", "OW2 V ER0"), ("under", "AH2 N D ER0"), ("out", "AW2 T"),
    ("mis", "M IH0 S"), ("non", "N AA2 N"), ("fore", "F AO2 R"), ("be", "B IH0"), ("a", "AH0"),
)  # fmt: skip

# (letters, must follow one of, must precede one of, phones); the first that fits wins. '#' a vowel letter, '$' the
# word's edge, '+' one of e i y, '%' a consonant letter, any other text itself. Vowels get their stress afterwards.
_RULES: tuple[tuple[str, str, str, str], ...] = (
    ("tion", "", "", "SH AH N"), ("ssion", "", "", "SH AH N"), ("sion", "#", "", "ZH AH N"),
    ("sion", "", "", "SH AH N"), ("cian", "", "", "SH AH N"), ("cial", "", "", "SH AH L"),
    ("tial", "", "", "SH AH L"), ("cious", "", "", "SH AH S"), ("tious", "", "", "SH AH S"),
    ("geous", "", "", "JH AH S"), ("ious", "", "", "IY AH S"), ("ous", "%", "$", "AH S"),
    ("ture", "", "$", "CH ER"), ("sure", "#", "$", "ZH ER"), ("eigh", "", "", "EY"), ("aigh", "", "", "EY"),
    ("augh", "", "t", "AO"), ("ough", "", "t", "AO"), ("ough", "", "", "OW"), ("igh", "", "", "AY"),
    ("tch", "", "", "CH"), ("dge", "", "", "JH"), ("sch", "$", "", "SH"), ("eau", "", "", "OW"),
    ("ear", "", "%", "ER"), ("ear", "", "", "IY R"), ("air", "", "", "EH R"), ("eer", "", "", "IY R"),
    ("oor", "", "", "AO R"), ("our", "", "", "AO R"), ("are", "", "$", "EH R"), ("ere", "", "$", "IH R"),
    ("ire", "", "$", "AY R"), ("ore", "", "", "AO R"), ("ure", "", "$", "Y UH R"), ("age", "%", "$", "IH JH"),
    ("ble", "%", "$", "B AH L"), ("que", "", "$", "K"), ("gue", "", "$", "G"), ("sque", "", "$", "S K"),
    ("all", "", "", "AO L"), ("alk", "", "", "AO K"), ("wh", "", "o", "HH"), ("wh", "", "", "W"),
    ("wr", "$", "", "R"), ("kn", "$", "", "N"), ("gn", "$", "", "N"), ("gn", "", "$", "N"), ("ps", "$", "", "S"),
    ("mb", "", "$", "M"), ("mn", "", "$", "M"), ("gh", "$", "", "G"), ("gh", "", "", ""), ("ch", "", "r", "K"),
    ("ch", "", "l", "K"), ("ch", "", "", "CH"), ("ck", "", "", "K"), ("sh", "", "", "SH"), ("ph", "", "", "F"),
    ("th", "", "er", "DH"), ("th", "", "", "TH"), ("sc", "", "+", "S"), ("ng", "", "$", "NG"),
    ("ng", "", "", "NG G"), ("nk", "", "", "NG K"), ("qu", "", "", "K W"), ("dg", "", "+", "JH"),
    ("xc", "", "+", "K S"), ("ee", "", "", "IY"), ("ea", "", "th", "EH"), ("ea", "", "", "IY"),
    ("ei", "", "", "IY"), ("ey", "", "$", "IY"), ("ey", "", "", "EY"), ("eu", "", "", "Y UW"),
    ("ew", "r", "", "UW"), ("ew", "l", "", "UW"), ("ew", "", "", "Y UW"), ("ai", "", "", "EY"),
    ("ay", "", "", "EY"), ("au", "", "", "AO"), ("aw", "", "", "AO"), ("oa", "", "", "OW"), ("oe", "", "$", "OW"),
    ("oi", "", "", "OY"), ("oy", "", "", "OY"), ("oo", "", "k", "UH"), ("oo", "", "d", "UH"),
    ("oo", "", "", "UW"), ("ou", "", "", "AW"), ("ow", "", "$", "OW"), ("ow", "", "", "AW"),
    ("ie", "", "$", "IY"), ("ie", "", "", "IY"), ("ia", "", "", "IY AH"), ("io", "", "", "IY OW"),
    ("ue", "", "$", "UW"), ("ui", "", "", "UW"), ("uy", "", "$", "AY"), ("ar", "", "$", "AA R"),
    ("ar", "", "%", "AA R"), ("ar", "", "", "EH R"), ("er", "", "$", "ER"), ("er", "", "%", "ER"),
    ("ir", "", "%", "ER"), ("ir", "", "$", "ER"), ("or", "", "$", "ER"), ("or", "", "%", "AO R"),
    ("ur", "", "$", "ER"), ("ur", "", "%", "ER"), ("yr", "", "%", "ER"), ("er", "", "#", "EH R"),
    ("es", "x", "$", "AH Z"), ("es", "sh", "$", "AH Z"), ("es", "ch", "$", "AH Z"), ("es", "ss", "$", "AH Z"),
    ("es", "o", "$", "Z"), ("ed", "t", "$", "AH D"), ("ed", "d", "$", "AH D"), ("ed", "p", "$", "T"),
    ("ed", "k", "$", "T"), ("ed", "s", "$", "T"), ("ed", "h", "$", "T"), ("ed", "f", "$", "T"),
    ("ed", "", "$", "D"), ("al", "%", "$", "AH L"), ("el", "%", "$", "AH L"), ("en", "%", "$", "AH N"),
    ("on", "%", "$", "AH N"), ("an", "%", "$", "AH N"), ("le", "%", "$", "AH L"), ("um", "%", "$", "AH M"),
    ("us", "%", "$", "AH S"), ("is", "%", "$", "IH S"), ("a", "", "$", "AH"), ("a", "$", "", "AE"),
    ("a", "w", "", "AA"), ("i", "", "$", "IY"), ("o", "", "$", "OW"), ("u", "", "$", "UW"), ("y", "$", "", "Y"),
    ("y", "", "$", "IY"), ("e", "#%", "$", ""), ("e", "", "$", ""),
)  # fmt: skip
_LONG = {"a": "EY", "e": "IY", "i": "AY", "o": "OW", "u": "UW", "y": "AY"}
_SHORT = {"a": "AE", "e": "EH", "i": "IH", "o": "AA", "u": "AH", "y": "IH"}
_CONSONANTS = {
    "b": "B", "d": "D", "f": "F", "h": "HH", "j": "JH", "k": "K", "l": "L", "m": "M", "n": "N", "p": "P", "q": "K",
    "r": "R", "t": "T", "v": "V", "w": "W", "x": "K S", "z": "Z",
}  # fmt: skip


def guess_phones(word: str, look_up: Lookup) -> tuple[str, ...]:
    """Phones with stress digits of a word (lower case) that the dictionary behind `look_up` lacks; always one vowel
    at least.
    """
    bare = "".join(letter for letter in word if letter.isalpha() and letter.isascii())
    if not bare:
        return ("AH0",)
    return _from_parts(word, look_up) or _from_parts(bare, look_up) or _by_rules(bare)


def _from_parts(word: str, look_up: Lookup) -> tuple[str, ...]:
    if word.endswith("'s") and (stem := look_up(word[:-2])):
        return _with_s(stem)
    for found in (_inflected(word, look_up), _ended(word, look_up), _prefixed(word, look_up), _compound(word, look_up)):
        if found:
            return found
    return ()


def _inflected(word: str, look_up: Lookup) -> tuple[str, ...]:
    if word.endswith("s") and not word.endswith("ss"):
        for stem in (
            word[:-1],
            word[:-2] if word.endswith("es") else "",
            word[:-3] + "y" if word.endswith("ies") else "",
        ):
            if len(stem) > 2 and (phones := look_up(stem)):
                return _with_s(phones)
    if word.endswith("ed"):
        for stem in (word[:-2], word[:-1], word[:-3] if word[-3:-2] == word[-4:-3] else "", word[:-3] + "y"):
            if len(stem) > 2 and (phones := look_up(stem)):
                return _with_d(phones)
    return ()


def _ended(word: str, look_up: Lookup) -> tuple[str, ...]:
    for ending, sound in _ENDINGS:
        if not word.endswith(ending) or len(word) - len(ending) < 3:
            continue
        stem = word[: -len(ending)]
        tries = [stem, stem + "e" if ending[0] in _VOWEL_LETTERS else "", stem[:-1] + "y" if stem.endswith("i") else ""]
        if stem[-1] == stem[-2]:
            tries.append(stem[:-1])
        for whole in tries:
            if whole and (phones := look_up(whole)):
                return (*phones, *sound.split())
    return ()


def _prefixed(word: str, look_up: Lookup) -> tuple[str, ...]:
    for prefix, sound in _PREFIXES:
        rest = word[len(prefix) :]
        if word.startswith(prefix) and len(rest) > 3 and (phones := look_up(rest)):
            return (*sound.split(), *phones)
    return ()


def _compound(word: str, look_up: Lookup) -> tuple[str, ...]:
    """Two known words side by side, the most even split; the second keeps a secondary stress."""
    places = sorted(range(3, len(word) - 2), key=lambda place: (abs(2 * place - len(word)), place))
    for place in places:
        first, second = look_up(word[:place]), look_up(word[place:])
        if first and second:
            return (*first, *(phone.replace("1", "2") for phone in second))
    return ()


def _with_s(phones: tuple[str, ...]) -> tuple[str, ...]:
    last = phones[-1]
    if last in _SIBILANTS:
        return (*phones, "AH0", "Z")
    return (*phones, "S" if last in _VOICELESS else "Z")


def _with_d(phones: tuple[str, ...]) -> tuple[str, ...]:
    last = phones[-1]
    if last in ("T", "D"):
        return (*phones, "AH0", "D")
    return (*phones, "T" if last in _VOICELESS else "D")


def _by_rules(word: str) -> tuple[str, ...]:
    phones: list[str] = []
    place = 0
    while place < len(word):
        letters, sound = _rule_at(word, place)
        phones += [phone for phone in sound.split() if not (phones and phone == phones[-1] and phone not in _VOWELS)]
        place += len(letters)
    if not any(phone in _VOWELS for phone in phones):
        phones.append("AH")
    return _stressed(phones, word)


def _rule_at(word: str, place: int) -> tuple[str, str]:
    """The letters taken at a place and how they sound."""
    for letters, before, after, sound in _RULES:
        end = place + len(letters)
        if word.startswith(letters, place) and _before(word, place, before) and _after(word, end, after):
            if letters == "e" and sound == "" and not any(letter in _VOWEL_LETTERS for letter in word[:place]):
                continue
            return letters, sound
    letter, following = word[place], word[place + 1 : place + 2]
    if letter in _SHORT:
        return letter, _LONG[letter] if _is_long(word, place) else _SHORT[letter]
    if letter == "c":
        return letter, "S" if following and following in "eiy" else "K"
    if letter == "g":
        return letter, "JH" if following and following in "eiy" and place else "G"
    if letter == "s":
        between = place and word[place - 1] in _VOWEL_LETTERS and following and following in _VOWEL_LETTERS
        voiced_end = not following and place and word[place - 1] in "bdglmnrvw"
        return letter, "Z" if between or voiced_end else "S"
    return letter, _CONSONANTS[letter]


def _is_long(word: str, place: int) -> bool:
    """Whether one consonant and a vowel follow (ma-ke, ti-ger): letters that name themselves."""
    rest = word[place + 1 :]
    return len(rest) == 2 and rest[0] not in _VOWEL_LETTERS + "xwr" and rest[1] == "e"


def _before(word: str, place: int, pattern: str) -> bool:
    if not pattern:
        return True
    if pattern == "$":
        return place == 0
    letter = word[place - 1 : place]
    if pattern == "#":
        return letter != "" and letter in _VOWEL_LETTERS
    if pattern == "%":
        return letter != "" and letter not in _VOWEL_LETTERS
    if pattern == "#%":
        return place > 1 and letter not in _VOWEL_LETTERS and word[place - 2] in _VOWEL_LETTERS
    return word[:place].endswith(pattern)


def _after(word: str, place: int, pattern: str) -> bool:
    if not pattern:
        return True
    if pattern == "$":
        return place == len(word)
    letter = word[place : place + 1]
    if pattern == "#":
        return letter != "" and letter in _VOWEL_LETTERS
    if pattern == "%":
        return letter != "" and letter not in _VOWEL_LETTERS
    if pattern == "+":
        return letter != "" and letter in "eiy"
    return word.startswith(pattern, place)


def _stressed(phones: list[str], word: str) -> tuple[str, ...]:
    """Digits on the vowels: stress before -tion and the like, else on the first full vowel; the rest unstressed."""
    vowels = [place for place, phone in enumerate(phones) if phone in _VOWELS]
    main = 0
    if len(vowels) > 1:
        if word.endswith(("tion", "sion", "cian", "ic", "ics", "ity", "ial", "ious", "cious", "tious")):
            main = max(len(vowels) - (3 if word.endswith("ity") else 2), 0)
        elif word.endswith(("ee", "eer", "ese", "ette", "oon", "ique")):
            main = len(vowels) - 1
        elif len(vowels) > 3:
            main = len(vowels) - 3
        elif (
            word.startswith(("be", "de", "re", "pre", "un", "in", "con", "com", "dis", "ex", "en", "a"))
            and len(vowels) == 2
        ):
            main = 1 if phones[vowels[1]] not in ("ER", "AH", "IY") else 0
    digits = {place: "1" if index == main else "0" for index, place in enumerate(vowels)}
    return tuple(phone + digits.get(place, "") for place, phone in enumerate(phones))
