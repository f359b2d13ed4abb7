"""`hibari edit`, `order` and `log`: words and notes by hand, the running order, and what people chose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from cli.choosing import by_option, decider, open_album
from cli.output import json_option, say_json, table

if TYPE_CHECKING:
    from schemas.plan import SongPlan
    from tasks.choices import Decider
    from tasks.edits import EditPolicy
    from tasks.state import AlbumState

_STEPS = ("write_lyrics", "compose_lead_sheet", "plan_song")
_DEGREES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@click.command()
@click.argument("album")
@click.argument("song")
@click.option("--section", help="Name of the lyric section, e.g. 'verse 1'.")
@click.option("--line", type=click.IntRange(1, 16), help="Number of the line in it, from 1.")
@click.option("--text", help="The new line; it must have as many syllables as the old one.")
@click.option("--note", type=click.IntRange(1, 4096), help="Number of a note of the tune, from 1.")
@click.option("--pitch", help="Its new pitch: a name such as 'C4' or 'Bb3', or a MIDI number.")
@click.option("--onset", type=click.IntRange(0), help="Its new start, in ticks from the start (480 a quarter note).")
@click.option("--duration", type=click.IntRange(30), help="Its new length, in ticks.")
@click.option("--keep", "settle", flag_value="keep", help="Stay with what was edited, though it was made again.")
@click.option("--rebase", "settle", flag_value="rebase", help="Put the edit into what was made again.")
@click.option("--drop", "settle", flag_value="drop", help="Let the edit go; also where it fits.")
@click.option("--step", type=click.Choice(_STEPS), help="Which edit, where the song has several.")
@click.option("--by", required=True, help="Who changes it; the name stands in the record.")
def edit(album: str, song: str, by: str, **given: str | int | None) -> None:
    """Change a line of a song's words or a note of its tune, or decide about an edit that no longer fits.

    What follows from it is made again by the next `make`.

    \b
    Examples:
      hibari edit first-light song-2 --section chorus --line 1 --text "Carry me over the water" --by Ada
      hibari edit first-light song-2 --note 12 --pitch D4 --by Ada
      hibari edit first-light song-2 --rebase --by Ada
    """
    from cli.showing import song_of

    state = open_album(album)
    plan, who = song_of(state, song), decider(by)
    if given["settle"] is not None:
        click.echo(_settle(state, plan, who, str(given["settle"]), given["step"]))
    elif given["note"] is not None:
        click.echo(_change_note(state, plan, who, given))
    elif given["section"] and given["line"] and given["text"]:
        click.echo(_change_line(state, plan, who, given))
    else:
        raise click.UsageError(
            "Give --section, --line and --text for words; --note with --pitch, --onset or --duration for a note; or "
            "--keep, --rebase or --drop."
        )
    click.echo(f"Make what follows from it with: hibari make {state.album_id}")


def _change_line(state: AlbumState, song: SongPlan, who: Decider, given: dict[str, str | int | None]) -> str:
    from tasks.deciding import change_words

    section, line = str(given["section"]), int(given["line"] or 0)
    before, after = change_words(
        state.bench, state.album_id, song.song_id, section=section, line=line, text=str(given["text"]), who=who
    )
    return f"{section}, line {line}: {before!r} → {after!r}"


def _change_note(state: AlbumState, song: SongPlan, who: Decider, given: dict[str, str | int | None]) -> str:
    from tasks.deciding import change_notes
    from tasks.note_edits import NoteChange

    number = int(given["note"] or 0)
    pitch = given["pitch"]
    change = NoteChange.model_validate(
        {
            "index": number - 1,
            "pitch": _pitch(str(pitch)) if pitch is not None else None,
            "onset_ticks": given["onset"],
            "duration_ticks": given["duration"],
        }
    )
    change_notes(state.bench, state.album_id, song.song_id, [change], who)
    return f"note {number}: {', '.join(f'{name} {value}' for name, value in change.given.items())}"


def _pitch(name: str) -> int:
    from schemas.errors import ReviewError

    if name.isdigit():
        return int(name)
    match = re.fullmatch(r"([A-Ga-g])([#b]?)(-?\d)", name.strip())
    if match is None:
        raise ReviewError(f"--pitch: {name!r} is no note; write a name and an octave such as C4 or Bb3, or 60")
    letter, accidental, octave = match.groups()
    return _DEGREES[letter.upper()] + {"#": 1, "b": -1, "": 0}[accidental] + 12 * (int(octave) + 1)


def _settle(state: AlbumState, song: SongPlan, who: Decider, policy: str, step: str | int | None) -> str:
    from typing import cast

    from schemas.errors import ReviewError
    from tasks.deciding import settle_edit_of

    edited = [name for name in _STEPS if state.bench.catalogue.edit_of(state.slot(name, song)) is not None]
    if step is None and len(edited) != 1:
        found = f"has edits of {' and '.join(edited)}: add --step" if edited else "has no edit"
        raise ReviewError(f"{song.song_id} {found}")
    chosen = str(step or edited[0])
    settle_edit_of(state.bench, state.album_id, song.song_id, chosen, "", cast("EditPolicy", policy), who)
    return f"{song.song_id}, {chosen}: {policy}"


@click.command()
@click.argument("album")
@click.argument("songs", nargs=-1, required=True)
@by_option
@json_option
def order(album: str, songs: tuple[str, ...], by: str, as_json: bool) -> None:
    """Let the songs of ALBUM run in the order given. Nothing is made again; the next press numbers them so.

    \b
    Example:
      hibari order first-light song-3 song-1 song-2
    """
    from cli.showing import song_of, title_of
    from tasks.deciding import order_songs

    state = open_album(album)
    chosen = order_songs(state.bench, state.album_id, [song_of(state, song).song_id for song in songs], decider(by))
    if as_json:
        say_json({"album": state.album_id, "songs": list(chosen)})
        return
    for number, song_id in enumerate(chosen, start=1):
        click.echo(f"{number}. {title_of(state, state.song(song_id))} ({song_id})")


@click.command()
@click.argument("album", required=False)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many, newest first.")
@json_option
def log(album: str | None, limit: int, as_json: bool) -> None:
    """Show what people and policies chose, newest first: who, by which door, what, about what, why.

    The log can only grow.

    \b
    Examples:
      hibari log
      hibari log first-light --json
    """
    from dataclasses import asdict

    from schemas.settings import Settings
    from tasks.albums import find_album
    from tasks.bench import Bench

    bench = Bench(Settings())
    album_id = find_album(album, bench).album_id if album else ""
    entries = bench.catalogue.choices(album_id=album_id, limit=limit)
    if as_json:
        say_json([asdict(entry) for entry in entries])
        return
    rows = [
        (
            str(entry.seq),
            entry.at.isoformat(" ", "seconds"),
            entry.who,
            entry.via,
            entry.what.replace("_", " "),
            "/".join(part for part in (entry.album_id, entry.song_id) if part),
            " ".join(entry.why.split())[:80],
        )
        for entry in entries
    ]
    heads = ("NO", "WHEN", "WHO", "BY", "WHAT", "ABOUT", "WHY")
    click.echo(table(rows, header=heads) if rows else "Nothing was chosen yet.")
