"""Writes the words of a song, line by line, to its plan's syllables, stress and rhymes.

The chorus comes first: its opening line is the hook, the title is found in it, and the verses are written towards it. Every line
is sampled under a guide that keeps it to its plan, many candidates at once; the best is kept. A line's numbers come from the
song's seed, its section and its place alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from models.lyrics import lexicon as lexicons
from models.lyrics import prompts, sounds, titles
from models.lyrics.choosing import Memory, Weights, is_dangling, worth
from models.lyrics.engine import LanguageModel
from models.lyrics.guide import Draft, LineGuide, Tables, Wish
from models.lyrics.lexicon import Lexicon
from models.lyrics.rhyme import rhyme_kind
from schemas.lyrics import LyricLine, Lyrics, LyricSection
from schemas.plan import LinePlan, SectionPlan, SongPlan

Progress = Callable[[int, int], None]
"""Called with lines written and lines in all."""


@dataclass(frozen=True)
class Budget:
    """What a song may cost: candidates a line, rounds where no line fits, and how freely they are drawn."""

    candidates: int = 64
    rounds: int = 3
    temperature: float = 0.9
    top_p: float = 0.95
    rescored: int = 24
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True)
class _Written:
    """A line as chosen."""

    text: str
    rhymes: bool = True


@dataclass
class _Desk:
    """All that the writing of one song needs."""

    plan: SongPlan
    model: LanguageModel
    seed: int
    budget: Budget
    lexicon: Lexicon
    tables: Tables
    memory: Memory = field(default_factory=Memory)
    title: str = ""
    done: dict[str, list[_Written]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def write_lyrics(
    plan: SongPlan, model: LanguageModel, *, seed: int, budget: Budget | None = None, progress: Progress | None = None
) -> Lyrics:
    """The words of a song: for each lyric section of the plan, lines of exactly its syllables.

    `seed` is any integer; the same plan, model, seed and budget give the same words. A line whose rhyme was not found
    within the budget has `rhymes=False` and a note.

    Raises:
        BriefError: the plan asks for a line that no words of the lexicon can fill.
    """
    budget = budget or Budget()
    lexicon = lexicons.build(model, f"{plan.theme} {plan.title}")
    desk = _Desk(plan, model, seed, budget, lexicon, Tables(lexicon), title=plan.title)
    sections = lyric_sections(plan)
    total = sum(len(section.lines) for section in sections)
    for section in sorted(sections, key=lambda s: s.role != "chorus"):
        desk.done[section.words] = []
        for number in range(len(section.lines)):
            _write_line(desk, sections, section, number)
            if progress is not None:
                progress(sum(map(len, desk.done.values())), total)
        if section.role == "chorus" and not desk.title:
            _find_title(desk, section)
    if not desk.title:
        _find_title(desk, sections[0])
    return Lyrics(
        title=desk.title,
        notes=tuple(desk.notes),
        sections=tuple(
            LyricSection(
                name=section.words,
                role=section.role,
                lines=tuple(
                    LyricLine(words=sounds.split_line(line.text), rhyme=wanted.rhyme, rhymes=line.rhymes)
                    for line, wanted in zip(desk.done[section.words], section.lines, strict=True)
                ),
            )
            for section in sections
        ),
    )


def lyric_sections(plan: SongPlan) -> list[SectionPlan]:
    """The plan's sections that have words, the first of each name, in order."""
    found: dict[str, SectionPlan] = {}
    for section in plan.sections:
        if section.words:
            found.setdefault(section.words, section)
    return list(found.values())


