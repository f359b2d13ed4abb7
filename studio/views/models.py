"""The registered models: what each is, whose it is, and whether it is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from models import registry
from schemas.base import Record
from schemas.errors import CheckpointError

if TYPE_CHECKING:
    from pathlib import Path

    from models.cards.card import ModelCard


class ModelView(Record):
    """A model."""

    name: str = Field(description="as briefs name it, e.g. lyrics:smollm2")
    family: str
    summary: str
    licence: str
    credit: str = Field(description="the line that a release which used it prints; '' for none")
    where: str = Field(description="pulled, checkout, package, system, user or code")
    optional: bool
    present: bool = Field(description="whether it can be used now")
    remedy: str = Field(description="how to get it; '' where it is here")


class ModelList(Record):
    """Every model Hibari knows by name."""

    models: tuple[ModelView, ...]


def model_list(models_dir: Path) -> ModelList:
    """Every registered model, in a fixed order."""
    return ModelList(models=tuple(_view(card, models_dir) for card in registry.models(models_dir)))


def _view(card: ModelCard, models_dir: Path) -> ModelView:
    present = registry.is_present(card.name, models_dir)
    return ModelView(
        name=card.name,
        family=card.family,
        summary=card.summary,
        licence=card.licence,
        credit=card.credit,
        where=card.where,
        optional=card.optional,
        present=present,
        remedy="" if present else _remedy(card.name, models_dir),
    )


def _remedy(name: str, models_dir: Path) -> str:
    try:
        registry.path(name, models_dir)
    except CheckpointError as error:
        return str(error)
    return ""
