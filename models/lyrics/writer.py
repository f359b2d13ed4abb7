"""Writes the words of a song, line by line, to its plan's syllables, stress and rhymes.

The chorus comes first: its opening line is the hook, the title is found in it, and the verses are written towards
it. Every line is sampled under a guide that keeps it to its plan, many candidates at once; the best is kept. A
line's random numbers come from the song's seed, its section's name, its place and the round alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from models.lyrics import lexicon as lexicons
from models.lyrics import prompts, sounds, titles
from models.lyrics.choosing import Memory, Weights, worth
from models.lyrics.engine import LanguageModel
from models.lyrics.guide import Draft, LineGuide, Tables, Wish
from models.lyrics.lexicon import Lexicon
from models.lyrics.rhyme import rhyme_kind
from models.lyrics.wishes import wish_for
from schemas.errors import BriefError
from schemas.lyrics import LyricLine, Lyrics, LyricSection
from schemas.plan import SectionPlan, SongPlan

Progress = Callable[[int, int], None]
"""Called with lines written and lines in all."""


@dataclass(frozen=True)
class Budget:
    """What a song may cost: candidates a line, and a line that answers a rhyme; rounds where no line fits (the last one
    lets the rhyme go); how freely candidates are drawn, and how many of them have their ends scored.

    A song of twelve lines samples some 6,500 tokens and scores some 1,300 at the defaults: 20,000 and 4,000 an EP.
    """

    candidates: int = 64
    candidates_to_rhyme: int = 96
    rounds: int = 3
    temperature: float = 0.85
    top_p: float = 0.95
    rescored: int = 32
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True)
class _Written:
    """A line as chosen."""

    text: str
    rhymes: bool = True

    @property
    def last_word(self) -> str:
        return sounds.clean(sounds.split_line(self.text)[-1].text)


@dataclass
class _Desk:
    """All that the writing of one song needs."""

    plan: SongPlan
    sections: list[SectionPlan]
    model: LanguageModel
    seed: int
    budget: Budget
    lexicon: Lexicon
    tables: Tables
    chat: bool
    title: str = ""
    memory: Memory = field(default_factory=Memory)
    done: dict[str, list[_Written]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def write_lyrics(
    plan: SongPlan, model: LanguageModel, *, seed: int, budget: Budget | None = None, progress: Progress | None = None
) -> Lyrics:
    """The words of a song: for each lyric section of the plan, in order of appearance, lines of exactly its syllables.

    `seed` is any integer; the same plan, model, seed and budget give the same words. A line whose rhyme was not found
    within the budget has `rhymes=False` and a note.

    Raises:
        BriefError: the plan has no sung section, or asks for a line that no words of the lexicon can fill.
    """
    sections = lyric_sections(plan)
    if not sections:
        raise BriefError("the plan has no section with words: give at least one section lines to sing")
    lexicon = lexicons.build(model, f"{plan.theme} {plan.title}")
    chat = model.tokenizer.token_to_id("<|im_start|>") is not None
    desk = _Desk(plan, sections, model, seed, budget or Budget(), lexicon, Tables(lexicon), chat, title=plan.title)
    total = sum(len(section.lines) for section in sections)
    for section in sorted(sections, key=lambda s: s.role != "chorus"):
        desk.done[section.words] = []
        for number in range(len(section.lines)):
            _write_line(desk, section, number)
            if progress is not None:
                progress(sum(map(len, desk.done.values())), total)
        if not desk.title and (section.role == "chorus" or sections[0] is section):
            _find_title(desk, section)
    return Lyrics(title=desk.title, notes=tuple(desk.notes), sections=tuple(_section(desk, s) for s in sections))


def lyric_sections(plan: SongPlan) -> list[SectionPlan]:
    """The plan's sections that have words, the first of each name, in order of appearance."""
    found: dict[str, SectionPlan] = {}
    for section in plan.sections:
        if section.words:
            found.setdefault(section.words, section)
    return list(found.values())


