"""The user's own words: read, checked, and the plan fitted to them rather than they to the plan."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from models.lyrics import sounds, titles
from models.lyrics.rhyme import rhyme_kind
from schemas.errors import BriefError
from schemas.lyrics import LyricLine, Lyrics, LyricSection, Word
from schemas.plan import LinePlan, SectionPlan, SectionRole, SongPlan

MAX_SYLLABLES, MAX_LINES, MAX_SECTIONS, MAX_WORDS, MAX_CHARACTERS = 16, 16, 20, 32, 8000
"""Bounds of the user's words: syllables a line, lines a section, sections, words a line, characters in all."""

_MAX_BARS = 32
_TAG = re.compile(r"^\s*[\[(]\s*([A-Za-z][A-Za-z \-]*?)\s*(\d*)\s*:?\s*[\])]\s*:?\s*$")
_ROLES: dict[str, SectionRole] = {
    "verse": "verse", "chorus": "chorus", "refrain": "chorus", "hook": "chorus", "bridge": "bridge", "middle": "bridge",
    "prechorus": "prechorus", "pre chorus": "prechorus", "outro": "outro", "coda": "outro", "intro": "intro",
    "interlude": "interlude",
}  # fmt: skip
_ENERGY: dict[SectionRole, float] = {
    "intro": 0.3, "verse": 0.45, "prechorus": 0.6, "chorus": 0.85, "bridge": 0.6, "interlude": 0.5, "outro": 0.35,
}  # fmt: skip


@dataclass(frozen=True)
class UserSection:
    """A section of the user's words: its role, its lines, and the line numbers (from 1) in what they wrote."""

    role: SectionRole
    lines: tuple[tuple[Word, ...], ...]
    numbers: tuple[int, ...]

    @property
    def text(self) -> str:
        """Its words, for telling whether a section comes back."""
        return "\n".join(" ".join(sounds.clean(word.text) for word in line) for line in self.lines)


def check_user_lyrics(text: str) -> tuple[UserSection, ...]:
    """The sections of the user's words in the order they are to be sung; to be called before any work.

    Tags such as `[Verse 1]` or `[Chorus]` name sections; a tag alone brings its section back. Without tags, stanzas
    parted by empty lines are verses, and one that comes back word for word is the chorus.

    Raises:
        BriefError: a bound is broken; the message names the line, its value, the bound and the remedy.
    """
    if len(text) > MAX_CHARACTERS:
        raise BriefError(f"lyrics: {len(text)} characters, at most {MAX_CHARACTERS} are taken: shorten them")
    sections = _untagged(text) if not any(_TAG.match(line) for line in text.splitlines()) else _tagged(text)
    if not sections:
        raise BriefError(
            "lyrics: no words were found: write lines, with tags such as [Verse 1] and [Chorus] between them"
        )
    sections = _with_returning_chorus(sections)
    if len(sections) > MAX_SECTIONS:
        raise BriefError(f"lyrics: {len(sections)} sections, at most {MAX_SECTIONS} can be sung: join or drop some")
    for section in sections:
        _check(section)
    return tuple(sections)


