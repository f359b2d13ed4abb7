from pathlib import Path

import pytest

from media.scenes.motifs import MOTIFS
from schemas.errors import SettingsError
from training.scene_pictures import draw_pictures, scene_of


def test_scenes_hang_on_seed_motifs_and_number_alone():
    assert scene_of(5, 7) == scene_of(5, 7)
    assert scene_of(5, 7) != scene_of(5, 8)
    assert {scene_of(number, 7).motif for number in range(len(MOTIFS))} == set(MOTIFS)
    assert {scene_of(number, 7, ("sea", "desert")).motif for number in range(6)} == {"sea", "desert"}


def test_a_folder_that_was_begun_is_filled_up(tmp_path: Path):
    draw_pictures(tmp_path, 2, 16, motifs=("sea",))
    first = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    (tmp_path / "000001.png").unlink()
    draw_pictures(tmp_path, 3, 16, motifs=("sea",))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["000000.png", "000001.png", "000002.png"]
    assert {name: (tmp_path / name).read_bytes() for name in first} == first


def test_what_cannot_be_drawn_is_refused(tmp_path: Path):
    with pytest.raises(SettingsError, match="no motif 'sofa'"):
        draw_pictures(tmp_path, 2, 16, motifs=("sofa",))
    with pytest.raises(SettingsError, match="1 to 200000"):
        draw_pictures(tmp_path, 0, 16)
