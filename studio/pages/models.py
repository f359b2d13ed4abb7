"""The models: what each is, whether it is here, how good it was measured to be, and where it is weak."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from models import registry
from schemas.settings import CHECKOUT
from studio.auth import Viewer
from studio.context import studio_of
from studio.pages.shell import render
from studio.views.models import ModelView, model_list

if TYPE_CHECKING:
    from pathlib import Path

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

FAMILIES = {
    "lyrics": "Words",
    "music": "Music",
    "cover": "Covers",
    "voice": "Voices",
    "pitch": "Listening",
    "font": "Instruments",
}
"""What families make, as people read it; others come under their own name."""


@dataclass(frozen=True)
class Card:
    """A model on the page: what the registry says, its size, and its card where one lies in `weights`."""

    view: ModelView
    size: int
    measured: Markup
    weak: Markup
    whole: Markup


@router.get("/models")
def models_page(request: Request, visitor: Viewer) -> HTMLResponse:
    """Every model that a brief may name."""
    folder = studio_of(request).bench.settings.models_dir
    sizes = {card.name: sum(file.size for file in card.files) for card in registry.models(folder)}
    families: dict[str, list[Card]] = {}
    for view in model_list(folder).models:
        families.setdefault(view.family, []).append(_card(view, sizes[view.name]))
    return render(request, "models.html", visitor, families=families, names=FAMILIES)


def _card(view: ModelView, size: int) -> Card:
    path = CHECKOUT / "weights" / f"{view.name.replace(':', '-')}.md"
    text = _read(path, path.stat().st_mtime_ns) if path.is_file() else ""
    return Card(
        view,
        size,
        measured=shown(part_of(text, "Measured")),
        weak=shown(part_of(text, "Weaknesses")),
        whole=shown(re.sub(r"\A# .*\n", "", text)),
    )


@lru_cache(maxsize=64)
def _read(path: Path, _changed_ns: int) -> str:
    """A card's text, remembered until the file changes."""
    return path.read_text(encoding="utf-8")


def part_of(text: str, name: str) -> str:
    """The part of a card under a heading, or behind bold words at the start of a paragraph; '' where it has none."""
    headed = re.search(rf"^## {name}\b[^\n]*\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    bold = re.search(rf"^\*\*{name}\b[^*]*\*\*(.*?)(?=^\*\*|^## |\Z)", text, re.M | re.S)
    found = headed or bold
    return found.group(1).strip() if found else ""


@lru_cache(maxsize=256)
def shown(text: str) -> Markup:
    """Markdown as HTML: what is HTML in it stays text, and nothing carries a style of its own."""
    from markdown_it import MarkdownIt

    if not text:
        return Markup("")
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    for token in tokens:
        token.attrs.pop("style", None)
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h4"
    return Markup(parser.renderer.render(tokens, parser.options, {}))
