"""`hibari compose read`: how a file of notes is understood, and the text that a brief takes."""

from __future__ import annotations

import re
from pathlib import Path

import click

from cli.output import json_option, say_json


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--part", default="", help="Which part of several: its name; in ABC a tune's number.")
@click.option("--bars", "span", default="", help="Only these bars, e.g. 5-12, counted from 1.")
@json_option
def read(file: Path, part: str, span: str, as_json: bool) -> None:
    """Show the melody and chords of FILE (MIDI, MusicXML, ABC, notes as text) as a brief takes them.

    \b
    Examples:
      hibari compose read hummed.mid
      hibari compose read songs.abc --part 3 --bars 1-8
    """
    from media.notation.bringing.reading import read_melody
    from media.notation.bringing.writing import chart_text, song_brief_text
    from schemas.plan import Key
    from tasks.composing.sheets import read_bounded

    tune = read_melody(read_bounded(file), name=file.name, part=part, bars=bars_of(span) if span else None)
    key = tune.key or Key(tonic="C", mode="major")
    melody = song_brief_text(tune)
    chords = chart_text(tune.chords, key=key, bars=tune.bars, bar_ticks=tune.bar_ticks) if tune.chords else ""
    if as_json:
        say_json(
            {
                "title": tune.title,
                "key": str(tune.key) if tune.key else None,
                "tempo_bpm": tune.tempo_bpm,
                "beats_per_bar": tune.beats_per_bar,
                "bars": tune.bars,
                "melody": melody,
                "chords": chords,
                "words": tune.words,
                "remarks": list(tune.remarks),
            }
        )
        return
    for remark in tune.remarks:
        click.echo(f"  {remark}", err=True)
    click.echo(f"melody: {melody}")
    if chords:
        click.echo(f"chords: {chords}")


def bars_of(span: str) -> tuple[int, int]:
    """First and last bar of a text such as '5-12' or '7', both counted from 1.

    Raises:
        click.UsageError: it is neither, or runs backwards.
    """
    found = re.fullmatch(r"\s*(\d{1,4})\s*(?:[-–]\s*(\d{1,4}))?\s*", span)
    if found is None:
        raise click.UsageError(f"--bars {span[:20]!r}: write first and last bar, e.g. 5-12")
    first, last = int(found[1]), int(found[2] or found[1])
    if not 1 <= first <= last:
        raise click.UsageError(f"--bars {span!r}: bars are counted from 1, the first before the last")
    return first, last
