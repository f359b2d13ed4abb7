"""The settings as an admin may see them: every value but the secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, JsonValue

from schemas.base import Record

if TYPE_CHECKING:
    from schemas.settings import Settings

SECRET = ("prefect_auth",)
"""Fields that are never shown; of those that hold a URL, user and password are not."""


class SettingsView(Record):
    """Settings by their name in the environment, without `HIBARI_`."""

    settings: dict[str, JsonValue] = Field(description="e.g. {'WORKERS': 2, 'STUDIO__PORT': 8420}")


def settings_view(settings: Settings) -> SettingsView:
    """The settings; a secret reads '(set)' or ''."""
    found: dict[str, JsonValue] = {}
    for name, value in settings.model_dump(mode="json").items():
        if isinstance(value, dict):
            found |= {f"{name}__{inner}".upper(): _shown(inner, one) for inner, one in value.items()}
        else:
            found[name.upper()] = _shown(name, value)
    return SettingsView(settings=found)


def _shown(name: str, value: JsonValue) -> JsonValue:
    if name in SECRET:
        return "(set)" if value else ""
    return without_secrets(value) if isinstance(value, str) and "://" in value else value


def without_secrets(url: str) -> str:
    """The URL without user, password and query."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