def line_seed(seed: int, section: str, line: int, attempt: int) -> int:
    """A line's own seed: 63 bits of a hash of the song's seed, the section's name, the line and the round."""
    named = f"{seed}\n{section}\n{line}\n{attempt}".encode()
    return int.from_bytes(hashlib.sha256(named).digest()[:8], "big") >> 1


def _section(desk: _Desk, section: SectionPlan) -> LyricSection:
    pairs = zip(desk.done[section.words], section.lines, strict=True)
    lines = tuple(
        LyricLine(words=sounds.split_line(line.text), rhyme=wanted.rhyme, rhymes=line.rhymes) for line, wanted in pairs
    )
    return LyricSection(name=section.words, role=section.role, lines=lines)


def _write_line(desk: _Desk, section: SectionPlan, number: int) -> None:
    """Writes a line, or lets the hook come back."""
    lines, wanted = desk.done[section.words], section.lines[number]
    if _hook_returns(section, number):
        lines.append(lines[0])
        return
    lead = _lead(desk, section, number)
    if lead and _sung(lead) == wanted.syllables:
        lines.append(_Written(lead))
        _remember(desk, lead)
        return
    partners = [
        line.last_word
        for line, plan in zip(lines, section.lines, strict=False)
        if wanted.rhyme and plan.rhyme == wanted.rhyme
    ]
    draft = _search(desk, section, number, lead, partners)
    text = " ".join([*([lead] if lead else []), _text(desk, draft)])
    rhymed = all(rhyme_kind(partner, _Written(text).last_word) != "none" for partner in partners)
    if not rhymed:
        desk.notes.append(f"{section.words}, line {number + 1}: no rhyme was found for {partners[0]!r}")
    lines.append(_Written(text, rhymed))
    _remember(desk, text)


def _search(desk: _Desk, section: SectionPlan, number: int, lead: str, partners: list[str]) -> Draft:
    """The best line of the first round that finds any; the last round asks for no rhyme."""
    wanted, rounds = section.lines[number], desk.budget.rounds
    later = section.lines[number + 1 :]
    earlier_verses = [s for s in desk.sections if s.role == "verse" and s is not section and desk.done.get(s.words)]
    prefix = _prefix(desk, section, lead)
    for attempt in range(rounds):
        wish = wish_for(
            wanted, desk.lexicon, desk.memory,
            partners=partners,
            must_rhyme=attempt < rounds - 1,
            is_answered=not partners and any(wanted.rhyme and line.rhyme == wanted.rhyme for line in later),
            role=section.role,
            opens_section=number == 0,
            is_turn=section.role == "verse" and bool(earlier_verses),
            sung=_sung(lead) if lead else 0,
        )  # fmt: skip
        if wish.rhymes is not None and not wish.rhymes:
            continue
        draft = _best(desk, prefix, wish, line_seed(desk.seed, section.words, number, attempt))
        if draft is not None:
            return draft
    raise BriefError(
        f"section {section.words!r}, line {number + 1}: no line of {wanted.syllables} syllables was found in "
        f"{rounds} rounds of {desk.budget.candidates} candidates: ask for another length or another lyrics model"
    )


def _best(desk: _Desk, prefix: list[int], wish: Wish, seed: int) -> Draft | None:
    """The best line of a round of candidates, or None where none fits."""
    lexicon, budget = desk.lexicon, desk.budget
    guide = LineGuide(desk.tables, wish)
    count = budget.candidates if wish.rhymes is None else max(budget.candidates, budget.candidates_to_rhyme)
    desk.model.sample(
        prefix, n=count, max_new=2 * wish.syllables + 4, seed=seed, temperature=budget.temperature,
        top_p=budget.top_p, vocabulary=lexicon.vocabulary, guide=guide,
    )  # fmt: skip

    def rate(draft: Draft, end: float | None) -> float:
        return worth(draft, -2.0 if end is None else end, wish.stress, lexicon, desk.memory, budget.weights)

    drafts = [draft for draft in guide.drafts if _is_new(desk, draft)]
    drafts.sort(key=lambda draft: (-rate(draft, draft.end_log_prob), draft.places))
    drafts = drafts[: budget.rescored]
    ends = _ends(desk, prefix, drafts)
    rated = [(rate(draft, end), draft) for draft, end in zip(drafts, ends, strict=True)]
    return max(rated, key=lambda pair: pair[0])[1] if rated else None


