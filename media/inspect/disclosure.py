"""Who made each part of a song, from what really took part, in words for tags and credits."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from schemas.inspection import Disclosure, MadeBy
from schemas.lyrics import Lyrics

_WRITERS: dict[str, MadeBy] = {"model": "ai", "user": "person", "model and person": "ai and person"}
_STEPS = {
    "lyrics": "write_lyrics",
    "composition": "compose_lead_sheet",
    "instrumentation": "arrange_score",
    "vocals": "sing",
    "post_production": "mix",
    "artwork": "paint_cover",
}
_NAMES = {
    "lyrics": "lyrics",
    "composition": "composition",
    "instrumentation": "instrumentation",
    "vocals": "vocals",
    "post_production": "mixing and mastering",
    "artwork": "artwork",
}
_PHRASES: dict[MadeBy, str] = {
    "ai": "AI-generated",
    "ai and person": "AI-generated and edited by a person",
    "rules": "made by rules, without a learned model",
    "person": "made by a person",
}


def disclose(lyrics: Lyrics | None, *, engines: Mapping[str, str], edited_steps: Collection[str] = ()) -> Disclosure:
    """Who made each part of a song.

    Args:
        lyrics: the words; who wrote them is taken from the record itself. None for an instrumental.
        engines: the engine that each step used, by step name (`write_lyrics`, `compose_lead_sheet`, `arrange_score`,
            `sing`, `mix`, `paint_cover`): a registered model such as 'music:transformer', 'rules…' for code without
            learned weights, 'person' for what a person brought. A step that is not named took no part.
        edited_steps: names of steps whose result a person changed.
    """
    made = {part: _made_by(engines.get(step, ""), step in edited_steps) for part, step in _STEPS.items()}
    if lyrics is not None:
        written = _WRITERS[lyrics.written_by]
        edited = written == "ai" and _STEPS["lyrics"] in edited_steps
        made["lyrics"] = "ai and person" if edited else written
    else:
        made["lyrics"] = "none"
    return Disclosure.model_validate(made)


def _made_by(engine: str, edited: bool) -> MadeBy:
    if not engine:
        return "none"
    if engine == "person":
        return "person"
    if engine.startswith("rules") or engine == "cover:typographic":
        return "person" if edited else "rules"
    return "ai and person" if edited else "ai"


def disclosure_tag(disclosure: Disclosure) -> str:
    """One line for a file's tags, e.g. 'AI-generated: lyrics, composition, vocals; by rules: instrumentation'."""
    groups: list[tuple[str, MadeBy]] = [
        ("AI-generated", "ai"),
        ("AI-generated and edited by a person", "ai and person"),
        ("by rules", "rules"),
        ("by a person", "person"),
    ]
    parts = []
    for words, maker in groups:
        names = [name for field, name in _NAMES.items() if getattr(disclosure, field) == maker]
        if names:
            parts.append(f"{words}: {', '.join(names)}")
    return "; ".join(parts)


def disclosure_credits(disclosure: Disclosure) -> str:
    """Markdown list for credits.md: a line for every part that is there, and what the whole is."""
    lines = [
        f"- {name.capitalize()}: {_PHRASES[getattr(disclosure, field)]}."
        for field, name in _NAMES.items()
        if getattr(disclosure, field) != "none"
    ]
    whole = "This song is AI-generated, wholly or in part." if disclosure.ai_generated else "No AI made this song."
    return "\n".join([whole, "", *lines]) + "\n"
