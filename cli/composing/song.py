"""`hibari compose song`: several takes of one song, ranked, with reasons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from cli.output import json_option, say_json
from schemas.plan import Genre, Mood

if TYPE_CHECKING:
    from models.music.takes import RankedTake

_TUNES = ("verse", "chorus", "bridge")
_MOST_REASONS = 6


@click.command()
@click.argument("theme")
@click.option("--words", type=click.Path(path_type=Path), help="A text file of your own words, with [verse], [chorus].")
@click.option("--form", default="", help="Sections and bars, e.g. 'intro 2, verse 8, chorus 8, outro 2'.")
@click.option("--chords", multiple=True, help="Of a tune: 'verse: C | G | Am | F'. May be given for each.")
@click.option("--melody", multiple=True, help="Of a tune: 'chorus: FILE' or 'chorus: C4 1 D4 1 …'.")
@click.option("--key", "keys", multiple=True, help="A key, e.g. 'D minor'.")
@click.option("--tempo", type=click.IntRange(50, 180), help="Quarter notes a minute.")
@click.option("--genre", type=click.Choice(get_args(Genre)), help="Chosen to suit the mood where it is left out.")
@click.option("--mood", type=click.Choice(get_args(Mood)), help="Chosen to suit the theme where it is left out.")
@click.option("--takes", type=click.IntRange(1, 64), default=3, show_default=True, help="How many; the best is first.")
@click.option("--seed", type=click.IntRange(0, 2**53 - 1), default=1, show_default=True, help="Another seed, others.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The best: .musicxml, .mid, .pdf or .svg.")
@json_option
def song(
    theme: str,
    words: Path | None,
    out: Path | None,
    takes: int,
    as_json: bool,
    **asked: Any,  # noqa: ANN401
) -> None:
    """Compose a song about THEME: takes of its tune on the same words, the best first, with the reasons.

    \b
    Examples:
      hibari compose song "a night train" --takes 4 --out train.musicxml
      hibari compose song "a night train" --words words.txt --chords "verse: C | G | Am F | C"
      hibari compose song "a night train" --melody "chorus: hummed.mid" --genre folk --out train.pdf
    """
    from media.notation.pictures import piano_roll_text
    from schemas.settings import Settings
    from tasks.bench import Bench
    from tasks.composing.fresh import compose_fresh
    from tasks.composing.keeping import check_target, write_sheet

    if out is not None:
        check_target(out)
    brief = _brief(theme, words, asked)
    plan, ranked = compose_fresh(brief, Bench(Settings()), count=takes)
    if out is not None:
        write_sheet(ranked[0].lead_sheet, plan, out)
    if as_json:
        say_json([_facts(take) for take in ranked])
        return
    for number, take in enumerate(ranked, start=1):
        click.echo(f"Take {number} of {len(ranked)}: {take.score:.2f}")
        for reason in take.reasons[:_MOST_REASONS]:
            click.echo(f"  {reason}")
    click.echo(piano_roll_text(ranked[0].lead_sheet, width=100))
    click.echo(str(out) if out is not None else "Nothing is written: add --out FILE")


def _brief(theme: str, words: Path | None, asked: dict[str, Any]) -> Any:  # noqa: ANN401 - a Brief
    from schemas.brief_reading import brief_from_fields
    from tasks.composing.sheets import read_bounded

    music: dict[str, Any] = {"form": asked["form"]}
    for what in ("chords", "melody"):
        for given in asked[what]:
            tune, _, text = given.partition(":")
            name = tune.strip().lower()
            if name not in _TUNES or not text.strip():
                raise click.UsageError(f"--{what} {given[:40]!r}: begin with {', '.join(_TUNES)} and a colon")
            music.setdefault(name, {})[what] = _melody(text.strip()) if what == "melody" else text.strip()
    fields: dict[str, Any] = {"theme": theme, "songs": 1, "seed": asked["seed"], "music": [music]}
    fields |= {name: asked[name] for name in ("genre", "mood") if asked[name]}
    if asked["keys"]:
        fields["keys"] = list(asked["keys"])
    if asked["tempo"]:
        fields["tempo_bpm"] = asked["tempo"]
    if words is not None:
        fields["lyrics"] = [{"text": read_bounded(words).decode("utf-8-sig", errors="replace")}]
    return brief_from_fields(fields)


def _melody(text: str) -> str:
    """Notes as text, of a file where the text names one."""
    if "\n" in text or len(text) > 255 or not Path(text).suffix or not Path(text).is_file():
        return text
    from media.notation.bringing.reading import read_melody
    from media.notation.bringing.writing import song_brief_text
    from tasks.composing.sheets import read_bounded

    tune = read_melody(read_bounded(Path(text)), name=Path(text).name)
    for remark in tune.remarks:
        click.echo(f"  {remark}", err=True)
    return song_brief_text(tune)


def _facts(take: RankedTake) -> dict[str, object]:
    return {
        "seed": take.seed,
        "score": round(take.score, 4),
        "parts": {name: round(value, 4) for name, value in take.parts.items()},
        "reasons": list(take.reasons),
        "lead_sheet": take.lead_sheet.model_dump(mode="json"),
    }
