"""`hibari retake`, `select`, `edit`, `approve`, `reject`: what people decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.output import json_option, quiet_option, say_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tasks.state import AlbumState


def _open(album: str) -> AlbumState:
    from schemas.settings import Settings
    from tasks.albums import find_album
    from tasks.bench import Bench
    from tasks.prospects import foresee

    state = find_album(album, Bench(Settings()))
    foresee(state)
    return state


@click.command()
@click.argument("album")
@click.argument("song")
@click.argument("step")
@click.option(
    "--takes", default=1, show_default=True, type=click.IntRange(1, 8), help="How many; the best is selected."
)
@click.option("--part", default="", help="The part, for a step made once a part, e.g. 'vocal'.")
@click.option("--edits", type=click.Choice(["ask", "keep", "rebase", "drop"]), default="ask", show_default=True)
@quiet_option
@json_option
def retake(album: str, song: str, step: str, takes: int, part: str, edits: str, quiet: bool, as_json: bool) -> int:
    """Make new takes of STEP of SONG (or of 'album') and then all that follows from it, and nothing else.

    \b
    Examples:
      hibari retake first-light song-2 write_lyrics
      hibari retake first-light song-1 compose_lead_sheet --takes 4
      hibari retake first-light album paint_cover
    """
    from cli.making import make_album
    from cli.showing import song_of
    from tasks.retakes import begin_retake, finish_retake

    state = _open(album)
    plan = None if song == "album" else song_of(state, song)
    retaking = begin_retake(state, plan, step, part=part, takes=takes)
    try:
        report = make_album(retaking.album, retaking.settings, edits=edits, quiet=quiet or as_json)
    finally:
        chosen = finish_retake(retaking)
    failures = retaking.album.failures
    if as_json:
        made = report.tally.made if report else 0
        say_json({"album": state.album_id, "step": step, "selected": chosen, "made": made, "failures": failures})
    elif not quiet:
        click.echo(f"{retaking.slot}: take {chosen} is selected (before: {retaking.before}).")
        click.echo(f"Go back with: hibari select {state.album_id} {song} {step} {retaking.before}")
    for song_id, reason in failures.items():
        click.echo(f"✗ {song_id or 'album'}: {reason}", err=True)
    return 7 if failures else 0


@click.command()
@click.argument("album")
@click.argument("song")
@click.argument("step")
@click.argument("take", type=click.IntRange(0, 1000))
@click.option("--part", default="", help="The part, for a step made once a part.")
def select(album: str, song: str, step: str, take: int, part: str) -> None:
    """Select a TAKE that was made before. `hibari make` (or `plan`) then shows what follows from it.

    \b
    Example:
      hibari select first-light song-2 write_lyrics 0
    """
    from cli.showing import song_of
    from tasks.retakes import select_take, step_of

    state = _open(album)
    plan = None if song == "album" else song_of(state, song)
    slot = state.slot(step_of(step, plan).name, plan, part)
    select_take(state, slot, take)
    click.echo(f"{slot}: take {take} is selected.")


@click.command()
@click.argument("album")
@click.argument("song")
@click.option("--section", required=True, help="Name of the lyric section, e.g. 'verse 1'.")
@click.option("--line", required=True, type=click.IntRange(1, 16), help="Number of the line in it, from 1.")
@click.option("--text", required=True, help="The new line; it must have as many syllables as the old one.")
@click.option("--by", required=True, help="Who changes it; the name stands in the record.")
def edit(album: str, song: str, section: str, line: int, text: str, by: str) -> None:
    """Change one line of a song's words. What follows from it is made again by the next `make`.

    \b
    Example:
      hibari edit first-light song-2 --section chorus --line 1 --text "Carry me over the water" --by Ada
    """
    from cli.showing import song_of
    from tasks.word_edits import edit_line

    state = _open(album)
    plan = song_of(state, song)
    before, after = edit_line(state, plan, section=section, line=line, text=text, person=by)
    click.echo(f"{section}, line {line}: {before!r} → {after!r}")
    click.echo(f"Make what follows from it with: hibari make {state.album_id}")


def _verdict_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--by", required=True, help="Your name; it stands in the record."),
        click.option("--reason", default="", help="Why; a rejection needs one."),
        click.argument("songs", nargs=-1),
        click.argument("album"),
    ):
        command = option(command)
    return command


@click.command()
@_verdict_options
def approve(album: str, songs: tuple[str, ...], by: str, reason: str) -> None:
    """Approve SONGS of ALBUM (`cover` for its cover), or all of it.

    \b
    Example:
      hibari approve first-light song-1 song-3 --by Ada
    """
    _judge(album, songs, "approved", by=by, reason=reason)


@click.command()
@_verdict_options
def reject(album: str, songs: tuple[str, ...], by: str, reason: str) -> None:
    """Reject SONGS of ALBUM (`cover` for its cover), or all of it, with a reason.

    \b
    Example:
      hibari reject first-light song-2 --by Ada --reason "the second verse says nothing new"
    """
    _judge(album, songs, "rejected", by=by, reason=reason)


def _judge(album: str, songs: tuple[str, ...], decision: str, *, by: str, reason: str) -> None:
    from typing import cast

    from cli.showing import song_of
    from schemas.errors import ReviewError
    from schemas.review import Decision
    from tasks.review import judge

    by = by.strip()
    if by.startswith("policy:"):
        raise ReviewError("a name that begins with 'policy:' is a policy's: give your own name")
    state = _open(album)
    named = [None if song == "cover" else song_of(state, song) for song in songs]
    chosen = named or [*state.plan.songs, None]
    for verdict in judge(state, chosen, cast("Decision", decision), by=by, reason=reason):
        click.echo(f"{verdict.song_id or 'cover'}: {verdict.decision} by {verdict.by}")