def _ends(desk: _Desk, prefix: list[int], drafts: list[Draft]) -> list[float]:
    """The log-probability that each draft's line ends where it does; scored where the run did not tell."""
    ids = desk.lexicon.vocabulary.ids.tolist()
    unknown = [draft for draft in drafts if draft.end_log_prob is None]
    rows = [[ids[place] for place in (*draft.places, desk.lexicon.newline)] for draft in unknown]
    scores = desk.model.score(prefix, rows, vocabulary=desk.lexicon.vocabulary) if rows else []
    ends = {d.places: mean * len(r) - d.log_prob for d, mean, r in zip(unknown, scores, rows, strict=True)}
    return [ends[draft.places] if draft.end_log_prob is None else draft.end_log_prob for draft in drafts]


def _is_new(desk: _Desk, draft: Draft) -> bool:
    plain = [desk.lexicon.entries[number].plain for number in draft.words]
    doubled = any(first == second for first, second in zip(plain, plain[1:], strict=False))
    return " ".join(plain) not in desk.memory.lines and not doubled


def _hook_returns(section: SectionPlan, number: int) -> bool:
    """Whether the chorus's third line is its first again: both have one shape and neither has to rhyme."""
    if section.role != "chorus" or number != 2 or len(section.lines) < 4:
        return False
    first, third = section.lines[0], section.lines[2]
    return first.syllables == third.syllables and first.rhyme == third.rhyme == ""


def _lead(desk: _Desk, section: SectionPlan, number: int) -> str:
    """The title the plan asks for, where it is to begin the chorus (of all, the first) and leaves a syllable or
    fills the line.
    """
    first = next((s for s in desk.sections if s.role == "chorus"), desk.sections[0])
    if not desk.plan.title or section is not first or number != 0:
        return ""
    words = sounds.split_line(desk.plan.title)
    lead = " ".join(word.text + ("," if "," in word.trail else "") for word in words).rstrip(",")
    line = section.lines[0]
    fits = bool(words) and _sung(lead) <= line.syllables and not (line.rhyme and _sung(lead) == line.syllables)
    if words and not fits:
        desk.notes.append(f"the title {desk.plan.title!r} does not fit a line of {line.syllables} syllables")
    return lead if fits else ""


def _sung(text: str) -> int:
    return sum(len(word.syllables) for word in sounds.split_line(text))


def _remember(desk: _Desk, text: str) -> None:
    plain = [sounds.clean(word.text) for word in sounds.split_line(text)]
    desk.memory.add(plain, [word for word in plain if word not in sounds.FUNCTION_WORDS])


def _prefix(desk: _Desk, section: SectionPlan, lead: str) -> list[int]:
    """The tokens read before a line: the song so far in the plan's order, this section last, the line's lead."""
    before = []
    for other in desk.sections:
        if other is section:
            break
        if other.words in desk.done:
            before.append((_heading(other.words), [line.text for line in desk.done[other.words]]))
    text = prompts.song_prompt(desk.title, desk.plan.theme, before, _heading(section.words), chat=desk.chat)
    text += "".join(f"{line.text}\n" for line in desk.done[section.words]) + lead
    return list(desk.model.tokenizer.encode(text, add_special_tokens=False).ids)


def _heading(words: str) -> str:
    return words[:1].upper() + words[1:]


def _text(desk: _Desk, draft: Draft) -> str:
    ids = desk.lexicon.vocabulary.ids.tolist()
    text: str = desk.model.tokenizer.decode([ids[place] for place in draft.places])
    return text.strip()


def _find_title(desk: _Desk, section: SectionPlan) -> None:
    words = [word.text for word in sounds.split_line(desk.done[section.words][0].text)]
    close = {entry.plain: value for entry, value in zip(desk.lexicon.entries, desk.lexicon.theme, strict=True)}
    desk.title = titles.find_title(words, close)
