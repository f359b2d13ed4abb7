from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from media.cover.colour import contrast
from media.page.release_page import PageLine, PageSong, PageSyllable, ReleasePage, release_page
from media.page.theme import theme_css
from schemas.errors import MediaError

HOSTILE = "</script><script>bad()</script><img src=x onerror=bad()>\"'&\u2028\u2029"


def a_page(**changes: object) -> ReleasePage:
    line = PageLine("verse 1", (PageSyllable(1.0, 1.5, "light", True), PageSyllable(1.5, 2.0, "er", True)))
    song = PageSong(number=1, title="Sea", duration_s=12.0, mp3="audio/01 Sea.mp3", lines=(line,), peaks=(0, 255, 3))
    page = ReleasePage(title="Light", artist="Mara", theme="light", cover="cover.png", songs=(song,))
    return replace(page, **changes)  # type: ignore[arg-type]


class _Tags(HTMLParser):
    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def embedded(document: str) -> dict:
    return json.loads(re.search(r'id="album">(.*?)</script>', document, re.S).group(1))


def test_text_from_outside_is_never_markup():
    song = replace(a_page().songs[0], title=HOSTILE, files=((HOSTILE, "a b/ü.pdf"),))
    words = replace(song, lines=(PageLine(HOSTILE, (PageSyllable(0, 1, HOSTILE, True),)),))
    document = release_page(
        a_page(
            title=HOSTILE, artist=HOSTILE, theme=HOSTILE, songs=(words,), credits=(HOSTILE,), approval=HOSTILE,
            missing=(HOSTILE,), disclosure=HOSTILE, made_on=HOSTILE,
        )
    )  # fmt: skip
    tags = _Tags(document).tags
    assert [name for name, _ in tags].count("script") == 2
    assert [name for name, _ in tags].count("img") == 1
    assert not any(key.startswith("on") for _, attributes in tags for key in attributes)
    assert "\u2028" not in embedded_text(document)
    assert embedded(document)["songs"][0]["title"] == HOSTILE


def embedded_text(document: str) -> str:
    return re.search(r'id="album">(.*?)</script>', document, re.S).group(1)


def test_nothing_is_asked_of_another_machine():
    document = release_page(a_page())
    assert "default-src 'none'" in document
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", document)
    assert not re.search(r"url\((?!data:)", document)


def test_every_syllable_is_a_span_and_has_its_time():
    document = release_page(a_page())
    assert re.findall(r'<span class="syl">(.*?)</span>', document) == ["light", "er"]
    assert embedded(document)["songs"][0]["lines"] == [[[1.0, 1.5], [1.5, 2.0]]]


def test_paths_are_quoted_and_stay_in_the_folder():
    document = release_page(a_page())
    assert 'href="audio/01%20Sea.mp3"' in document
    for path in ("../up.png", "/etc/passwd", "https://a.example/x.png", "javascript:alert(1)", "a\\b", "", "a/../../b"):
        with pytest.raises(MediaError, match="release folder"):
            release_page(a_page(cover=path))


@pytest.mark.parametrize(
    "changes",
    [
        {"songs": ()},
        {"palette": ("red",)},
        {"palette": ("#fff;}",)},
        {"songs": (PageSong(number=1, title="x", duration_s=0.0),)},
        {"songs": (PageSong(1, "x", 9.0, lines=(PageLine("v", (PageSyllable(2.0, 1.0, "a", True),)),)),)},
    ],
)
def test_a_page_that_cannot_be_right_is_refused(changes):
    with pytest.raises(MediaError):
        release_page(a_page(**changes))


def test_the_same_page_gives_the_same_text():
    assert release_page(a_page()) == release_page(a_page())


def test_a_song_without_words_or_sound_is_still_listed():
    document = release_page(a_page(songs=(PageSong(number=1, title="Silent", duration_s=3.0),)))
    assert "Silent" in document
    assert "No words" in document


@pytest.mark.parametrize(
    "palette", [(), ("#000000",), ("#ffff00", "#00ff00"), ("#808080", "#777777"), ("#ff00ff", "#0a0a0a")]
)
def test_page_colours_are_readable_in_light_and_dark(palette):
    for block in re.findall(r":root\{(.*?)\}", theme_css(palette)):
        colour = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", block))
        assert contrast(colour["ink"], colour["ground"]) >= 7
        assert contrast(colour["unsung"], colour["ground"]) >= 4.5
        assert contrast(colour["soft"], colour["raised"]) >= 4.5
        assert contrast(colour["accent"], colour["raised"]) >= 4.5
        assert contrast(colour["accent"], colour["ground"]) >= 4.5
        assert contrast(colour["on-accent"], colour["accent"]) >= 4.5


def test_a_song_with_a_film_shows_it_in_the_place_of_its_picture():
    song = replace(a_page().songs[0], title=HOSTILE, film='films/01 Säa & "b"?.mp4', poster="films/#1 <x>.jpg")
    with_picture = replace(song, picture="art/1.jpg")
    tags = _Tags(release_page(a_page(songs=(with_picture,)))).tags
    (video,) = [attributes for name, attributes in tags if name == "video"]
    assert video["src"] == "films/01%20S%C3%A4a%20%26%20%22b%22%3F.mp4"
    assert video["poster"] == "films/%231%20%3Cx%3E.jpg"
    assert video["preload"] == "none"
    assert HOSTILE in video["aria-label"]
    assert [name for name, _ in tags].count("img") == 1
    assert [name for name, _ in tags].count("script") == 2
    assert "<video" not in release_page(a_page())


@pytest.mark.parametrize("path", ["/etc/film.mp4", "../film.mp4", "https://a.example/film.mp4", "films\\film.mp4"])
@pytest.mark.parametrize("what", ["film", "poster"])
def test_a_film_that_does_not_lie_in_the_release_is_refused(what, path):
    song = replace(a_page().songs[0], **{"film": "films/1.mp4", what: path})
    with pytest.raises(MediaError, match="release folder"):
        release_page(a_page(songs=(song,)))