def _write_line(desk: _Desk, sections: list[SectionPlan], section: SectionPlan, number: int) -> None:
    lines, wanted = desk.done[section.words], section.lines[number]
    hook = _returning_hook(section, lines, number)
    if hook is not None:
        lines.append(hook)
        return
    prefix = _prefix(desk, sections, section)
    partners = [
        lines[place].text.split()[-1].strip(",")
        for place in range(number)
        if wanted.rhyme and section.lines[place].rhyme == wanted.rhyme
    ]
    returns = any(wanted.rhyme and later.rhyme == wanted.rhyme for later in section.lines[number + 1 :])
    best: tuple[float, Draft] | None = None
    for attempt in range(desk.budget.rounds):
        rhymes = _rhyming(desk, partners, slant=attempt > 0)
        if rhymes is not None and not rhymes and attempt == 0:
            continue
        seed = _seed(desk.seed, section.words, number, attempt)
        wish = _wish(desk, wanted, rhymes if attempt < desk.budget.rounds - 1 else None, returns)
        best = _best(desk, prefix, wish, seed)
        if best is not None:
            break
    if best is None:
        raise _no_line(desk, section, number)
    text = _text(desk, best[1])
    last = sounds.clean(text.split()[-1])
    rhymed = all(rhyme_kind(partner, last) != "none" for partner in partners)
    if not rhymed:
        desk.notes.append(f"{section.words}, line {number + 1}: no rhyme found for {partners[0]!r}")
    lines.append(_Written(text, rhymed))
    entries = [desk.lexicon.entries[index] for index in best[1].words]
    desk.memory.add([e.plain for e in entries], [e.plain for e in entries if not e.is_function])


def _returning_hook(section: SectionPlan, lines: list[_Written], number: int) -> _Written | None:
    """The chorus's first line again, where its third has the same shape and neither has to rhyme."""
    if section.role != "chorus" or number != 2 or len(section.lines) < 4:
        return None
    first, third = section.lines[0], section.lines[2]
    fits = first.syllables == third.syllables and first.rhyme == third.rhyme == ""
    return lines[0] if fits else None


def _best(desk: _Desk, prefix: list[int], wish: Wish, seed: int) -> tuple[float, Draft] | None:
    """The best line of a round of candidates, or None where none fits."""
    lexicon, budget = desk.lexicon, desk.budget
    guide = LineGuide(desk.tables, wish)
    desk.model.sample(
        prefix, n=budget.candidates, max_new=wish.syllables + 4, seed=seed, temperature=budget.temperature,
        top_p=budget.top_p, vocabulary=lexicon.vocabulary, guide=guide,
    )  # fmt: skip
    drafts = [draft for draft in guide.drafts if _is_new(desk, draft)]
    if not drafts:
        return None

    def rate(draft: Draft, end: float) -> float:
        return worth(draft, end, wish.stress, lexicon, desk.memory, budget.weights)

    drafts.sort(
        key=lambda draft: (-rate(draft, -2.0 if draft.end_log_prob is None else draft.end_log_prob), draft.places)
    )
    drafts = drafts[: budget.rescored]
    ends = _ends(desk, prefix, drafts)
    rated = [(rate(draft, end), draft) for draft, end in zip(drafts, ends, strict=True)]
    return max(rated, key=lambda pair: pair[0])


def _ends(desk: _Desk, prefix: list[int], drafts: list[Draft]) -> list[float]:
    """The log-probability that each draft's line ends where it does; scored where the run did not tell."""
    ids = desk.lexicon.vocabulary.ids.tolist()
    unknown = [draft for draft in drafts if draft.end_log_prob is None]
    newline = ids[desk.lexicon.newline]
    rows = [[*(ids[place] for place in draft.places), newline] for draft in unknown]
    scores = desk.model.score(prefix, rows, vocabulary=desk.lexicon.vocabulary) if rows else []
    ends = {d.places: s * len(r) - d.log_prob for d, s, r in zip(unknown, scores, rows, strict=True)}
    return [ends[draft.places] if draft.end_log_prob is None else draft.end_log_prob for draft in drafts]


def _is_new(desk: _Desk, draft: Draft) -> bool:
    plain = [desk.lexicon.entries[number].plain for number in draft.words]
    doubled = any(first == second for first, second in zip(plain, plain[1:], strict=False))
    return " ".join(plain) not in desk.memory.lines and not doubled


