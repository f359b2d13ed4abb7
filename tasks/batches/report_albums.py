"""One album as the morning report tells of it: its songs, what is odd, what it cost, what needs a person."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from media.page.report_content import ReportAlbum, ReportCost, ReportOddity, ReportSong
from schemas.audio import Master
from schemas.errors import ArtifactError
from schemas.lyrics import Lyrics
from schemas.picture import CoverArt
from tasks.albums import album_state
from tasks.prospects import accept_failures, foresee
from tasks.review import ruling_on, subject_of
from tasks.running_order import songs_in_order

if TYPE_CHECKING:
    from schemas.plan import SongPlan
    from schemas.review import Verdict
    from tasks.batches.outliers import AlbumOutlier
    from tasks.bench import Bench
    from tasks.orders import Prospect
    from tasks.state import AlbumState

_STANDINGS = {"approved": "approved", "rejected": "rejected", "retake": "to be retaken", "": "needs a verdict"}
_MOST_ODDITIES = 12


def report_album(bench: Bench, odd: AlbumOutlier, *, cover_px: int) -> ReportAlbum | None:
    """What the report says of an album; None where it was never begun.

    Raises:
        HibariError: it cannot be opened.
    """
    if bench.catalogue.album(odd.album_id) is None:
        return None
    state = album_state(odd.album_id, bench)
    prospects = foresee(state)
    accept_failures(state)
    given = bench.catalogue.verdicts(odd.album_id)
    songs = tuple(_song(state, song, number, given) for number, song in enumerate(songs_in_order(state), start=1))
    needs = tuple(_needs(state, songs, prospects, given))
    return ReportAlbum(
        album_id=state.album_id,
        title=state.plan.title,
        artist=state.plan.artist,
        theme=state.plan.theme,
        facts=f"{state.plan.genre}, {state.plan.mood}",
        standing=_standing(odd, songs, needs),
        good=not odd.oddities and all(song.duration_s is not None for song in songs),
        songs=songs,
        oddities=_told(odd),
        needs=needs,
        cost=_cost(state),
        cover_jpeg=_small_cover(state, cover_px),
    )


def _song(state: AlbumState, song: SongPlan, number: int, given: list[Verdict]) -> ReportSong:
    words, mastered = state.of("write_lyrics", song), state.of("master", song)
    title = state.bench.get(words, Lyrics).title if words else song.title or song.song_id
    failure = state.failure(song.song_id)
    if mastered is None:
        standing = "failed" if failure else "not finished"
        return ReportSong(number, title, str(song.key), song.tempo_bpm, standing, wanted=bool(failure))
    master = state.bench.get(mastered, Master)
    decision = ruling_on(state, song, given=given).decision
    return ReportSong(
        number=number,
        title=title,
        key=str(song.key),
        tempo_bpm=song.tempo_bpm,
        standing="failed" if failure else _STANDINGS[decision],
        duration_s=master.duration_s,
        integrated_lufs=master.integrated_lufs,
        wanted=bool(failure) or decision in ("rejected", "retake"),
    )


def _needs(
    state: AlbumState, songs: tuple[ReportSong, ...], prospects: list[Prospect], given: list[Verdict]
) -> list[str]:
    found = []
    open_songs = sum(song.standing == _STANDINGS[""] for song in songs)
    cover_open = subject_of(state, None) is not None and not ruling_on(state, None, given=given).decision
    waiting = [
        f"{open_songs} song{'s' if open_songs > 1 else ''}" if open_songs else "",
        "the cover" if cover_open else "",
    ]
    if any(waiting):
        plural = open_songs > 1 or all(waiting)
        found.append(f"{' and '.join(part for part in waiting if part)} {'need' if plural else 'needs'} a verdict")
    found += [
        f"'{song.title}' failed: make it again, or press without it" for song in songs if song.standing == "failed"
    ]
    found += [
        f"'{song.title}' was turned down: retake it, or press without it"
        for song in songs
        if song.standing in (_STANDINGS["rejected"], _STANDINGS["retake"])
    ]
    found += [
        f"{item.slot.song_id or 'the album'}: {item.why}; say keep, rebase or drop"
        for item in prospects
        if item.action == "conflict"
    ]
    return found


def _standing(odd: AlbumOutlier, songs: tuple[ReportSong, ...], needs: tuple[str, ...]) -> str:
    counts = {
        "failed": sum(song.standing == "failed" for song in songs),
        "to look at": len(odd.oddities) - sum(each.kind == "failed" for each in odd.oddities),
    }
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    if told:
        return told
    return "as usual, waits for a verdict" if needs else "as usual, decided"


def _told(odd: AlbumOutlier) -> tuple[ReportOddity, ...]:
    shown = [
        ReportOddity(each.kind, "" if each.title == each.song_id == "" else each.title, each.why)
        for each in odd.oddities[:_MOST_ODDITIES]
    ]
    more = len(odd.oddities) - _MOST_ODDITIES
    if more > 0:
        shown.append(ReportOddity("and more", "", f"{more} further figures; the album's page in the studio has them"))
    return tuple(shown)


def _cost(state: AlbumState) -> ReportCost:
    """What the takes that are there took, whichever run made them, and what they hold on disk."""
    catalogue = state.bench.catalogue
    artifacts = {take.artifact for takes in catalogue.album_takes(state.album_id).values() for take in takes}
    seconds = cpu_s = 0.0
    sizes: dict[str, int] = {}
    for digest in artifacts:
        made = catalogue.provenance(digest)
        if made:
            seconds, cpu_s = seconds + made[0].seconds, cpu_s + made[0].cpu_s
        sizes |= {blob.sha256: blob.size for blob in catalogue.get(digest).blobs()}
    return ReportCost(seconds, cpu_s, sum(sizes.values()))


def _small_cover(state: AlbumState, width_px: int) -> bytes:
    """The cover as a small JPEG; b'' where there is none, or its bytes are damaged."""
    from PIL import Image

    digest = state.of("paint_cover", None)
    if digest is None:
        return b""
    try:
        picture = state.bench.blobs.read(state.bench.get(digest, CoverArt).picture)
    except ArtifactError:
        return b""
    held = io.BytesIO()
    with Image.open(io.BytesIO(picture), formats=("PNG",)) as image:
        small = image.convert("RGB")
    small.thumbnail((width_px, width_px), Image.Resampling.LANCZOS)
    small.save(held, "JPEG", quality=82, optimize=True)
    return held.getvalue()
