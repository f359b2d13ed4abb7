"""What a morning report says: plain facts and words, no records, no store."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReportSong:
    """A song of the report.

    Attributes:
        number: place in the running order, from 1.
        title: its title, or its id while it has none.
        key: e.g. 'D minor'.
        tempo_bpm: quarter notes a minute.
        standing: where it stands, in a word or two, e.g. 'needs a verdict'.
        duration_s: length in seconds; None while it is not finished.
        integrated_lufs: loudness; None while it is not finished.
        wanted: whether a person should do something about it.
    """

    number: int
    title: str
    key: str
    tempo_bpm: int
    standing: str
    duration_s: float | None = None
    integrated_lufs: float | None = None
    wanted: bool = False


@dataclass(frozen=True)
class ReportOddity:
    """Something to look at: what sort of thing, the song it is about ('' for the album), and the whole in words."""

    kind: str
    song: str
    why: str


@dataclass(frozen=True)
class ReportCost:
    """What it took to make something.

    Attributes:
        seconds: wall seconds of its steps, one after the other.
        cpu_s: processor seconds of its steps.
        disk_bytes: bytes its artifacts hold in the store.
    """

    seconds: float = 0.0
    cpu_s: float = 0.0
    disk_bytes: int = 0


@dataclass(frozen=True)
class ReportAlbum:
    """An album of the report.

    Attributes:
        album_id: its id, which is also its place on the page.
        title: its title.
        artist: who it is by.
        theme: what it is about.
        facts: genre, mood and the like, short.
        standing: where it stands, in a few words.
        good: whether it is whole and nothing about it is odd.
        songs: its songs in running order.
        oddities: what a person should look at, the worst first.
        needs: what a person must decide, a sentence each.
        cost: what it took.
        cover_jpeg: a small cover; b'' where there is none.
    """

    album_id: str
    title: str
    artist: str
    theme: str
    facts: str
    standing: str
    good: bool
    songs: tuple[ReportSong, ...]
    oddities: tuple[ReportOddity, ...] = ()
    needs: tuple[str, ...] = ()
    cost: ReportCost = ReportCost()
    cover_jpeg: bytes = b""


@dataclass(frozen=True)
class ReportLine:
    """An album that is not there, by its title, and why."""

    title: str
    reason: str


@dataclass(frozen=True)
class BatchReport:
    """A morning report.

    Attributes:
        name: what the batch is called.
        job_id: the job it is about.
        asked_by: who asked for it.
        when: from when to when it ran, as it is to be written.
        outcome: how it ended, in a sentence.
        asked: how many albums were asked for.
        albums: what was made, the album to look at first in front.
        failed: albums of which nothing was made.
        set_aside: albums in quarantine.
        left: albums that the budget left unmade.
        refused: briefs that were refused and left out at the edge, with place and reason.
        rules: budget and policy, in a sentence each.
        cost: what the whole took.
        wall_s: from the first beginning to the end.
        loads: how often each model was loaded; empty where that was not counted.
    """

    name: str
    job_id: str
    asked_by: str
    when: str
    outcome: str
    asked: int
    albums: tuple[ReportAlbum, ...]
    failed: tuple[ReportLine, ...] = ()
    set_aside: tuple[ReportLine, ...] = ()
    left: tuple[ReportLine, ...] = ()
    refused: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    cost: ReportCost = ReportCost()
    wall_s: float = 0.0
    loads: tuple[tuple[str, int], ...] = ()

    @property
    def waiting(self) -> tuple[ReportAlbum, ...]:
        """The albums about which a person must decide something."""
        return tuple(album for album in self.albums if album.needs)

    @property
    def totals(self) -> tuple[tuple[str, str], ...]:
        """The numbers of the report, each with the word it goes with, those that are nought left out."""
        songs = sum(song.duration_s is not None for album in self.albums for song in album.songs)
        counts = (
            (self.asked, "asked for"),
            (len(self.albums), "made"),
            (songs, "songs"),
            (len(self.failed), "failed"),
            (len(self.set_aside), "set aside"),
            (len(self.left), "left by the budget"),
            (len(self.refused), "refused"),
        )
        return tuple((str(count), word) for count, word in counts if count or word in ("asked for", "made"))


def clock(seconds: float) -> str:
    """A time span: '3:05', or '1 h 12 min' from an hour on."""
    whole = max(0, round(seconds))
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 60}:{whole % 60:02d}"


def size(count: int) -> str:
    """A number of bytes: '12 MB', '1.4 GB'."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def cost_line(cost: ReportCost) -> str:
    """What something took, in a line."""
    return f"{clock(cost.seconds)} of steps · {cost.cpu_s:.0f} CPU s · {size(cost.disk_bytes)} on disk"
