from __future__ import annotations

import pytest

from media.cover.raster import pixels
from media.cover.typographic import paint_typographic_cover
from media.page.contact_sheet import ContactNote, ContactSection, ContactSong, contact_sheet
from schemas.errors import MediaError
from tests.examples import lead_sheet
from tests.media.cover.albums import album

PALETTE = ("#dff3e4", "#8fbf9f", "#d96c06", "#10201a")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def cover() -> bytes:
    return paint_typographic_cover(album(), (lead_sheet(),), seed=1, size_px=200).png


def a_song(title: str = "Sea") -> ContactSong:
    return ContactSong(
        title,
        "D major",
        96,
        50.0,
        peaks=tuple(range(0, 256, 5)),
        melody=(ContactNote(3.0, 0.5, 62), ContactNote(4.0, 0.5, 69)),
        sections=(ContactSection("intro", 0, 5), ContactSection("verse 1", 5, 50)),
    )


@pytest.mark.parametrize("songs", [1, 3, 12])
def test_every_song_has_a_row(songs, cover):
    sheet = pixels(contact_sheet(cover, (a_song(),) * songs, title="Sea", artist="Mara", palette=PALETTE))
    assert sheet.shape[1] == 1800
    assert sheet.shape[0] >= 170 * songs
    rows = sheet[:, 760:].astype(int)
    busy = (abs(rows - rows[0, -1]).sum(axis=-1) > 60).any(axis=1)
    assert busy.sum() >= 90 * songs


def test_the_sheet_is_the_same_each_time_and_shows_any_title(cover):
    made = [
        contact_sheet(cover, (a_song("<b>🎵 & שיר"), a_song("")), title="🌊", artist="<", palette=PALETTE)
        for _ in range(2)
    ]
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("picture", "songs", "palette"),
    [
        (b"GIF89a", (a_song(),), PALETTE),
        (PNG, (), PALETTE),
        (PNG, (a_song(),) * 41, PALETTE),
        (PNG, (a_song(),), ("red", "#000000", "#ffffff")),
    ],
)
def test_what_cannot_be_drawn_is_refused(picture, songs, palette):
    with pytest.raises(MediaError):
        contact_sheet(picture, songs, title="x", artist="y", palette=palette)
