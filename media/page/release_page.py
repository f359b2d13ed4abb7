"""`index.html` of a release folder: plays the album from disk, with the words lighting up as they are sung."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from urllib.parse import quote

from media.fonts.embed import font_face_css
from media.page.content import PageLine, PageSection, PageSong, PageSyllable, ReleasePage
from media.page.theme import theme_css
from schemas.errors import MediaError

__all__ = ["PageLine", "PageSection", "PageSong", "PageSyllable", "ReleasePage", "release_page"]

_ASSETS = Path(__file__).resolve().parent
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def release_page(page: ReleasePage) -> str:
    """The page as one HTML document: no request leaves it, and only its own script and style may run.

    Raises:
        MediaError: there is no song, a path is absolute or leaves the folder, a colour is not '#rrggbb', or a
            syllable ends before it starts.
    """
    _check(page)
    style = _fonts(page) + (_ASSETS / "release_page.css").read_text(encoding="utf-8") + theme_css(page.palette)
    script = (_ASSETS / "release_page.js").read_text(encoding="utf-8")
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src 'self' file: data:; "
        f"media-src 'self' file: blob:; font-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    )
    songs = "".join(_song_row(song) for song in page.songs)
    words = "".join(_words(song) for song in page.songs)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Hibari">
<title>{_text(page.title)} · {_text(page.artist)}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<main>
<header class="album">
<img class="cover" src="{_href(page.cover)}" alt="Cover of {_text(page.title)}" width="1500" height="1500">
<div class="names">
<h1 dir="auto">{_text(page.title)}</h1>
<p class="artist" dir="auto">{_text(page.artist)}</p>
<p class="theme" dir="auto">{_text(page.theme)}</p>
<p class="made">{_made(page)}</p>
</div>
<ol class="songs" aria-label="Songs">{songs}</ol>
</header>
<section class="stage" aria-label="Player">
{_player(page.songs[0])}
<div class="panel" id="panel" tabindex="-1">{words}</div>
</section>
</main>
{_foot(page)}
<script type="application/json" id="album">{_embedded(page)}</script>
<script>{script}</script>
</body>
</html>
"""


def _check(page: ReleasePage) -> None:
    if not page.songs:
        raise MediaError(f"the page of {page.title!r} has no song: press at least one song")
    for path in (page.cover, *(path for song in page.songs for path in (song.mp3, song.flac) if path)):
        _href(path)
    for colour in page.palette:
        if not _COLOUR.fullmatch(colour):
            raise MediaError(f"colour {colour!r} of the page is not '#rrggbb': give six lower-case hexadecimal digits")
    for song in page.songs:
        if not song.duration_s > 0:
            raise MediaError(f"{song.title!r} lasts {song.duration_s} s: a song on a page must last more than 0 s")
        for syllable in (each for line in song.lines for each in line.syllables):
            if not 0 <= syllable.start_s <= syllable.end_s:
                raise MediaError(
                    f"{song.title!r}: syllable {syllable.text!r} runs from {syllable.start_s} to {syllable.end_s} s"
                )


def _text(value: str) -> str:
    return html.escape(value, quote=True)


def _href(path: str) -> str:
    parts = path.split("/")
    if not path or ".." in parts or parts[0] == "" or "\\" in path or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path):
        raise MediaError(f"path {path!r} does not stay in the release folder: give one relative to it")
    return html.escape(quote(path), quote=True)


def _fonts(page: ReleasePage) -> str:
    """The letters of the bundled serif that titles and words need, inside the page."""
    shown = [page.title, page.artist]
    for song in page.songs:
        shown.append(song.title)
        shown.extend(syllable.text for line in song.lines for syllable in line.syllables)
    letters = "".join(sorted(set("".join(shown))))
    return font_face_css("Hibari Serif", "EBGaramond-Medium.ttf", letters, weight="400 700") + font_face_css(
        "Hibari Serif", "EBGaramond-MediumItalic.ttf", page.artist, weight="400 700", style="italic"
    )


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _made(page: ReleasePage) -> str:
    total = _clock(sum(song.duration_s for song in page.songs))
    count = f"{len(page.songs)} song{'s' if len(page.songs) != 1 else ''}"
    return " · ".join(_text(part) for part in (count, total, page.made_on) if part)


def _song_row(song: PageSong) -> str:
    facts = " · ".join(part for part in (song.key, f"{song.tempo_bpm:.0f} bpm" if song.tempo_bpm else "") if part)
    source = song.mp3 or song.flac
    player = f'<audio class="fallback" controls preload="none" src="{_href(source)}"></audio>' if source else ""
    return (
        f'<li><button class="song" type="button" data-song="{song.number}">'
        f'<span class="number" aria-hidden="true">{song.number}</span>'
        f'<span class="what"><span class="title" dir="auto">{_text(song.title)}</span>'
        f'<span class="facts">{_text(facts)}</span></span>'
        f'<span class="length">{_clock(song.duration_s)}</span></button>{player}</li>'
    )


def _words(song: PageSong) -> str:
    """The words of a song: every syllable a span, so that they read and print without the script."""
    lines, section = [], None
    for line in song.lines:
        if line.section != section:
            section = line.section
            lines.append(f'<p class="label">{_text(section)}</p>')
        spans = "".join(
            f'<span class="syl">{_text(syllable.text)}</span>{" " if syllable.ends_word else ""}'
            for syllable in line.syllables
        )
        lines.append(f'<p class="line" dir="auto">{spans}</p>')
    body = "".join(lines) or '<p class="label">No words</p>'
    picture = (
        f'<img class="song-picture" src="{_href(song.picture)}" alt="Picture of {_text(song.title)}" loading="lazy"'
        ' width="1500" height="1500">'
        if song.picture
        else ""
    )
    return (
        f'<article class="words" data-song="{song.number}"><h2 dir="auto">{_text(song.title)}</h2>'
        f'{_film(song) or picture}<div class="scroll">{body}</div>{_notes(song)}{_take_away(song)}</article>'
    )


