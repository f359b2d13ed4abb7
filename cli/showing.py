"""`hibari show`: albums, an album, a song; and the words that describe a release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.output import duration, json_option, say_json, table

if TYPE_CHECKING:
    from artifacts.catalogue import Catalogue
    from artifacts.standings import StandingEntry
    from schemas.plan import SongPlan
    from schemas.release import Release
    from tasks.bench import Bench
    from tasks.review import Ruling
    from tasks.state import AlbumState


@click.command()
@click.argument("album", required=False)
@click.argument("song", required=False)
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    help="Of a song: a folder for its lead sheet, all its notes, and its bars against each other.",
)
@json_option
def show(album: str | None, song: str | None, pictures: Path | None, as_json: bool) -> None:
    """Show every album, one ALBUM, or one SONG of it with its words, notes, figures and takes.

    \b
    Examples:
      hibari show
      hibari show first-light
      hibari show first-light song-2 --pictures notes/
      hibari show first-light song-2 --json
    """
    from schemas.settings import Settings
    from tasks.albums import find_album
    from tasks.bench import Bench
    from tasks.prospects import accept_failures, foresee

    bench = Bench(Settings())
    if album is None:
        _show_albums(bench, as_json=as_json)
        return
    state = find_album(album, bench)
    foresee(state)
    accept_failures(state)
    if song is None:
        _show_album(state, as_json=as_json)
        return
    plan = song_of(state, song)
    if pictures is not None:
        from tasks.composing.pictures import write_pictures

        written = write_pictures(state, plan, pictures)
        if not as_json:
            click.echo("\n".join(map(str, written)))
            return
    _show_song(state, plan, as_json=as_json)


def song_of(state: AlbumState, name: str) -> SongPlan:
    """The song of an album by its id, its number in running order or its title.

    Raises:
        ArtifactError: there is none; the ids are named.
    """
    from schemas.errors import ArtifactError
    from tasks.running_order import songs_in_order

    for number, song in enumerate(songs_in_order(state), start=1):
        if name in (song.song_id, str(number)) or name.lower() == title_of(state, song).lower():
            return song
    ids = ", ".join(song.song_id for song in state.plan.songs)
    raise ArtifactError(f"{state.album_id} has no song {name!r}: choose from {ids}")


def title_of(state: AlbumState, song: SongPlan) -> str:
    """A song's title, or its id while it has none."""
    from schemas.lyrics import Lyrics

    digest = state.of("write_lyrics", song)
    return state.bench.get(digest, Lyrics).title if digest else song.title or song.song_id


def _show_albums(bench: Bench, *, as_json: bool) -> None:
    from tasks.standing import refresh_missing

    refresh_missing(bench)
    catalogue = bench.catalogue
    entries = catalogue.standings(order="oldest", limit=1_000_000)[0]
    rows = [
        (entry.album_id, entry.title, _standing(catalogue, entry), entry.created_at.isoformat("T", "minutes"))
        for entry in entries
    ]
    if as_json:
        say_json([dict(zip(("album", "title", "state", "created_at"), row, strict=True)) for row in rows])
    elif rows:
        click.echo(table(rows, header=("ALBUM", "TITLE", "STATE", "MADE ON")))
    else:
        click.echo('No album yet. Try: hibari make "the sea at night"')


def _standing(catalogue: Catalogue, entry: StandingEntry) -> str:
    """Where an album stands, in a word or two; what was set aside a moment ago counts too."""
    return "set aside" if catalogue.quarantined(entry.album_id) is not None else entry.state


def _show_album(state: AlbumState, *, as_json: bool) -> None:
    from schemas.audio import Master
    from tasks.review import ruling_on
    from tasks.running_order import songs_in_order

    rows = []
    given = state.bench.catalogue.verdicts(state.album_id)
    for number, song in enumerate(songs_in_order(state), start=1):
        master = state.of("master", song)
        made = state.bench.get(master, Master) if master else None
        rows.append(
            (
                f"{number}.",
                song.song_id,
                title_of(state, song),
                str(song.key),
                f"{song.tempo_bpm} bpm",
                duration(made.duration_s) if made else "not finished",
                f"{made.integrated_lufs:.1f} LUFS" if made else "",
                _verdict(ruling_on(state, song, given=given)),
            )
        )
    releases = [entry.path for entry in state.bench.catalogue.releases(state.album_id)]
    if as_json:
        names = ("number", "song", "title", "key", "tempo", "length", "loudness", "verdict")
        songs = [dict(zip(names, (place, *row[1:]), strict=True)) for place, row in enumerate(rows, start=1)]
        say_json({"album": state.album_id, "title": state.plan.title, "songs": songs, "releases": releases})
        return
    click.echo(f"{state.plan.title} by {state.plan.artist} · {state.plan.genre}, {state.plan.mood} · {state.album_id}")
    click.echo(table(rows))
    if releases:
        click.echo(f"Pressed: {releases[-1]}")


