"""Forms of songs as text: `intro 4, verse 8, chorus 8, verse 8, bridge 4, chorus 8, outro 2`."""

from __future__ import annotations

import difflib
import re
from typing import NamedTuple, get_args

from schemas.errors import MediaError
from schemas.plan import SectionRole

MAX_FORM_CHARACTERS = 400
MAX_SECTIONS = 24
MAX_SECTION_BARS = 32
_SHORTEST_SUNG = 4

_ROLES: tuple[SectionRole, ...] = get_args(SectionRole)
_WORDS: dict[str, SectionRole] = {
    **{role: role for role in _ROLES},
    "pre": "prechorus",
    "build": "prechorus",
    "refrain": "chorus",
    "hook": "chorus",
    "strophe": "verse",
    "middle eight": "bridge",
    "solo": "interlude",
    "instrumental": "interlude",
    "break": "interlude",
    "coda": "outro",
    "ending": "outro",
    "introduction": "intro",
    "vers": "verse",
}
_USUAL_BARS: dict[SectionRole, int] = {
    "intro": 4,
    "verse": 8,
    "prechorus": 4,
    "chorus": 8,
    "bridge": 8,
    "interlude": 4,
    "outro": 4,
}
_PART = re.compile(r"-*>|[,;\n→|]+|\s[-–—]+\s")
_PASSED = frozenset(("bar", "bars", "measure", "measures", "of", "a", "the"))
_TIMES = re.compile(r"(.*?)\s+[x×*]\s*(\d{1,4})|(.*?)\s+(\d{1,4})\s*[x×]", re.DOTALL)


class SectionRequest(NamedTuple):
    """A section that is asked for: its role and its length in bars, 1 to 32."""

    role: SectionRole
    bars: int


def read_form(text: str) -> tuple[SectionRequest, ...]:
    """The sections that a text asks for, in order.

    Sections are parted by commas, semicolons, arrows or line ends; each is a role and its bars: `verse 8`, `8 bars of
    verse`, `Verse 2: 8`. Without bars a section has the usual number (verse and chorus 8, intro 4 …). `chorus 8 x2` is
    played twice. Refrain and hook are choruses, solo and break interludes, coda an outro, pre-chorus a prechorus.

    Raises:
        MediaError: a section is not known, has no bars or more than 32, or there are more than 24 sections.
    """
    if len(text) > MAX_FORM_CHARACTERS:
        raise MediaError(f"the form has {len(text):,} characters, at most {MAX_FORM_CHARACTERS}: shorten it")
    sections: list[SectionRequest] = []
    for part in _PART.split(text):
        written = part.strip()
        if not written:
            continue
        times, twice = 1, _TIMES.fullmatch(written)
        if twice:
            written, times = twice[1] or twice[3], int(twice[2] or twice[4])
        if not 1 <= times <= MAX_SECTIONS:
            raise MediaError(f"{part.strip()[:40]!r} is played {times} times: 1 to {MAX_SECTIONS} can be")
        sections += [_section(written)] * times
        if len(sections) > MAX_SECTIONS:
            raise MediaError(f"the form has more than {MAX_SECTIONS} sections: join or drop some")
    if not sections:
        raise MediaError("the form holds no section: write e.g. 'intro 4, verse 8, chorus 8, outro 2'")
    return tuple(sections)


def _section(written: str) -> SectionRequest:
    words = [word for word in re.findall(r"[A-Za-z']+|\d+", written) if word.lower() not in _PASSED]
    numbers = [place for place, word in enumerate(words) if word.isdigit()]
    name = " ".join(word for word in words if not word.isdigit())
    role = _role(name)
    # 'verse 2: 8' is the second verse; a number of a section stands after its name.
    if role is None or len(numbers) > 2 or (len(numbers) == 2 and words[numbers[0] - 1].isdigit()):
        raise MediaError(f"{written[:40]!r} is no section: {_hint(written)}")
    said = words[numbers[-1]] if numbers else ""
    bars = int(said[:9]) if said else _USUAL_BARS[role]
    if not 1 <= bars <= MAX_SECTION_BARS:
        raise MediaError(f"{written[:40]!r} has {bars:,} bars: a section has 1 to {MAX_SECTION_BARS}")
    if bars < _SHORTEST_SUNG and role in ("verse", "chorus"):
        raise MediaError(
            f"form: {written[:40]!r} has {bars} bars, at least {_SHORTEST_SUNG} are needed: write its bars, e.g. "
            f"'{role} 8' or '{role} {bars}: 8'"
        )
    return SectionRequest(role, bars)


def _role(name: str) -> SectionRole | None:
    plain = re.sub(r"[^a-z]+", " ", name.lower()).strip()
    letter = re.fullmatch(r"(.+?)\s+[a-d]", plain)
    for spelled in (plain, plain.replace(" ", ""), letter[1] if letter else plain):
        if spelled in _WORDS:
            return _WORDS[spelled]
    return None


def _hint(written: str) -> str:
    word = re.sub(r"[^a-z]+", "", written.lower())
    if len(re.findall(r"[A-Za-z]{3,}", written)) > 1 and len(re.findall(r"\d+", written)) > 1:
        return "part the sections by commas, e.g. 'verse 8, chorus 8'"
    near = difflib.get_close_matches(word, list(_WORDS), n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"write a role and its bars, e.g. 'verse 8' (roles: {', '.join(_ROLES)})"
