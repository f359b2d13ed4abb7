"""`hibari compose harmonise`, `infill`, `vary`, `extend` and `interpolate`: a tune that is there, made anew in part."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

import click

from cli.composing.read import bars_of
from cli.output import json_option, say_json
from schemas.plan import Genre

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.lyrics import LyricLine
    from schemas.music import LeadSheet
    from schemas.plan import SectionPlan, SongPlan
    from tasks.bench import Bench
    from tasks.composing.reworks import InfilledPart
    from tasks.composing.sheets import Sheet
    from tasks.state import AlbumState

_ENDINGS = ".musicxml, .mid, .pdf or .svg"
_OPTIONS = (
    click.argument("source"),
    click.argument("song", required=False),
    click.option("--genre", type=click.Choice(get_args(Genre)), help="Taste and band, where SOURCE is a file."),
    click.option("--seed", type=click.IntRange(0, 2**53 - 1), default=1, show_default=True, help="Another attempt."),
    click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help=f"A file that ends in {_ENDINGS}."),
    click.option("--choir", is_flag=True, help="Three more voices under the melody, in a .mid or .svg."),
    click.option("--keep", is_flag=True, help="Keep it as the album's, as your edit; needs --by."),
    click.option("--by", default="", help="Who keeps it; the name stands in the record."),
    json_option,
)


@dataclass(frozen=True)
class Opened:
    """A lead sheet to be reworked, and the song it belongs to where it is an album's."""

    sheet: Sheet
    bench: Bench
    genre: Genre | None
    state: AlbumState | None = None
    song: SongPlan | None = None


def _reworking(work: Callable[..., LeadSheet]) -> Callable[..., None]:
    """A command around the work itself: what is reworked is opened, what was made is shown, kept or written."""

    @functools.wraps(work)
    def run(
        source: str,
        song: str | None,
        genre: str | None,
        seed: int,
        out: Path | None,
        choir: bool,
        keep: bool,
        by: str,
        as_json: bool,
        **own: object,
    ) -> None:
        _check(out, song, keep, by)
        if choir and (out is None or out.suffix.lower() not in (".mid", ".svg")):
            raise click.UsageError("--choir is heard in a .mid and seen in an .svg: add --out")
        opened = _open(source, song, cast("Genre | None", genre))
        for remark in opened.sheet.remarks:
            click.echo(f"  {remark}", err=True)
        made = work(opened, seed, **own)
        if keep and opened.state is not None and opened.song is not None:
            from cli.choosing import decider
            from tasks.deciding import keep_tune

            keep_tune(opened.bench, opened.state.album_id, opened.song.song_id, made, decider(by))
        if out is not None:
            from tasks.composing.keeping import write_sheet
            from tasks.composing.reworks import choir_network

            voices = choir_network(opened.bench) if choir else None
            write_sheet(made, opened.sheet.plan, out, seed=seed, choir=voices)
        _tell(opened, made, out, keep=keep, as_json=as_json)

    command: Callable[..., None] = run
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command()
@_reworking
def harmonise(opened: Opened, seed: int) -> LeadSheet:
    """Give the melody of SOURCE new chords; its notes stay as they are.

    SOURCE is a file (MusicXML, MIDI, ABC, notes as text), or an album, with the SONG of it.

    \b
    Examples:
      hibari compose harmonise hummed.mid --genre bossa --out hummed.musicxml
      hibari compose harmonise first-light song-2 --seed 3 --keep --by Ada
    """
    from tasks.composing.reworks import harmonised

    return harmonised(opened.sheet, opened.bench, genre=opened.genre, seed=seed)


@click.command()
@click.option("--bars", "span", required=True, help="Which bars, e.g. 9-12, counted from 1.")
@click.option("--part", type=click.Choice(("melody", "chords", "both")), default="melody", show_default=True)
@_reworking
def infill(opened: Opened, seed: int, span: str, part: InfilledPart) -> LeadSheet:
    """Write some bars of SOURCE anew on the same words; all other bars stay as they are, to the byte.

    \b
    Examples:
      hibari compose infill first-light song-2 --bars 9-12
      hibari compose infill first-light song-2 --bars 9-12 --part both --seed 4 --keep --by Ada
    """
    from tasks.composing.reworks import infilled

    return infilled(opened.sheet, opened.bench, bars=bars_of(span), part=part, seed=seed)


@click.command()
@click.option("--amount", type=click.FloatRange(0, 1), default=0.3, show_default=True, help="0 the same, 1 all free.")
@_reworking
def vary(opened: Opened, seed: int, amount: float) -> LeadSheet:
    """Vary the tunes of SOURCE: words, form, chords and the number of notes stay.

    \b
    Examples:
      hibari compose vary first-light song-1 --amount 0.2
      hibari compose vary tune.abc --amount 0.6 --out other.musicxml
    """
    from tasks.composing.reworks import varied

    return varied(opened.sheet, opened.bench, amount=amount, seed=seed)


