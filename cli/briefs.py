"""Briefs from the command line: a line, a file, or options that override either."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.brief import Brief

_ENDINGS = (".yaml", ".yml", ".json")


def read_brief(argument: str, overrides: dict[str, Any]) -> Brief:
    """The brief that an argument names: a file that exists, or a line of text.

    Raises:
        BriefError: the file is missing, too long or not UTF-8, or a field is refused.
    """
    from schemas.brief_reading import MAX_BRIEF_BYTES, brief_from_fields, brief_from_text
    from schemas.errors import BriefError

    path = Path(argument)
    looks_like_file = argument.endswith(_ENDINGS)
    if looks_like_file and not path.is_file():
        raise BriefError(f"there is no brief at {argument}: check the path, or give the theme as one line")
    if looks_like_file:
        size = path.stat().st_size
        if size > MAX_BRIEF_BYTES:
            raise BriefError(f"{argument} has {size} bytes; at most {MAX_BRIEF_BYTES} are read: shorten it")
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BriefError(f"{argument} cannot be read as UTF-8 text: {error}") from error
        brief = brief_from_text(text)
    else:
        brief = brief_from_fields({"theme": argument})
    given = {name: value for name, value in overrides.items() if value is not None}
    if not given:
        return brief
    fields = brief.model_dump(mode="json", exclude={"kind", "schema_version"}, exclude_defaults=True)
    return brief_from_fields({**fields, **given})
