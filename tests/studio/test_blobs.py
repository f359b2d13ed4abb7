from __future__ import annotations

import hashlib

import pytest

from schemas.base import BlobRef
from schemas.picture import CoverArt
from studio.blobs import Span, range_of


def master(home):
    """The sound of the album's song: its reference."""
    song = home.api().get(f"/api/v1/albums/{home.album_id}/songs").json()[0]
    return song["audio"]


def kept(home, content: bytes, media_type: str) -> BlobRef:
    """A blob that an artifact names as of a type."""
    ref = home.bench.blobs.put(content, media_type)
    cover = CoverArt(model="cover:x", picture=ref, width_px=64, height_px=64, title_contrast=4.5)
    home.catalogue.put(cover)
    return ref


def test_a_blob_comes_whole_with_its_hash_as_etag(still_studio):
    ref = master(still_studio)
    answer = still_studio.api().get(f"/api/v1/blobs/{ref['sha256']}")
    assert (answer.status_code, len(answer.content)) == (200, ref["size"])
    assert hashlib.sha256(answer.content).hexdigest() == ref["sha256"]
    assert answer.headers["etag"] == f'"{ref["sha256"]}"'
    assert answer.headers["content-type"] == "audio/flac"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["content-disposition"] == "inline"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("header", "start", "length"),
    [("bytes=0-99", 0, 100), ("bytes=100-", 100, None), ("bytes=-100", -100, 100), ("bytes=5-5", 5, 1)],
)
def test_a_range_comes_alone(still_studio, header, start, length):
    ref = master(still_studio)
    path = f"/api/v1/blobs/{ref['sha256']}"
    whole = still_studio.api().get(path).content
    answer = still_studio.api().get(path, headers={"Range": header})
    first = start % ref["size"]
    wanted = whole[first:] if length is None else whole[first : first + length]
    assert (answer.status_code, answer.content) == (206, wanted)
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(wanted) - 1}/{ref['size']}"


def test_a_range_beyond_the_end_is_told_how_long_the_blob_is(still_studio):
    ref = master(still_studio)
    answer = still_studio.api().get(f"/api/v1/blobs/{ref['sha256']}", headers={"Range": f"bytes={ref['size']}-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{ref['size']}")


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "bytes=9-2", "bytes=x-y", "items=0-1", "bytes=-", "bytes 0-1"])
def test_several_ranges_or_none_give_the_whole_blob(still_studio, header):
    ref = master(still_studio)
    answer = still_studio.api().get(f"/api/v1/blobs/{ref['sha256']}", headers={"Range": header})
    assert (answer.status_code, int(answer.headers["content-length"])) == (200, ref["size"])


@pytest.mark.parametrize(
    ("header", "size", "span"),
    [
        ("bytes=0-0", 0, None),
        ("bytes=-0", 10, None),
        ("bytes=-99", 10, Span(0, 10, partial=True)),
        ("bytes=3-99", 10, Span(3, 7, partial=True)),
        ("bytes=10-", 10, None),
        ("", 10, Span(0, 10)),
    ],
)
def test_ranges_are_read_as_the_standard_says(header, size, span):
    assert range_of(header, size) == span


def test_if_range_gives_a_range_only_of_the_very_blob(still_studio):
    ref = master(still_studio)
    path = f"/api/v1/blobs/{ref['sha256']}"
    same = {"Range": "bytes=0-9", "If-Range": f'"{ref["sha256"]}"'}
    other = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert still_studio.api().get(path, headers=same).status_code == 206
    assert still_studio.api().get(path, headers=other).status_code == 200


def test_who_has_a_blob_already_is_not_sent_it_again(still_studio):
    ref = master(still_studio)
    answer = still_studio.api().get(
        f"/api/v1/blobs/{ref['sha256']}", headers={"If-None-Match": f'"x", "{ref["sha256"]}"'}
    )
    assert (answer.status_code, answer.content) == (304, b"")