@click.command()
@click.option("--words", type=click.Path(path_type=Path), help="A text file, one line a line sung; none: chords alone.")
@click.option("--name", default="", help="The section's name, e.g. 'verse 3'.  [default: outro, or verse with words]")
@click.option("--tune", default="", help="A tune of the song to sing the words to; a new one where it is left out.")
@click.option("--bars", type=click.IntRange(1, 32), default=None, help="Its length.  [default: two bars a line]")
@_reworking
def extend(opened: Opened, seed: int, words: Path | None, name: str, tune: str, bars: int | None) -> LeadSheet:
    """Go on where SOURCE ends, with one more section: sung to words of yours, or chords alone.

    \b
    Examples:
      hibari compose extend first-light song-1 --words third.txt --name "verse 3" --tune verse --out longer.musicxml
      hibari compose extend tune.abc --bars 4 --out longer.mid
    """
    from tasks.composing.reworks import extended

    section, lines = _section(opened.sheet.lead, words, name, tune, bars)
    return extended(opened.sheet, opened.bench, section=section, lines=lines, seed=seed)


@click.command()
@click.option("--to", "other", required=True, help="The other tune: a file, or another song of the same album.")
@click.option("--words", type=click.Path(path_type=Path), required=True, help="A text file, one line a line sung.")
@click.option("--name", default="", help="The section's name.  [default: bridge]")
@click.option("--bars", type=click.IntRange(1, 32), default=None, help="Its length.  [default: two bars a line]")
@click.option(
    "--share", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="0 its own tune, 1 the other."
)
@_reworking
def interpolate(
    opened: Opened, seed: int, other: str, words: Path, name: str, bars: int | None, share: float
) -> LeadSheet:
    """Lead from SOURCE's tune to another: a section whose tune lies between the two.

    \b
    Examples:
      hibari compose interpolate first-light song-1 --to song-2 --words bridge.txt --out bridged.musicxml
      hibari compose interpolate one.abc --to two.abc --words bridge.txt --share 0.3 --out bridged.mid
    """
    from cli.showing import song_of
    from tasks.composing.reworks import bridged
    from tasks.composing.sheets import sheet_of_file, sheet_of_song

    if opened.state is None:
        aim = sheet_of_file(Path(other), genre=opened.genre or "folk")
    else:
        aim = sheet_of_song(opened.state, song_of(opened.state, other))
    section, lines = _section(opened.sheet.lead, words, name or "bridge", "", bars)
    return bridged(opened.sheet, aim.lead, opened.bench, section=section, lines=lines, share=share, seed=seed)


def _section(
    lead: LeadSheet, words: Path | None, name: str, tune: str, bars: int | None
) -> tuple[SectionPlan, tuple[LyricLine, ...]]:
    from tasks.composing.sections import section_of, words_of
    from tasks.composing.sheets import read_bounded

    lines = words_of(read_bounded(words).decode("utf-8-sig", errors="replace")) if words is not None else ()
    called = name or ("verse" if lines else "outro")
    taken = {span.name for span in lead.sections}
    free = next(each for each in (called, *(f"{called} {number}" for number in range(2, 99))) if each not in taken)
    return section_of(lead, name=free, bars=bars, tune=tune, lines=lines), lines


def _check(out: Path | None, song: str | None, keep: bool, by: str) -> None:
    from tasks.composing.keeping import check_target

    if out is not None:
        check_target(out)
    if keep and (song is None or not by):
        raise click.UsageError("--keep is for a song of an album and needs --by, the name that stands in the record")


def _open(source: str, song: str | None, genre: Genre | None) -> Opened:
    from cli.choosing import open_album
    from cli.showing import song_of
    from schemas.settings import Settings
    from tasks.bench import Bench
    from tasks.composing.sheets import sheet_of_file, sheet_of_song

    if song is None:
        if not Path(source).suffix:
            raise click.UsageError(f"{source!r}: name a file of notes, or an album and a song of it")
        return Opened(sheet_of_file(Path(source), genre=genre or "folk"), Bench(Settings()), genre)
    state = open_album(source)
    plan = song_of(state, song)
    return Opened(sheet_of_song(state, plan), state.bench, genre, state, plan)


def _tell(opened: Opened, made: LeadSheet, out: Path | None, *, keep: bool, as_json: bool) -> None:
    from media.notation.pictures import piano_roll_text
    from tasks.composing.reworks import differing_bars

    bars = differing_bars(opened.sheet.lead, made)
    if as_json:
        say_json({"lead_sheet": made.model_dump(mode="json"), "bars": bars, "kept": keep})
        return
    click.echo(piano_roll_text(made, width=100))
    told = ", ".join(map(str, bars[:24])) + (" …" if len(bars) > 24 else "")
    click.echo(f"New in bars {told}." if bars else "Nothing differs from what was there.")
    if out is not None:
        click.echo(str(out))
    if keep and opened.state is not None:
        click.echo(f"Make what follows from it with: hibari make {opened.state.album_id}")
    elif out is None:
        click.echo("Nothing is written: add --out FILE" + (", or --keep --by NAME" if opened.song else ""))
