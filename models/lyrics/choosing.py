"""Which of the lines that fit is the best: likelihood, stress, theme, freshness and a natural end, each with a
weight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.lyrics.guide import Draft
    from models.lyrics.lexicon import Lexicon

_DANGLING_TEXT = """
    a an the of to in on at by for from with as and or but nor so if than that this these those is am are was
    were be been do does did has have had can could will would shall should may might must my your his her its
    our their i we he they who whom whose which what when where while there very i'm i've i'll i'd you're he's
    she's it's we're they're that's there's let's like into upon through until till some any such every no not
    just too isn't don't won't can't wasn't aren't didn't doesn't couldn't wouldn't more most other only each
    another ain't weren't hasn't haven't here's what's who's where's we've you've they've we'll you'll they'll
    he'll she'll it'll we'd you'd they'd he'd she'd how why because although though own both either neither
    whether unto between among during without within toward towards against us became become seem seems became
    upon beneath onto
"""
_DANGLING = frozenset(_DANGLING_TEXT.split())
"""Words that leave a line hanging where they end it."""


@dataclass(frozen=True)
class Weights:
    """How much each quality counts beside the mean log-probability of a line's tokens, in nats."""

    end: float = 0.22
    theme: float = 0.9
    stress: float = 0.9
    worn: float = 0.5
    worst: float = 0.4
    opening: float = 0.8
    short_words: float = 0.25


@dataclass
class Memory:
    """What the song has said so far: content words by count, line openings, whole lines, rhyme words."""

    words: Counter[str] = field(default_factory=Counter)
    openings: Counter[str] = field(default_factory=Counter)
    lines: set[str] = field(default_factory=set)
    endings: set[str] = field(default_factory=set)

    def add(self, plain: Sequence[str], content: Sequence[str]) -> None:
        """Remembers a line: its words in lower case and those of them that carry sense."""
        self.words.update(set(content))
        self.openings[plain[0]] += 1
        self.openings[" ".join(plain[:2])] += 1
        self.openings[" ".join(plain[:3])] += 1
        self.lines.add(" ".join(plain))
        self.endings.add(plain[-1])


def is_dangling(word: str) -> bool:
    """Whether a word (lower case) leaves a line hanging where it ends it."""
    return word in _DANGLING


def worth(draft: Draft, end_log_prob: float, stress: str, lexicon: Lexicon, memory: Memory, weights: Weights) -> float:
    """How good a line is, in nats; higher is better."""
    entries = [lexicon.entries[number] for number in draft.words]
    content = [entry.plain for entry in entries if not entry.is_function]
    likely = draft.log_prob / max(len(draft.places), 1)
    theme = sum(sorted((min(lexicon.theme[number], 0.4) for number in draft.words), reverse=True)[:2])
    misfit = misfits(("".join(entry.pattern for entry in entries)), stress[-sum(e.syllables for e in entries) :])
    worn = sum(min(memory.words[word], 4) for word in content) / max(len(content), 1)
    plain = [entry.plain for entry in entries]
    opening = (
        0.3 * memory.openings[plain[0]] + memory.openings[" ".join(plain[:2])] + memory.openings[" ".join(plain[:3])]
    )
    echo = len(content) - len(set(content))
    emptiness = max(0, 2 - len(set(content)))
    return (
        likely
        + weights.end * max(end_log_prob, -8.0)
        + weights.theme * theme
        + weights.worst * min(draft.worst + 5.0, 0.0)
        - weights.stress * misfit
        - weights.worn * worn
        - weights.opening * min(opening, 3)
        - 0.8 * echo
        - weights.short_words * emptiness
    )


def misfits(pattern: str, stress: str) -> float:
    """The share of syllables whose stress fights the plan's: a word's own stress on a weak place, or the reverse."""
    fights = {("0", "1"): 1.0, ("1", "0"): 1.0, ("2", "0"): 0.3, ("f", "1"): 0.35, ("c", "0"): 0.35}
    return sum(fights.get(pair, 0.0) for pair in zip(pattern, stress, strict=True)) / max(len(pattern), 1)
