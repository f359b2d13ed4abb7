import numpy as np
import pytest
from PIL import Image

from flows import train_singan as flow
from models.pictures.singan.keeping import load_singan
from schemas.errors import SettingsError
from tests.training.test_singan import TINY


@pytest.fixture
def picture(tmp_path, monkeypatch):
    monkeypatch.setitem(flow.SCHEDULES, "short", TINY)
    pixels = np.random.default_rng(0).integers(0, 256, (30, 26, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "picture.png")
    return tmp_path / "picture.png"


@pytest.mark.slow
def test_a_picture_is_learned_as_a_flow_with_a_task_for_each_scale(picture, tmp_path):
    heard = []
    out = flow.run_training(picture, tmp_path / "learned", tmp_path / "home", report=heard.append)
    assert len(load_singan(out)[0].generators) == 3
    assert {now.scale for now in heard} == {0, 1, 2}


def test_time_is_foreseen_and_an_unknown_schedule_refused(picture):
    assert flow.expected_minutes(picture, "short") > 0
    with pytest.raises(SettingsError, match="short, paper"):
        flow.expected_minutes(picture, "long")
