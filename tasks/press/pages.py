"""What people look at in a release: the page that plays it, the contact sheet, the credits."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from media.inspect.disclosure import disclosure_tag
from media.page.contact_sheet import ContactNote, ContactSection, ContactSong, contact_sheet
from media.page.release_page import PageLine, PageSection, PageSong, PageSyllable, ReleasePage, release_page
from media.page.waveform import waveform_peaks
from media.sound.encode import read_flac
from tasks.press.folder import file_stem, write_text

if TYPE_CHECKING:
    from pathlib import Path

    from media.sound.lrc import TimedLine
    from schemas.inspection import SharedRun
    from schemas.picture import CoverArt
    from schemas.release import Release
    from tasks.press.record import ApprovedSong
    from tasks.state import AlbumState


_ART = (
    ("Cover for shops, 3000 pixels", "cover.jpg"),
    ("Back cover", "art/back.jpg"),
    ("Banner", "art/banner.jpg"),
    ("Portrait", "art/portrait.jpg"),
    ("Landscape", "art/landscape.jpg"),
    ("All pictures on a sheet", "art/sleeve.jpg"),
)
"""Pictures of a release that a page links to where they are there."""


def write_pages(
    state: AlbumState,
    release: Release,
    songs: tuple[ApprovedSong, ...],
    lines: list[tuple[TimedLine, ...]],
    cover: CoverArt,
    folder: Path,
) -> None:
    """Write `index.html` and `contact-sheet.png` into a release folder."""
    read = state.bench.blobs.read
    peaks = [tuple(waveform_peaks(read_flac(read(song.master.audio)))) for song in songs]
    page = ReleasePage(
        title=release.title,
        artist=release.artist,
        theme=release.theme,
        cover="cover.png",
        songs=tuple(_page_song(song, lines[i], peaks[i], folder) for i, song in enumerate(songs)),
        palette=cover.palette,
        approval=release.approval,
        disclosure=_disclosures(release),
        credits=release.credits,
        missing=tuple(f"{song.song_id} is missing: {song.reason}" for song in release.missing),
        files=(
            ("Credits", "credits.md"),
            ("Record of the making", "release.json"),
            ("Cover", "cover.png"),
            *((label, path) for label, path in _ART if (folder / path).is_file()),
        ),
    )
    write_text(folder / "index.html", release_page(page))
    sheet = contact_sheet(
        read(cover.picture),
        tuple(_contact_song(song, peaks[i]) for i, song in enumerate(songs)),
        title=release.title,
        artist=release.artist,
        palette=cover.palette,
    )
    (folder / "contact-sheet.png").write_bytes(sheet)


def credits_page(release: Release) -> str:
    """`credits.md`: what was made by whom, with what, under whose approval, and what to know about it."""
    made = [f"{song.number}. **{song.title}** — {disclosure_tag(song.disclosure)}." for song in release.songs]
    shared = [
        f"- {song.title}: {_shared_run(run)}{' — flagged' if run.flagged else ''}"
        for song in release.songs
        for run in song.shared
    ]
    unmeasured = [f"{song.title}: not measured: {item}" for song in release.songs for item in song.unmeasured]
    blocks = [
        [f"# {release.title}"],
        [f"By {release.artist}. About {release.theme}."],
        ["## Who made what"],
        made,
        ["## Approval"],
        [release.approval],
        ["## Credits"],
        [f"- {line}" for line in release.credits],
        ["## How original it is"],
        shared,
    ]
    if release.notes or unmeasured:
        blocks += [["## Notes"], [f"- {note}" for note in (*release.notes, *unmeasured)]]
    if release.missing:
        blocks += [["## Missing"], [f"- {song.song_id}: {song.reason}" for song in release.missing]]
    page = "\n\n".join("\n".join(block) for block in blocks) + "\n"
    return html.escape(page, quote=False)  # Markdown lets HTML through, and titles are anybody's text


def _shared_run(run: SharedRun) -> str:
    what = "words" if run.of == "words" else "notes (intervals and rhythm)"
    if not run.length:
        return f"no run of {what} worth naming is shared with {run.corpus}"
    return f"{run.length} {what} in a row shared with {run.where.rstrip('.')}; looked up in {run.corpus}"


def _disclosures(release: Release) -> str:
    texts = dict.fromkeys(disclosure_tag(song.disclosure) for song in release.songs)
    return " ".join(texts)


def _page_song(song: ApprovedSong, lines: tuple[TimedLine, ...], peaks: tuple[int, ...], folder: Path) -> PageSong:
    name = file_stem(song.number, song.title)
    return PageSong(
        number=song.number,
        title=song.title,
        duration_s=song.master.duration_s,
        mp3=f"mp3/{name}.mp3",
        flac=f"flac/{name}.flac",
        lines=tuple(
            PageLine(section, tuple(PageSyllable(*syllable) for syllable in line.syllables))
            for section, line in zip(_line_sections(song), lines, strict=True)
        ),
        key=str(song.plan.key),
        tempo_bpm=song.plan.tempo_bpm,
        files=_files(folder, name),
        sections=tuple(PageSection(*span) for span in _section_times(song)),
        integrated_lufs=song.master.integrated_lufs,
        true_peak_dbtp=song.master.true_peak_dbtp,
        peaks=peaks,
        picture=_there(folder, f"art/{name}.jpg"),
        film=_there(folder, f"films/{name}.mp4"),
        poster=_there(folder, f"films/{name}.jpg"),
        roll=_there(folder, f"scores/{name} - notes.svg"),
        similarity=_there(folder, f"scores/{name} - form.png"),
        pictured=text.read_text("utf-8") if (text := folder / "scores" / f"{name} - notes.txt").is_file() else "",
    )


def _there(folder: Path, path: str) -> str:
    """The path of a file that a release has; '' where it has none."""
    return path if (folder / path).is_file() else ""


def _contact_song(song: ApprovedSong, peaks: tuple[int, ...]) -> ContactSong:
    tick_s = song.lead.seconds_per_tick
    return ContactSong(
        title=song.title,
        key=str(song.plan.key),
        tempo_bpm=song.plan.tempo_bpm,
        duration_s=song.master.duration_s,
        peaks=peaks,
        melody=tuple(
            ContactNote(note.onset_ticks * tick_s, note.duration_ticks * tick_s, note.pitch)
            for note in song.lead.melody
        ),
        sections=tuple(ContactSection(*span) for span in _section_times(song)),
    )


def _section_times(song: ApprovedSong) -> list[tuple[str, float, float]]:
    bar_s = song.plan.bar_ticks * song.plan.seconds_per_tick
    return [(s.name, s.first_bar * bar_s, (s.first_bar + s.bars) * bar_s) for s in song.plan.spans()]


def _line_sections(song: ApprovedSong) -> list[str]:
    """The name of the section of each sung line, in order."""
    return [section.name for section in song.plan.sections for _ in section.lines]


def _files(folder: Path, name: str) -> tuple[tuple[str, str], ...]:
    """Label and path of a song's scores, words and stems, what most people want first."""
    named = [
        ("Lead sheet (PDF)", f"scores/{name} - lead sheet.pdf"),
        ("Lead sheet (MusicXML)", f"scores/{name} - lead sheet.musicxml"),
        ("Score (MusicXML)", f"scores/{name} - score.musicxml"),
        ("MIDI", f"scores/{name}.mid"),
        ("Notes as a picture", f"scores/{name} - notes.svg"),
        ("Bars against each other", f"scores/{name} - form.png"),
        ("Lyrics (LRC)", f"lyrics/{name}.lrc"),
        ("Lyrics by word (LRC)", f"lyrics/{name}.words.lrc"),
        ("Lyrics (text)", f"lyrics/{name}.txt"),
        ("Film", f"films/{name}.mp4"),
        ("Film: words (WebVTT)", f"films/{name}.vtt"),
        ("Film: twelve frames", f"films/{name} - strip.jpg"),
    ]
    stems = sorted((folder / "stems" / name).glob("*.flac"))
    named += [(f"Stem: {path.stem.replace('-', ' ')}", path.relative_to(folder).as_posix()) for path in stems]
    return tuple((label, path) for label, path in named if (folder / path).is_file())