def test_head_tells_all_but_the_bytes(still_studio):
    ref = master(still_studio)
    answer = still_studio.api().head(f"/api/v1/blobs/{ref['sha256']}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == ref["size"]
    assert answer.headers["accept-ranges"] == "bytes"


def test_the_type_is_what_a_record_says_and_never_the_askers_choice(still_studio):
    ref = master(still_studio)
    path = f"/api/v1/blobs/{ref['sha256']}"
    assert still_studio.api().get(path, params={"type": "audio/flac"}).status_code == 200
    for wrong in ("text/html", "image/svg+xml", "audio/mpeg"):
        answer = still_studio.api().get(path, params={"type": wrong})
        assert answer.status_code == 422
        assert "audio/flac" in answer.json()["detail"]


def test_bytes_that_no_record_names_are_not_served(studio_home):
    ref = studio_home.bench.blobs.put(b"left over", "text/plain")
    assert studio_home.api().get(f"/api/v1/blobs/{ref.sha256}").status_code == 404


@pytest.mark.parametrize(
    ("media_type", "inline"),
    [
        ("image/png", True),
        ("audio/mpeg", True),
        ("video/mp4", True),
        ("image/svg+xml", False),
        ("text/html", False),
        ("application/pdf", False),
        ("application/xhtml+xml", False),
        ("text/javascript", False),
    ],
)
def test_only_sound_films_and_pictures_are_shown_in_place(studio_home, media_type, inline):
    ref = kept(studio_home, b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", media_type)
    answer = studio_home.api().get(f"/api/v1/blobs/{ref.sha256}")
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.headers["content-disposition"].startswith("inline" if inline else "attachment")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "; sandbox" in policy
    assert "allow-scripts" not in policy


def test_one_blob_of_two_types_is_served_as_each(studio_home):
    content = b"\x89PNG or something else"
    ref = kept(studio_home, content, "image/png")
    assert studio_home.api().get(f"/api/v1/blobs/{ref.sha256}", params={"type": "image/webp"}).status_code == 422
    kept(studio_home, content, "image/webp")
    for media_type in ("image/png", "image/webp"):
        answer = studio_home.api().get(f"/api/v1/blobs/{ref.sha256}", params={"type": media_type})
        assert answer.headers["content-type"] == media_type


def test_a_damaged_blob_is_never_served_and_is_set_aside_to_be_made_again(studio_home):
    ref = master(studio_home)
    path = studio_home.shop.settings.home / "blobs" / ref["sha256"][:2] / ref["sha256"]
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)
    for headers in ({}, {"Range": "bytes=0-9"}):
        answer = studio_home.api().get(f"/api/v1/blobs/{ref['sha256']}", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert not path.exists()


def test_a_blob_that_changes_after_it_was_served_is_looked_at_again(studio_home):
    ref = master(studio_home)
    url = f"/api/v1/blobs/{ref['sha256']}"
    assert studio_home.api().get(url).status_code == 200
    path = studio_home.shop.settings.home / "blobs" / ref["sha256"][:2] / ref["sha256"]
    path.chmod(0o644)
    path.write_bytes(bytes(ref["size"]))
    assert studio_home.api().get(url).status_code == 404


@pytest.mark.parametrize("name", ["../x", "a/b", 'a"b', "a\r\nX: 1", ".hidden", "a" * 200])
def test_a_name_to_save_under_is_plain(still_studio, name):
    path = f"/api/v1/blobs/{master(still_studio)['sha256']}"
    assert still_studio.api().get(path, params={"save_as": name}).status_code == 422
    plain = still_studio.api().get(path, params={"save_as": "01 Upon the Water"})
    assert plain.headers["content-disposition"] == 'attachment; filename="01 Upon the Water.flac"'


def test_a_store_in_another_place_serves_ranges_too(tmp_path):
    from artifacts.blobs import BlobStore
    from artifacts.catalogue import Catalogue
    from studio.blobs import BlobDesk, blob_answer

    store = BlobStore("memory://studio-blobs")
    catalogue = Catalogue(tmp_path / "catalogue.sqlite", store)
    ref = store.put(b"0123456789", "image/png")
    catalogue.put(CoverArt(model="cover:x", picture=ref, width_px=64, height_px=64, title_contrast=4.5))
    desk = BlobDesk(catalogue)
    answer = blob_answer(desk, desk.find(ref.sha256), {"range": "bytes=2-4"})
    assert (answer.status_code, answer.body) == (206, b"234")
    catalogue.close()