def _film(song: PageSong) -> str:
    """The song's film; '' where it has none."""
    if not song.film:
        return ""
    poster = f' poster="{_href(song.poster)}"' if song.poster else ""
    return (
        f'<video class="song-film" controls playsinline preload="none"{poster} src="{_href(song.film)}"'
        f' aria-label="Film of {_text(song.title)}"></video>'
    )


def _notes(song: PageSong) -> str:
    """All notes of the song as a picture, to unfold; '' where there is none."""
    if not song.roll:
        return ""
    similar = (
        f'<img class="similarity" src="{_href(song.similarity)}" loading="lazy" alt="Every bar against every other">'
        if song.similarity
        else ""
    )
    return (
        '<details class="notes"><summary>The notes, as a picture</summary>'
        f'<img class="roll" src="{_href(song.roll)}" loading="lazy" alt="Notes of {_text(song.title)}">'
        f"{similar}<p>{_text(song.pictured)}</p></details>"
    )


def _take_away(song: PageSong) -> str:
    links = [("MP3", song.mp3), ("FLAC", song.flac), *song.files]
    items = "".join(f'<li><a href="{_href(path)}">{_text(label)}</a></li>' for label, path in links if path)
    figures = []
    if song.integrated_lufs is not None:
        figures.append(f"{song.integrated_lufs:.1f} LUFS")
    if song.true_peak_dbtp is not None:
        figures.append(f"{song.true_peak_dbtp:.1f} dBTP")
    measured = f'<li class="measured">{_text(", ".join(figures))}</li>' if figures else ""
    return f'<ul class="files" aria-label="Files of this song">{items}{measured}</ul>'


def _player(first: PageSong) -> str:
    return f"""<div class="player" id="player">
<p class="playing-now"><span id="now-title" dir="auto">{_text(first.title)}</span></p>
<div class="wave"><canvas id="wave" role="slider" tabindex="0" aria-label="Place in the song" aria-valuemin="0"
 aria-valuemax="{first.duration_s:.0f}" aria-valuenow="0"></canvas><div class="marks" id="marks"></div></div>
<div class="controls">
<span class="time" id="at">0:00</span>
<button type="button" id="previous" aria-label="Previous song"><svg viewBox="0 0 24 24" aria-hidden="true"><path
 d="M6 5h2.4v14H6zM19 5v14L9.4 12z"/></svg></button>
<button type="button" id="play" aria-label="Play"><svg viewBox="0 0 24 24" aria-hidden="true"><path class="go"
 d="M7 4.5v15L20 12z"/><path class="stop" d="M6.5 5h4v14h-4zM13.5 5h4v14h-4z"/></svg></button>
<button type="button" id="next" aria-label="Next song"><svg viewBox="0 0 24 24" aria-hidden="true"><path
 d="M15.6 5H18v14h-2.4zM5 5v14l9.6-7z"/></svg></button>
<span class="time" id="left">{_clock(first.duration_s)}</span>
</div>
<p class="trouble" id="trouble" role="status"></p>
<audio id="sound" preload="metadata"></audio>
</div>"""


def _foot(page: ReleasePage) -> str:
    def listed(items: tuple[str, ...]) -> str:
        return "".join(f"<li>{_text(item)}</li>" for item in items)

    parts = []
    if page.missing:
        parts.append(f"<section><h2>Not here</h2><ul>{listed(page.missing)}</ul></section>")
    if page.approval or page.disclosure:
        said = "".join(f"<p>{_text(line)}</p>" for line in (page.disclosure, page.approval) if line)
        parts.append(f"<section><h2>How it was made</h2>{said}</section>")
    if page.credits:
        parts.append(f"<section><h2>Credits</h2><ul>{listed(page.credits)}</ul></section>")
    if page.files:
        links = "".join(f'<li><a href="{_href(path)}">{_text(label)}</a></li>' for label, path in page.files)
        parts.append(f"<section><h2>Files of the release</h2><ul>{links}</ul></section>")
    keys = (
        '<p class="keys"><kbd>space</kbd> play · <kbd>←</kbd> <kbd>→</kbd> five seconds · <kbd>j</kbd> <kbd>k</kbd> '
        "line · <kbd>n</kbd> <kbd>p</kbd> song</p>"
    )
    return f"<footer>{''.join(parts)}{keys}</footer>"


def _embedded(page: ReleasePage) -> str:
    """Times, outlines and paths as JSON that no HTML parser can end early."""
    songs = [
        {
            "number": song.number,
            "title": song.title,
            "duration": round(song.duration_s, 3),
            "sources": [
                [kind, quote(path)] for kind, path in (("audio/mpeg", song.mp3), ("audio/flac", song.flac)) if path
            ],
            "lines": [
                [[round(each.start_s, 3), round(each.end_s, 3)] for each in line.syllables] for line in song.lines
            ],
            "sections": [
                [section.name, round(section.start_s, 3), round(section.end_s, 3)] for section in song.sections
            ],
            "peaks": list(song.peaks),
        }
        for song in page.songs
    ]
    album = {"title": page.title, "artist": page.artist, "cover": quote(page.cover), "songs": songs}
    written = json.dumps(album, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