def _wish(desk: _Desk, wanted: LinePlan, rhymes: set[int] | None, returns: bool) -> Wish:
    lexicon, memory = desk.lexicon, desk.memory
    bias = torch.tensor(
        [
            1.2 * close - 0.5 * min(memory.words[entry.plain], 3) - (0.4 if entry.rank > 5000 and close < 0.3 else 0.0)
            for entry, close in zip(lexicon.entries, lexicon.theme, strict=True)
        ]
    )
    ends = []
    for entry in lexicon.entries:
        if is_dangling(entry.plain) or entry.plain in memory.endings:
            ends.append(-torch.inf)
        elif returns:
            ends.append(_richness(desk, entry.plain))
        else:
            ends.append(0.0)
    openings = {name for name, count in memory.openings.items() if count >= 2 and " " not in name}
    return Wish(
        stress=wanted.stress, bias=bias, end_bias=torch.tensor(ends), rhymes=rhymes, openings=frozenset(openings)
    )


def _richness(desk: _Desk, word: str) -> float:
    """What a word is worth as the first of a rhyme: little where few common words rhyme with it."""
    count = len(desk.lexicon.rhymes.rhymes(word))
    return -torch.inf if count < 4 else -1.0 if count < 10 else 0.0


def _rhyming(desk: _Desk, partners: list[str], *, slant: bool) -> set[int] | None:
    """Entries that rhyme with every partner; None where there is no partner."""
    if not partners:
        return None
    found = set(desk.lexicon.rhymes.rhymes(partners[0], slant=slant))
    for partner in partners[1:]:
        found &= set(desk.lexicon.rhymes.rhymes(partner, slant=slant))
    return {desk.lexicon.index[word] for word in found}


def _prefix(desk: _Desk, sections: list[SectionPlan], section: SectionPlan) -> list[int]:
    """The tokens read before the next line of a section: the song so far in the plan's order, this section last."""
    before: list[tuple[str, list[str]]] = []
    for other in sections:
        if other is section:
            break
        if other.words in desk.done:
            before.append((heading(other.words), [line.text for line in desk.done[other.words]]))
    text = prompts.song_prompt(desk.title, desk.plan.theme, before, heading(section.words))
    text += "".join(f"{line.text}\n" for line in desk.done[section.words])
    return list(desk.model.tokenizer.encode(text, add_special_tokens=False).ids)


def heading(words: str) -> str:
    """A section's name as a heading: 'verse 1' to 'Verse 1'."""
    return words[:1].upper() + words[1:]


def _text(desk: _Desk, draft: Draft) -> str:
    ids = desk.lexicon.vocabulary.ids.tolist()
    text: str = desk.model.tokenizer.decode([ids[place] for place in draft.places])
    return text.strip()


def _find_title(desk: _Desk, section: SectionPlan) -> None:
    words = [word.text for word in sounds.split_line(desk.done[section.words][0].text)]
    close = {entry.plain: value for entry, value in zip(desk.lexicon.entries, desk.lexicon.theme, strict=True)}
    desk.title = titles.find_title(words, close)


def _seed(seed: int, section: str, line: int, attempt: int) -> int:
    """A line's own seed: 63 bits of a hash of the song's seed, the section's name, the line and the round."""
    named = f"{seed}\n{section}\n{line}\n{attempt}".encode()
    return int.from_bytes(hashlib.sha256(named).digest()[:8], "big") >> 1


def _no_line(desk: _Desk, section: SectionPlan, number: int) -> Exception:
    from schemas.errors import BriefError

    wanted = section.lines[number]
    return BriefError(
        f"section {section.words!r}, line {number + 1}: no line of {wanted.syllables} syllables was found in "
        f"{desk.budget.rounds} rounds of {desk.budget.candidates} candidates: ask for another length or another model"
    )
