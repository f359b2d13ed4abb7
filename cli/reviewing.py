"""`hibari select`, `approve`, `reject`: takes chosen and verdicts given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from cli.choosing import by_option, decider, open_album
from cli.output import json_option, say_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from schemas.review import Decision, Remark


@click.command()
@click.argument("album")
@click.argument("song")
@click.argument("step")
@click.argument("take", type=click.IntRange(0, 1000))
@click.option("--part", default="", help="The part, for a step made once a part.")
@by_option
def select(album: str, song: str, step: str, take: int, part: str, by: str) -> None:
    """Select a TAKE that was made before. `hibari make` (or `plan`) then shows what follows from it.

    \b
    Example:
      hibari select first-light song-2 write_lyrics 0
    """
    from cli.showing import song_of
    from tasks.deciding import choose_take

    state = open_album(album)
    song_id = None if song == "album" else song_of(state, song).song_id
    slot = choose_take(state.bench, state.album_id, song_id, step, part, take, decider(by))
    click.echo(f"{slot}: take {take} is selected.")


def _verdict_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        json_option,
        click.option(
            "--remark",
            "remarks",
            nargs=2,
            multiple=True,
            metavar="TIME TEXT",
            help="A note at a time of the song, e.g. --remark 0:42 'too loud'; as often as you like.",
        ),
        click.option("--by", required=True, help="Your name; it stands in the record."),
        click.option("--reason", default="", help="Why; a rejection needs one."),
        click.argument("songs", nargs=-1),
        click.argument("album"),
    ):
        command = option(command)
    return command


@click.command()
@_verdict_options
def approve(**given: Any) -> None:  # noqa: ANN401
    """Approve SONGS of ALBUM (`cover` for its cover), or all of it.

    \b
    Example:
      hibari approve first-light song-1 song-3 --by Ada
    """
    _judge("approved", **given)


@click.command()
@click.option("--retake", is_flag=True, help="Ask for another take instead of rejecting the song for good.")
@_verdict_options
def reject(retake: bool, **given: Any) -> None:  # noqa: ANN401
    """Reject SONGS of ALBUM (`cover` for its cover), or all of it, with a reason.

    \b
    Examples:
      hibari reject first-light song-2 --by Ada --reason "the second verse says nothing new"
      hibari reject first-light song-2 --by Ada --retake --reason "too slow" --remark 0:42 "drags here"
    """
    _judge("retake" if retake else "rejected", **given)


def _judge(
    decision: Decision,
    *,
    album: str,
    songs: tuple[str, ...],
    by: str,
    reason: str,
    remarks: tuple[tuple[str, str], ...],
    as_json: bool,
) -> None:
    from cli.showing import song_of
    from tasks.deciding import judge_songs

    state = open_album(album)
    named = ["cover" if song == "cover" else song_of(state, song).song_id for song in songs]
    whole = named or [*(song.song_id for song in state.plan.songs), "cover"]
    verdicts = judge_songs(
        state.bench,
        state.album_id,
        whole,
        decision,
        decider(by),
        reason=reason,
        remarks=[_remark(time, text) for time, text in remarks],
    )
    if as_json:
        say_json([verdict.model_dump(mode="json") for verdict in verdicts])
        return
    for verdict in verdicts:
        click.echo(f"{verdict.song_id or 'cover'}: {verdict.decision} by {verdict.by}")


def _remark(time: str, text: str) -> Remark:
    """A remark from what was typed: '0:42', '1:02.5' or '42'.

    Raises:
        ReviewError: the time is none.
    """
    from schemas.errors import ReviewError
    from schemas.review import Remark

    match = re.fullmatch(r"(?:(\d{1,3}):)?(\d{1,4}(?:\.\d{1,3})?)", time)
    if match is None:
        raise ReviewError(f"--remark: {time!r} is no time in a song; write minutes and seconds, such as 0:42")
    return Remark(at_s=60 * int(match.group(1) or 0) + float(match.group(2)), text=text)
