"""`hibari retake`: new takes, with changed settings, and all that follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.choosing import by_option, decider, open_album
from cli.output import json_option, quiet_option, say_json, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from schemas.jobs import RetakeRequest, SongChanges
    from tasks.bench import Bench
    from tasks.choices import Decider
    from tasks.state import AlbumState


def _settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--theme", help="What the song is about."),
        click.option("--title", help="Title of the song."),
        click.option("--genre", help="Style of arrangement and mix: folk, rock, lo-fi, …"),
        click.option("--mood", help="calm, hopeful, joyful, …"),
        click.option("--voice", help="Singing voice, e.g. en or en-high."),
        click.option("--swing", type=float, help="Delay of off-beat eighths, 0 to 0.34."),
        click.option("--key", help="Key, e.g. 'D minor'."),
        click.option("--tempo", "tempo_bpm", type=int, help="Quarter notes a minute, 50 to 180."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("album")
@click.argument("song")
@click.argument("step")
@click.option(
    "--takes",
    default=None,
    type=click.IntRange(0, 8),
    help="How many; the best is selected.  [default: 1, or 0 with changed settings]",
)
@click.option("--part", default="", help="The part, for a step made once a part, e.g. 'vocal'.")
@_settings_options
@click.option("--edits", type=click.Choice(["ask", "keep", "rebase", "drop"]), default="ask", show_default=True)
@click.option("--preview", is_flag=True, help="Show what would be made again, and make nothing.")
@click.option("--reason", default="", help="Why, for the log.")
@by_option
@quiet_option
@json_option
def retake(
    album: str,
    song: str,
    step: str,
    takes: int | None,
    part: str,
    edits: str,
    preview: bool,
    reason: str,
    by: str,
    quiet: bool,
    as_json: bool,
    **settings: Any,  # noqa: ANN401
) -> int:
    """Make new takes of STEP of SONG (or of 'album'), with changed settings, and all that follows from it.

    \b
    Examples:
      hibari retake first-light song-2 write_lyrics
      hibari retake first-light song-1 compose_lead_sheet --takes 4
      hibari retake first-light song-2 compose_lead_sheet --tempo 92 --key "D minor" --preview
      hibari retake first-light album paint_cover
    """
    from cli.showing import song_of
    from schemas.jobs import RetakeRequest

    state = open_album(album)
    plan = None if song == "album" else song_of(state, song)
    changes = _changes(settings)
    request = RetakeRequest.model_validate(
        {
            "album_id": state.album_id,
            "song_id": plan.song_id if plan else None,
            "step": step,
            "part": part,
            "takes": (0 if changes.given else 1) if takes is None else takes,
            "changes": changes,
            "edits": edits,
            "reason": reason,
        }
    )
    if preview:
        return _preview(state.bench, request, as_json=as_json)
    return _retake(state, request, decider(by), quiet=quiet, as_json=as_json)


def _changes(settings: dict[str, Any]) -> SongChanges:
    from schemas.brief import parse_key
    from schemas.errors import ReviewError
    from schemas.jobs import SongChanges

    try:
        key = parse_key(settings["key"]) if settings["key"] else None
    except ValueError as error:
        raise ReviewError(f"--key: {error}") from error
    return SongChanges.model_validate({**settings, "key": key})


def _preview(bench: Bench, request: RetakeRequest, *, as_json: bool) -> int:
    from cli.making import prospect_rows
    from tasks.preview import preview

    prospects = preview(bench, request)
    if as_json:
        say_json({"album": request.album_id, "steps": [item.model_dump(mode="json") for item in prospects]})
        return 0
    rows = prospect_rows([item for item in prospects if item.action != "reuse"])
    click.echo(table(rows, header=("SONG", "STEP", "PART", "TAKE", "WHAT", "WHY")))
    click.echo(f"{sum(item.action == 'reuse' for item in prospects)} others are reused. Nothing was written.")
    return 0


def _retake(state: AlbumState, request: RetakeRequest, who: Decider, *, quiet: bool, as_json: bool) -> int:
    from cli.making import make_album
    from tasks.deciding import change_settings, note_retake
    from tasks.prospects import foresee
    from tasks.retakes import begin_retake, check_request, finish_retake

    song = check_request(state, request)
    note_retake(state.bench, request, who)
    if song is not None and request.changes.given:
        state = change_settings(state.bench, state.album_id, song.song_id, request.changes, who)
        song = state.song(song.song_id)
        foresee(state)
    retaking, chosen = None, None
    if request.takes:
        retaking = begin_retake(state, song, request.step, part=request.part, takes=request.takes)
    album = retaking.album if retaking else state
    try:
        report = make_album(album, state.bench.settings, edits=request.edits, quiet=quiet or as_json)
    finally:
        chosen = finish_retake(retaking) if retaking else None
    if as_json:
        made = report.tally.made if report else 0
        say_json(
            {
                "album": state.album_id,
                "step": request.step,
                "selected": chosen,
                "made": made,
                "failures": album.failures,
            }
        )
    elif not quiet and retaking is not None:
        click.echo(f"{retaking.slot}: take {chosen} is selected (before: {retaking.before}).")
        where = f"{state.album_id} {request.song_id or 'album'} {request.step} {retaking.before}"
        click.echo(f"Go back with: hibari select {where}" + (f" --part {request.part}" if request.part else ""))
    for song_id, why in album.failures.items():
        click.echo(f"✗ {song_id or 'album'}: {why}", err=True)
    return 7 if album.failures else 0