def fit_user_lyrics(text: str, plan: SongPlan) -> tuple[SongPlan, Lyrics]:
    """The plan with its sung sections shaped to the user's words, and those words as lyrics.

    Sections that share their syllables line by line share a melody; a verse of another shape gets one of its own.
    Key, tempo, genre and instrumental sections stay as planned.

    Raises:
        BriefError: as `check_user_lyrics`.
    """
    written = check_user_lyrics(text)
    names, melodies = _names(written), dict[tuple[str, tuple[int, ...]], str]()
    sung: list[SectionPlan] = []
    seen: Counter[str] = Counter()
    lyric_sections: dict[str, LyricSection] = {}
    for section, words in zip(written, names, strict=True):
        like = _like(plan, section.role, seen[section.role])
        seen[section.role] += 1
        lines = _line_plans(section)
        shape = (section.role, tuple(line.syllables for line in lines))
        if shape not in melodies:
            count = sum(role == section.role for role, _ in melodies)
            melodies[shape] = section.role if count == 0 else f"{section.role} {count + 1}"
        line_bars = max(min(like.line_bars if like else 2, _MAX_BARS // len(lines)), 1)
        sung.append(
            SectionPlan(
                name=words if words not in lyric_sections else f"{words}, time {names[: len(sung) + 1].count(words)}",
                role=section.role,
                bars=line_bars * len(lines),
                energy=like.energy if like else _ENERGY[section.role],
                words=words,
                melody=melodies[shape],
                lines=lines,
                line_bars=line_bars,
            )
        )
        lyric_sections.setdefault(words, _lyric_section(words, section, lines))
    title = plan.title or _title(list(lyric_sections.values()))
    lyrics = Lyrics(title=title, sections=tuple(lyric_sections.values()), written_by="user")
    return plan.replaced(sections=_among_instrumentals(plan, sung), user_lyrics=text), lyrics


def _tagged(text: str) -> list[UserSection]:
    found: list[UserSection] = []
    by_tag: dict[str, UserSection] = {}
    role: SectionRole = "verse"
    tag, lines, numbers = "", list[tuple[Word, ...]](), list[int]()

    def close() -> None:
        if lines:
            found.append(by_tag.setdefault(tag, UserSection(role, tuple(lines), tuple(numbers))))
            if found[-1].lines != tuple(lines):
                found[-1] = UserSection(role, tuple(lines), tuple(numbers))
        elif tag in by_tag:
            found.append(by_tag[tag])

    for number, line in enumerate(text.splitlines(), start=1):
        match = _TAG.match(line)
        if match is None:
            if words := sounds.split_line(line):
                lines.append(words)
                numbers.append(number)
            continue
        close()
        role = _role(match.group(1), number)
        tag, lines, numbers = f"{role} {match.group(2)}".strip(), [], []
    close()
    return found


def _role(name: str, number: int) -> SectionRole:
    plain = " ".join(name.lower().replace("-", " ").split())
    for known, role in sorted(_ROLES.items(), key=lambda pair: -len(pair[0])):
        if plain.replace(" ", "").startswith(known.replace(" ", "")):
            return role
    raise BriefError(
        f"lyrics, line {number}: the section tag {name!r} is unknown: use one of {', '.join(sorted(_ROLES))}"
    )


def _untagged(text: str) -> list[UserSection]:
    stanzas: list[tuple[list[tuple[Word, ...]], list[int]]] = [([], [])]
    for number, line in enumerate(text.splitlines(), start=1):
        if words := sounds.split_line(line):
            stanzas[-1][0].append(words)
            stanzas[-1][1].append(number)
        elif stanzas[-1][0]:
            stanzas.append(([], []))
    sections = [UserSection("verse", tuple(lines), tuple(numbers)) for lines, numbers in stanzas if lines]
    times = Counter(section.text for section in sections)
    return [UserSection("chorus" if times[s.text] > 1 else "verse", s.lines, s.numbers) for s in sections]


def _with_returning_chorus(sections: list[UserSection]) -> list[UserSection]:
    """Where a chorus is written once among several verses, it comes back after each later verse."""
    choruses = [place for place, section in enumerate(sections) if section.role == "chorus"]
    if len(choruses) != 1:
        return sections
    chorus, made = sections[choruses[0]], list[UserSection]()
    for place, section in enumerate(sections):
        made.append(section)
        follows = sections[place + 1].role if place + 1 < len(sections) else "end"
        if place > choruses[0] and section.role in ("verse", "bridge") and follows in ("verse", "outro", "end"):
            made.append(chorus)
    return made


def _check(section: UserSection) -> None:
    first = section.numbers[0]
    if len(section.lines) > MAX_LINES:
        raise BriefError(
            f"lyrics, line {first}: the section has {len(section.lines)} lines, at most {MAX_LINES} are sung as one: "
            "part it with another tag or an empty line"
        )
    for number, words in zip(section.numbers, section.lines, strict=True):
        syllables = sum(len(word.syllables) for word in words)
        text = " ".join(word.text for word in words)
        if syllables > MAX_SYLLABLES:
            raise BriefError(
                f"lyrics, line {number} ({text[:60]!r}): {syllables} syllables, a line holds 1 to {MAX_SYLLABLES}: "
                "break it in two"
            )
        if len(words) > MAX_WORDS:
            raise BriefError(
                f"lyrics, line {number}: {len(words)} words, a line holds at most {MAX_WORDS}: break it in two"
            )


def _names(sections: tuple[UserSection, ...]) -> list[str]:
    """A name a section; the same words have the same name. Verses are numbered, others only from the second on."""
    known: dict[tuple[SectionRole, str], str] = {}
    counts: Counter[str] = Counter()
    for section in sections:
        if (section.role, section.text) not in known:
            counts[section.role] += 1
            number = counts[section.role]
            numbered = section.role == "verse" or number > 1
            known[section.role, section.text] = f"{section.role} {number}" if numbered else section.role
    return [known[section.role, section.text] for section in sections]


def _line_plans(section: UserSection) -> tuple[LinePlan, ...]:
    """Line plans that say what the words do: their syllables, their stress, their rhymes."""
    ends = [sounds.clean(line[-1].text) for line in section.lines]
    letters = [""] * len(ends)
    for place, end in enumerate(ends):
        partner = next((p for p in range(place) if rhyme_kind(ends[p], end) != "none"), None)
        if partner is not None:
            letters[partner] = letters[partner] or "ABCDEFGH"[min(len({x for x in letters if x}), 7)]
            letters[place] = letters[partner]
    return tuple(
        LinePlan(syllables=len(stress), stress=stress, rhyme=letter)
        for line, letter in zip(section.lines, letters, strict=True)
        for stress in ["".join("1" if s.stress else "0" for word in line for s in word.syllables)]
    )


def _lyric_section(name: str, section: UserSection, plans: tuple[LinePlan, ...]) -> LyricSection:
    lines = tuple(LyricLine(words=words, rhyme=plan.rhyme) for words, plan in zip(section.lines, plans, strict=True))
    return LyricSection(name=name, role=section.role, lines=lines)


def _like(plan: SongPlan, role: SectionRole, time: int) -> SectionPlan | None:
    """The planned sung section that a section takes its energy and bars from."""
    same = [section for section in plan.sections if section.role == role and section.lines]
    return same[min(time, len(same) - 1)] if same else None


def _among_instrumentals(plan: SongPlan, sung: list[SectionPlan]) -> tuple[SectionPlan, ...]:
    """The sung sections between the plan's instrumental ones: those before its first words, those after its last,
    and what stood between, before the last chorus.
    """
    places = [place for place, section in enumerate(plan.sections) if section.lines]
    first, last = (places[0], places[-1]) if places else (len(plan.sections), len(plan.sections))
    inner = [section for section in plan.sections[first : last + 1] if not section.lines]
    choruses = [place for place, section in enumerate(sung) if section.role == "chorus" and place > 0]
    cut = choruses[-1] if choruses and inner else len(sung)
    made = [*plan.sections[:first], *sung[:cut], *inner, *sung[cut:], *plan.sections[last + 1 :]]
    taken = {section.name for section in sung}
    return tuple(s if s.lines or s.name not in taken else s.replaced(name=f"{s.name} (instrumental)") for s in made)


def _title(sections: list[LyricSection]) -> str:
    chosen = next((section for section in sections if section.role == "chorus"), sections[0])
    return titles.find_title([word.text for word in chosen.lines[0].words], {})[:120]
