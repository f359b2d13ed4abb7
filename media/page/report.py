"""The morning report as one HTML file: no script, no request, light and dark, made to be printed too."""

from __future__ import annotations

import base64
import hashlib
import html
from pathlib import Path

from media.fonts.embed import font_face_css
from media.page.report_content import (
    BatchReport,
    ReportAlbum,
    ReportLine,
    ReportSong,
    clock,
    cost_line,
)

_CSS = Path(__file__).resolve().parent / "report.css"


def report_page(report: BatchReport) -> str:
    """The report as an HTML document; every word in it is escaped."""
    style = _fonts(report) + _CSS.read_text(encoding="utf-8")
    allowed = "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; font-src data:; style-src '{allowed}'"
    )
    body = "".join(
        (
            _head(report),
            _contact_sheet(report),
            _wanted(report),
            _absent("Failed", report.failed),
            _absent("Set aside", report.set_aside),
            _absent("Left by the budget", report.left),
            _refused(report),
            _albums(report),
            _foot(report),
        )
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Hibari">
<title>{_text(report.name)} · morning report</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""


def _text(value: str) -> str:
    return html.escape(value, quote=True)


def _fonts(report: BatchReport) -> str:
    """The letters of the bundled serif that headings need, inside the page."""
    shown = {report.name, "Morning report of Needs a person Failed Set aside Left by the budget Refused The albums"}
    shown |= {album.title for album in report.albums}
    shown |= {number for number, _ in report.totals}
    letters = "".join(sorted(set("".join(shown)) | set("0123456789")))
    return font_face_css("Hibari Serif", "EBGaramond-Medium.ttf", letters, weight="400 700")


def _head(report: BatchReport) -> str:
    totals = "".join(f"<li><b>{_text(number)}</b> {_text(word)}</li>" for number, word in report.totals)
    return (
        f'<header><p class="kicker">Morning report</p><h1 dir="auto">{_text(report.name)}</h1>'
        f'<p class="soft">{_text(report.when)}</p><ul class="totals">{totals}</ul>'
        f"<p>{_text(report.outcome)}</p></header>\n"
    )


def _contact_sheet(report: BatchReport) -> str:
    if not report.albums:
        return ""
    cells = "".join(
        f'<li><a href="#{_text(album.album_id)}">{_cover(album)}<span dir="auto">{_text(album.title)}</span></a>'
        f'<span class="mark {"good" if album.good else "look"}">{_text(album.standing)}</span></li>'
        for album in report.albums
    )
    return f'<nav aria-label="All covers"><ul class="sheet">{cells}</ul></nav>\n'


def _cover(album: ReportAlbum) -> str:
    if not album.cover_jpeg:
        return '<span class="blank" aria-hidden="true">no cover</span>'
    picture = base64.b64encode(album.cover_jpeg).decode()
    return f'<img src="data:image/jpeg;base64,{picture}" alt="" width="320" height="320">'


def _wanted(report: BatchReport) -> str:
    if not report.waiting:
        return '<section class="calm"><h2>Needs a person</h2><p>Nothing. Everything is decided.</p></section>\n'
    rows = "".join(
        f'<li><a href="#{_text(album.album_id)}" dir="auto">{_text(album.title)}</a> '
        f"{_text('; '.join(album.needs))}</li>"
        for album in report.waiting
    )
    return f'<section><h2>Needs a person</h2><ul class="list">{rows}</ul></section>\n'


def _absent(heading: str, lines: tuple[ReportLine, ...]) -> str:
    if not lines:
        return ""
    rows = "".join(f'<li><b dir="auto">{_text(line.title)}</b> {_text(line.reason)}</li>' for line in lines)
    return f'<section><h2>{heading}</h2><ul class="list">{rows}</ul></section>\n'


def _refused(report: BatchReport) -> str:
    if not report.refused:
        return ""
    rows = "".join(f'<li dir="auto">{_text(line)}</li>' for line in report.refused)
    return _listed("Refused", rows, "Left out when the batch was read.")


def _listed(heading: str, rows: str, said: str = "") -> str:
    below = f'<p class="soft">{said}</p>' if said else ""
    return f'<section><h2>{heading}</h2>{below}<ul class="list">{rows}</ul></section>\n'


def _albums(report: BatchReport) -> str:
    if not report.albums:
        return ""
    return "<section><h2>The albums</h2>\n" + "".join(_album(album) for album in report.albums) + "</section>\n"


def _album(album: ReportAlbum) -> str:
    odd = "".join(
        f'<li><b class="kind">{_text(each.kind)}</b> '
        f"{f'<cite>{_text(each.song)}</cite>: ' if each.song else ''}{_text(each.why)}</li>"
        for each in album.oddities
    )
    needs = "".join(f"<li>{_text(need)}</li>" for need in album.needs)
    rows = "".join(_song(song) for song in album.songs)
    return (
        f'<article id="{_text(album.album_id)}">{_cover(album)}<div class="names">'
        f'<h3 dir="auto">{_text(album.title)}</h3>'
        f'<p class="soft" dir="auto">{_text(album.artist)} · {_text(album.theme)}</p>'
        f'<p class="soft">{_text(album.facts)} · <span class="mark {"good" if album.good else "look"}">'
        f"{_text(album.standing)}</span></p></div>"
        + (f'<ul class="odd">{odd}</ul>' if odd else "")
        + f'<div class="wide"><table><caption class="unseen">Songs of {_text(album.title)}</caption>'
        '<thead><tr><th scope="col">Song</th><th scope="col">Length</th><th scope="col">Key</th>'
        '<th scope="col">Tempo</th><th scope="col">LUFS</th><th scope="col">Verdict</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
        + (f'<ul class="needs">{needs}</ul>' if needs else "")
        + f'<p class="cost">{_text(cost_line(album.cost))} · <code>{_text(album.album_id)}</code></p></article>\n'
    )


def _song(song: ReportSong) -> str:
    length = "–" if song.duration_s is None else clock(song.duration_s)
    loud = "–" if song.integrated_lufs is None else f"{song.integrated_lufs:.1f}"
    row = '<tr class="wanted">' if song.wanted else "<tr>"
    return (
        f'{row}<th scope="row" dir="auto">{song.number}. {_text(song.title)}</th>'
        f"<td>{length}</td><td>{_text(song.key)}</td><td>{song.tempo_bpm} bpm</td><td>{loud}</td>"
        f"<td>{_text(song.standing)}</td></tr>"
    )


def _foot(report: BatchReport) -> str:
    loads = ", ".join(f"{model} {count} time{'s' if count != 1 else ''}" for model, count in report.loads)
    lines = [
        f"Ran for {clock(report.wall_s)}; {cost_line(report.cost)}.",
        f"Models were loaded: {loads}." if loads else "",
        *report.rules,
        f"Asked for by {report.asked_by} as {report.job_id}.",
    ]
    return "<footer>" + "".join(f"<p>{_text(line)}</p>" for line in lines if line) + "</footer>\n"
