from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from schemas.errors import MediaError
from tests.training.adversarial.folders import discs
from training.adversarial.pictures import crops, keep_pictures, middles, stream


def test_pictures_are_kept_once_and_read_back(tmp_path: Path):
    folder = discs(tmp_path / "in", 20)
    array = keep_pictures(folder, tmp_path / "kept", short_px=16)
    assert np.array_equal(array.picture(3), np.array(Image.open(folder / "003.png")))
    times = {file: file.stat().st_mtime_ns for file in (tmp_path / "kept").iterdir()}
    again = keep_pictures(folder, tmp_path / "kept", short_px=16)
    assert again.digest == array.digest
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "kept").iterdir()} == times
    assert isinstance(array.pixels, np.memmap)


def test_a_folder_that_changed_is_read_anew(tmp_path: Path):
    folder = discs(tmp_path / "in", 10)
    before = keep_pictures(folder, tmp_path / "kept", short_px=16)
    Image.new("RGB", (16, 16), "red").save(folder / "004.png")
    after = keep_pictures(folder, tmp_path / "kept", short_px=16)
    assert after.digest != before.digest
    assert tuple(after.picture(4)[0, 0]) == (255, 0, 0)


def test_an_array_that_was_cut_short_is_written_anew(tmp_path: Path):
    folder = discs(tmp_path / "in", 10)
    whole = keep_pictures(folder, tmp_path / "kept", short_px=16).pixels.tobytes()
    (file,) = (tmp_path / "kept").glob("*.u8")
    file.write_bytes(whole[:100])
    assert keep_pictures(folder, tmp_path / "kept", short_px=16).pixels.tobytes() == whole


def test_a_held_out_file_is_never_drawn_for_training(tmp_path: Path):
    array = keep_pictures(discs(tmp_path / "in", 40), tmp_path / "kept", short_px=16, held_out=0.1)
    held_out, train = array.numbers("held-out"), array.numbers("train")
    assert len(held_out) == 4
    assert sorted([*held_out, *train]) == list(range(40))
    known = {middles(array, train[i : i + 1], 16).numpy().tobytes() for i in range(36)}
    for batch in islice(stream(array, 16, 8, seed=1, mirror=False), 20):
        assert all(one[None].numpy().tobytes() in known for one in batch)


def test_the_stream_hangs_on_seed_and_step_alone(tmp_path: Path):
    array = keep_pictures(discs(tmp_path / "in", 12, 24), tmp_path / "kept", short_px=24)
    whole = list(islice(stream(array, 16, 4, seed=5), 6))
    later = list(islice(stream(array, 16, 4, seed=5, first_step=4), 2))
    assert all(torch.equal(one, other) for one, other in zip(whole[4:], later, strict=True))
    assert whole[0].shape == (4, 3, 16, 16)
    assert -1 <= float(whole[0].min()) < float(whole[0].max()) <= 1


def test_crops_lie_anywhere_in_a_wide_picture(tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(8):
        ramp = np.tile(np.arange(64, dtype=np.uint8)[None, :, None] * 4, (16, 1, 3)) + number % 2
        Image.fromarray(ramp).save(folder / f"{number}.png")
    array = keep_pictures(folder, tmp_path / "kept", short_px=16)
    found = crops(array, np.zeros(200, int), 16, np.random.default_rng(1), mirror=False)
    level = found.mean((1, 2, 3))
    assert float(level.max() - level.min()) > 1.0


def test_mirrored_crops_are_as_common_as_others(tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(8):
        half = np.zeros((16, 16, 3), np.uint8) + number
        half[:, :8] += 200
        Image.fromarray(half).save(folder / f"{number}.png")
    array = keep_pictures(folder, tmp_path / "kept", short_px=16)
    found = crops(array, np.zeros(300, int), 16, np.random.default_rng(1), mirror=True)
    assert float((found[:, 0, 0, 0] < 0).float().mean()) == pytest.approx(0.5, abs=0.1)


def test_a_picture_that_cannot_be_read_is_left_out_and_named(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    folder = discs(tmp_path / "in", 10)
    (folder / "torn.png").write_bytes((folder / "001.png").read_bytes()[:60])
    array = keep_pictures(folder, tmp_path / "kept", short_px=16)
    assert len(array.index) == 10
    assert "torn.png" in caplog.text


def test_too_few_pictures_or_none_are_refused(tmp_path: Path):
    with pytest.raises(MediaError, match="not a folder"):
        keep_pictures(tmp_path / "nowhere", tmp_path / "kept", short_px=16)
    (tmp_path / "empty").mkdir()
    with pytest.raises(MediaError, match="no pictures"):
        keep_pictures(tmp_path / "empty", tmp_path / "kept", short_px=16)
    with pytest.raises(MediaError, match="holds 3 pictures"):
        keep_pictures(discs(tmp_path / "few", 3), tmp_path / "kept", short_px=16)
    with pytest.raises(MediaError, match="holds 0 pictures"):
        keep_pictures(discs(tmp_path / "small", 9), tmp_path / "kept", short_px=256)
