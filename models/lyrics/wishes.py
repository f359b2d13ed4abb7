"""What is wished of a line before it is sampled: which words are welcome in it, which may open and which may end it."""

from __future__ import annotations

from collections.abc import Sequence, Set

import torch

from models.lyrics.choosing import Memory, is_dangling
from models.lyrics.guide import Wish
from models.lyrics.lexicon import Lexicon
from models.lyrics.rhyme import rhyme_kind
from schemas.plan import LinePlan

_OPENERS = {
    "verse": ("the", "there's", "in", "on", "by", "when", "every"),
    "chorus": ("i", "you", "we", "oh", "so", "take", "hold", "let's", "come", "if"),
    "bridge": ("but", "if", "maybe", "what"),
}
_TURNS_TEXT = "now but then so still today tonight and"
_TURNS = _TURNS_TEXT.split()
_RARE_RANK = 5000


def wish_for(
    wanted: LinePlan,
    lexicon: Lexicon,
    memory: Memory,
    *,
    partners: Sequence[str] = (),
    must_rhyme: bool = True,
    is_answered: bool = False,
    role: str = "verse",
    opens_section: bool = False,
    is_turn: bool = False,
    sung: int = 0,
) -> Wish:
    """What to ask of a line.

    `partners` are the last words of the lines it rhymes with; `is_answered` says that a later line is to rhyme with it;
    `is_turn`, that it opens a later verse; `sung` syllables stand in the prefix already.
    """
    bias = torch.tensor(
        [
            1.5 * min(close, 0.4)
            - 0.6 * min(memory.words[entry.plain], 4)
            - (0.4 if entry.rank > _RARE_RANK and close < 0.3 else 0.0)
            for entry, close in zip(lexicon.entries, lexicon.theme, strict=True)
        ]
    )
    ends = [
        _end_worth(entry.plain, count, memory, is_answered)
        for entry, count in zip(lexicon.entries, lexicon.richness, strict=True)
    ]
    rhymes = _rhyming(lexicon, partners) if partners and must_rhyme else None
    for number in rhymes or ():
        if rhyme_kind(partners[0], lexicon.entries[number].plain) == "slant":
            ends[number] -= 0.7
    return Wish(
        stress=wanted.stress,
        bias=bias,
        end_bias=torch.tensor(ends),
        rhymes=rhymes,
        opening_bias=_opening_bias(lexicon, memory, _TURNS if is_turn else _OPENERS.get(role, ()), opens_section),
        taken_pairs=_taken_pairs(lexicon, memory),
        sung=sung,
    )


def _end_worth(word: str, richness: int, memory: Memory, is_answered: bool) -> float:
    """What a word is worth at the end of a line; as the first of a rhyme, little where few common words rhyme with
    it.
    """
    if is_dangling(word) or word in memory.endings:
        return -torch.inf
    if not is_answered:
        return 0.0
    return -torch.inf if richness < 4 else -1.5 * (1 - min(richness, 25) / 25)


def _rhyming(lexicon: Lexicon, partners: Sequence[str]) -> Set[int]:
    """Entries that rhyme with every partner, perfectly or by kind."""
    found = [set(lexicon.rhymes.rhymes(partner, slant=True)) for partner in partners]
    return {lexicon.index[word] for word in set.intersection(*found)}


def _opening_bias(lexicon: Lexicon, memory: Memory, welcome: Sequence[str], opens_section: bool) -> dict[int, float]:
    """What a word is worth as the first of a line: one that opened another is out of favour."""
    made: dict[int, float] = {}
    for name, count in memory.openings.items():
        if name in lexicon.index:
            number = lexicon.index[name]
            made[number] = -0.7 * count if lexicon.entries[number].is_function else -6.0
    if opens_section:
        for name in welcome:
            if name in lexicon.index:
                made[lexicon.index[name]] = made.get(lexicon.index[name], 0.0) + 1.0
    return made


def _taken_pairs(lexicon: Lexicon, memory: Memory) -> dict[int, set[int]]:
    """For the first words of lines, the second words that have followed them."""
    made: dict[int, set[int]] = {}
    for name in memory.openings:
        words = name.split()
        if len(words) == 2 and all(word in lexicon.index for word in words):
            made.setdefault(lexicon.index[words[0]], set()).add(lexicon.index[words[1]])
    return made
