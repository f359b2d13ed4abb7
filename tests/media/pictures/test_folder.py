from __future__ import annotations

import pytest
from PIL import Image

from media.pictures.folder import picture_files, read_folder
from schemas.errors import MediaError


@pytest.fixture
def folder(tmp_path):
    home = tmp_path / "works"
    (home / "b" / "deep").mkdir(parents=True)
    for name in ("z.png", "a.JPG", "b/one.webp", "b/deep/two.gif", ".hidden.png"):
        Image.new("RGB", (20, 10)).save(home / name)
    (home / "notes.txt").write_text("no picture")
    (home / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n1234")
    return home


def test_the_pictures_of_a_folder_come_sorted_whatever_their_depth(folder):
    names = [path.relative_to(folder).as_posix() for path in picture_files(folder)]
    assert names == ["a.JPG", "b/deep/two.gif", "b/one.webp", "torn.png", "z.png"]


def test_an_unreadable_picture_is_told_and_the_others_are_read(folder):
    found = {item.path.name: item for item in read_folder(folder, longest_px=10)}
    assert found["z.png"].picture.size == (10, 5)
    assert found["torn.png"].picture is None
    assert found["torn.png"].problem.startswith("torn.png ")
    assert sum(item.picture is not None for item in found.values()) == 4


def test_links_that_lead_outside_are_not_followed(folder, tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "outside.png")
    (tmp_path / "elsewhere").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "elsewhere" / "x.png")
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    (folder / "away").symlink_to(tmp_path / "elsewhere")
    (folder / "round").symlink_to(folder)
    (folder / "inside.png").symlink_to(folder / "z.png")
    (folder / "broken.png").symlink_to(folder / "absent.png")
    names = {path.name for path in picture_files(folder)}
    assert "inside.png" in names
    assert names.isdisjoint({"link.png", "x.png", "broken.png"})


def test_a_folder_without_pictures_or_with_too_many_says_so(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(MediaError, match="holds no pictures"):
        picture_files(tmp_path / "empty")
    with pytest.raises(MediaError, match="is not a folder"):
        picture_files(folder / "z.png")
    with pytest.raises(MediaError, match="more than 2 pictures"):
        picture_files(folder, most=2)
    with pytest.raises(MediaError, match="none of the 5 pictures"):
        list(read_folder(folder, shortest_px=64))
