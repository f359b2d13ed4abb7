"""The morning report as Markdown, for mail, chat and the terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from media.page.report_content import clock, cost_line

if TYPE_CHECKING:
    from media.page.report_content import BatchReport, ReportAlbum, ReportLine

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&])")
_AT_THE_START = re.compile(r"^(\d+(?=[.)])|(?=[-+=]))")
_BREAKS = re.compile(r"[\s\u2028\u2029]+")


def report_text(report: BatchReport) -> str:
    """The report as Markdown; words that would be markup are written as text."""
    totals = " · ".join(f"{number} {word}" for number, word in report.totals)
    loads = ", ".join(f"{plain(model)} {count}×" for model, count in report.loads)
    parts = [
        f"# {plain(report.name)}: morning report",
        plain(report.when),
        f"**{totals}**",
        plain(report.outcome),
        _section(
            "Needs a person", [f"{plain(album.title)}: {plain('; '.join(album.needs))}" for album in report.waiting]
        )
        or "## Needs a person\n\nNothing. Everything is decided.",
        _section("Failed", _lines(report.failed)),
        _section("Set aside", _lines(report.set_aside)),
        _section("Left by the budget", _lines(report.left)),
        _section("Refused", [plain(line) for line in report.refused]),
        "## The albums" if report.albums else "",
        *(_album(album) for album in report.albums),
        "---",
        f"Ran for {clock(report.wall_s)}; {cost_line(report.cost)}.",
        f"Models were loaded: {loads}." if loads else "",
        *(plain(rule) for rule in report.rules),
        f"Asked for by {plain(report.asked_by)} as {plain(report.job_id)}.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def plain(text: str) -> str:
    """The text as Markdown shows it unchanged, on one line."""
    return _AT_THE_START.sub(r"\1\\", _SPECIAL.sub(r"\\\1", _BREAKS.sub(" ", text).strip()))


def _section(heading: str, lines: list[str]) -> str:
    return f"## {heading}\n\n" + "\n".join(f"- {line}" for line in lines) if lines else ""


def _lines(lines: tuple[ReportLine, ...]) -> list[str]:
    return [f"**{plain(line.title)}**: {plain(line.reason)}" for line in lines]


def _album(album: ReportAlbum) -> str:
    rows = ["| Song | Length | Key | Tempo | LUFS | Verdict |", "|---|---|---|---|---|---|"]
    for song in album.songs:
        length = "–" if song.duration_s is None else clock(song.duration_s)
        loud = "–" if song.integrated_lufs is None else f"{song.integrated_lufs:.1f}"
        title = f"{song.number}. {plain(song.title)}"
        rows.append(
            f"| {title} | {length} | {plain(song.key)} | {song.tempo_bpm} bpm | {loud} | {plain(song.standing)} |"
        )
    odd = [
        f"- **{plain(each.kind)}** {plain(each.song) + ': ' if each.song else ''}{plain(each.why)}"
        for each in album.oddities
    ]
    parts = [
        f"### {plain(album.title)}",
        f"{plain(album.artist)} · {plain(album.theme)} · {plain(album.facts)} · **{plain(album.standing)}**",
        "\n".join(odd),
        "\n".join(rows),
        f"{cost_line(album.cost)} · {plain(album.album_id)}",
    ]
    return "\n\n".join(part for part in parts if part)