def _verdict(ruling: Ruling) -> str:
    """What people decided, in a few words."""
    if ruling.decision:
        return f"{ruling.decision} by {', '.join(verdict.by for verdict in ruling.verdicts)}"
    return "no verdict" if ruling.wanted.startswith("has no verdict") else ruling.wanted


def _show_song(state: AlbumState, song: SongPlan, *, as_json: bool) -> None:
    from schemas.composing import SongMotif
    from schemas.inspection import Inspection
    from schemas.lyrics import Lyrics
    from schemas.music import LeadSheet
    from tasks.steps.table import SONG_STEPS

    inspected, words = state.of("inspect", song), state.of("write_lyrics", song)
    inspection = state.bench.get(inspected, Inspection) if inspected else None
    lyrics = state.bench.get(words, Lyrics) if words else None
    tune, shape = state.of("compose_lead_sheet", song), state.of("shape_motif", song)
    lead = state.bench.get(tune, LeadSheet) if tune else None
    motif = state.bench.get(shape, SongMotif) if shape else None
    takes = {
        step.name: [take.number for take in state.bench.catalogue.takes(state.slot(step.name, song))]
        for step in SONG_STEPS
    }
    if as_json:
        say_json(
            {
                "song": song.song_id,
                "plan": song.model_dump(mode="json"),
                "lyrics": lyrics.model_dump(mode="json") if lyrics else None,
                "lead_sheet": lead.model_dump(mode="json") if lead else None,
                "motif": motif.model_dump(mode="json") if motif else None,
                "inspection": inspection.model_dump(mode="json") if inspection else None,
                "takes": takes,
            }
        )
        return
    click.echo(f"{title_of(state, song)} ({song.song_id}) · {song.key}, {song.tempo_bpm} bpm, {song.beats_per_bar}/4")
    if lyrics is not None:
        for section in lyrics.sections:
            click.echo(f"\n[{section.name}]")
            for line in section.lines:
                click.echo(f"  {line.text}")
    if lead is not None:
        from media.notation.pictures import piano_roll_text

        click.echo("\n" + piano_roll_text(lead, width=100))
    if lead is not None and motif is not None:
        from tasks.composing.motifs import motif_told

        click.echo("\n" + motif_told(motif, lead))
    if inspection is not None:
        from media.inspect.report import song_report

        click.echo("\n" + song_report(inspection.figures))
    several = {step: numbers for step, numbers in takes.items() if len(numbers) > 1}
    for step, numbers in several.items():
        chosen = state.bench.catalogue.selected_number(state.slot(step, song))
        click.echo(f"{step}: takes {', '.join(map(str, numbers))}; {chosen} is selected")


def describe_release(release: Release, folder: Path) -> str:
    """Where a release lies and what it holds, for people."""
    size_mb = sum(file.size for file in release.files) / 1e6
    rows = [
        (f"{song.number}.", song.title, duration(song.duration_s), song.key, f"{song.integrated_lufs:.1f} LUFS")
        for song in release.songs
    ]
    kinds: dict[str, int] = {}
    for file in release.files:
        kinds[file.path.split("/")[0] if "/" in file.path else file.path] = (
            kinds.get(file.path.split("/")[0] if "/" in file.path else file.path, 0) + 1
        )
    held = ", ".join(f"{name} ({count})" if count > 1 else name for name, count in sorted(kinds.items()))
    missing = [f"  missing: {song.song_id} — {song.reason}" for song in release.missing]
    return "\n".join(
        [
            f"{release.title} by {release.artist}",
            table(rows),
            *missing,
            release.approval,
            f"It lies in {folder} ({len(release.files) + 1} files, {size_mb:.0f} MB): {held}, release.json",
            f"Open {folder / 'index.html'} to listen.",
        ]
    )
