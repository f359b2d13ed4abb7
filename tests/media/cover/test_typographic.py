from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from itertools import combinations
from typing import get_args

import numpy as np
import pytest

from media.cover import typographic
from media.cover.compositions import COMPOSITIONS, Composition, composition_of
from media.cover.layout import Layout
from media.cover.lettering import JOST_BOLD
from media.cover.raster import pixels
from media.cover.typographic import paint_typographic_cover
from schemas.errors import MediaError
from schemas.plan import Genre, Key, Mood
from tests.examples import lead_sheet, song_plan
from tests.media.cover.albums import album

LONG = "What the River Said About My Father on the Night That the Lighthouse Went Out and Nobody Came to Ask Why It Had"


@pytest.mark.parametrize("name", sorted(COMPOSITIONS))
def test_every_composition_keeps_a_long_title_readable_and_off_busy_detail(monkeypatch, name):
    monkeypatch.setattr(typographic, "composition_of", lambda *_: COMPOSITIONS[name])
    drawn: list[object] = []
    monkeypatch.setattr(typographic, "_plate", lambda *args: drawn.append(args))
    cover = paint_typographic_cover(album(LONG), (lead_sheet(),), seed=3, size_px=128)
    assert cover.title_contrast >= 4.5
    assert drawn == [], "a plate was needed behind some words"


@pytest.mark.parametrize("genre", get_args(Genre))
@pytest.mark.parametrize("mood", get_args(Mood))
def test_every_genre_and_mood_has_at_least_three_compositions(genre, mood):
    assert len({composition_of(genre, mood, seed).name for seed in range(40)}) >= 3


def test_the_same_seed_gives_the_same_bytes_in_another_process():
    code = (
        "import hashlib; from tests.examples import lead_sheet; from tests.media.cover.albums import album;"
        "from media.cover.typographic import paint_typographic_cover as p;"
        "c = p(album(), (lead_sheet(),), seed=5, size_px=200); print(hashlib.sha256(c.png + c.svg).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_another_seed_or_another_melody_gives_another_picture():
    first = paint_typographic_cover(album(), (lead_sheet(),), seed=1, size_px=128)
    assert first.png != paint_typographic_cover(album(), (lead_sheet(),), seed=2, size_px=128).png
    assert first.png != paint_typographic_cover(album(), (), seed=1, size_px=128).png


@pytest.mark.parametrize("name", sorted(COMPOSITIONS))
def test_the_artist_stands_clear_of_the_title(monkeypatch, name):
    monkeypatch.setattr(typographic, "composition_of", lambda *_: COMPOSITIONS[name])
    placed: list[list[typographic._Line]] = []
    monkeypatch.setattr(typographic, "_letter", lambda art, lines, *_: placed.append(lines))
    for title in ("Yggy", LONG):
        paint_typographic_cover(album(title), (lead_sheet(),), seed=3, size_px=64)
        last = next(line for line in reversed(placed[-1]) if line.role == "title")
        artist = next(line for line in placed[-1] if line.role == "artist")
        print_top = min(line.y for line in placed[-1] if line.role == "print") - 21
        depth = 0.05 if last.face.capitals else 0.24
        assert artist.y - 0.72 * artist.size_px >= last.y + depth * last.size_px
        assert artist.y + 0.2 * artist.size_px < print_top or last.y < 700


def test_words_on_a_busy_picture_get_a_plate_and_stay_readable(monkeypatch):
    def stripes(art, form, palette, rng, title):
        for x in range(0, 1500, 20):
            art.rect(x, 0, 10, 1500, fill="#ffffff" if x % 40 else "#000000")
        return Layout((100, 100, 1300, 400), JOST_BOLD)

    monkeypatch.setattr(typographic, "composition_of", lambda *_: Composition("stripes", stripes))
    assert paint_typographic_cover(album(), (lead_sheet(),), seed=1, size_px=64).title_contrast >= 4.5


def test_twelve_briefs_give_twelve_covers_that_differ_at_a_glance():
    keys = [Key(tonic=tonic, mode=mode) for tonic, mode in (("C", "major"), ("E", "minor"), ("Ab", "major"))]
    looks = []
    for number, (genre, mood) in enumerate(zip(get_args(Genre) * 2, get_args(Mood) + get_args(Mood)[:4], strict=True)):
        songs = (song_plan(key=keys[number % 3]),)
        plan = album(f"Album {number}", genre=genre, mood=mood, songs=songs)
        cover = paint_typographic_cover(plan, (lead_sheet(),), seed=number, size_px=96)
        looks.append(pixels(cover.png).reshape(12, 8, 12, 8, 3).mean(axis=(1, 3)))
    apart = [np.abs(one - other).mean() for one, other in combinations(looks, 2)]
    assert min(apart) > 8.0


def test_the_drawing_carries_its_own_letters():
    svg = paint_typographic_cover(album(), (lead_sheet(),), seed=1, size_px=64).svg.decode()
    assert svg.count("@font-face") >= 2
    assert not re.search(r"url\((?!data:|#)", svg)


def test_a_cover_is_made_within_three_seconds_at_full_size():
    started = time.process_time()
    cover = paint_typographic_cover(album(), (lead_sheet(),), seed=1)
    assert time.process_time() - started < 3.0
    assert pixels(cover.png).shape == (1500, 1500, 3)


def test_a_cover_is_made_when_every_song_failed():
    assert paint_typographic_cover(album(), (), seed=1, size_px=128).title_contrast >= 4.5


@pytest.mark.parametrize(
    "title",
    [
        '<img src=x onerror="a()">&amp;]]>',
        'Ħéłłø ‘quoted’ "Sea"',
        "שירים של אור",
        "أغنية البحر",
        "a\x00b\x1b",
        "Ж и ξ",
        "é" * 120,
    ],
)
def test_any_title_is_drawn_and_escaped(title):
    cover = paint_typographic_cover(album(title), (lead_sheet(),), seed=1, size_px=128)
    assert ET.fromstring(cover.svg).tag.endswith("svg")
    assert cover.title_contrast >= 4.5
    assert cover.notes == ()


@pytest.mark.parametrize("title", ["🌊 Waves 🌊", "🎵🎶"])
def test_letters_that_no_font_has_are_left_out_and_said(title, monkeypatch):
    monkeypatch.setattr("media.cover.lettering._SYSTEM_FONTS", ())
    cover = paint_typographic_cover(album(title), (lead_sheet(),), seed=1, size_px=128)
    assert any("left out" in note for note in cover.notes)
    assert ("Waves" if "Waves" in title else "Upon the water").upper() in cover.svg.decode().upper()


def test_no_letter_comes_near_the_edge():
    cover = paint_typographic_cover(album(LONG, artist="A" * 120), (lead_sheet(),), seed=2, size_px=500)
    bare = ET.fromstring(cover.svg)
    for text in bare.findall("{http://www.w3.org/2000/svg}text"):
        bare.remove(text)
    without = pixels(typographic.render(ET.tostring(bare, encoding="unicode"), 500))
    changed = np.argwhere((pixels(cover.png) != without).any(axis=-1))
    assert changed.min() >= 24
    assert changed.max() <= 500 - 14


@pytest.mark.parametrize(("size", "seed"), [(10, 1), (9000, 1), (500, -1)])
def test_sizes_and_seeds_out_of_bounds_are_refused(size, seed):
    with pytest.raises(MediaError, match=str(size if seed > 0 else seed)):
        paint_typographic_cover(album(), (), seed=seed, size_px=size)
