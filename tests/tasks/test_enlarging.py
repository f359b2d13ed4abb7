import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from models.pictures.upscaling.rrdb import RRDBConfig, RRDBNet
from models.pictures.upscaling.srvgg import SRVGG, SRVGGConfig
from models.pictures.upscaling.upscaler import upscaler_from_state
from schemas.errors import CheckpointError, MediaError
from tasks.enlarging import Enlargement, enlarge, expected_s, foresee, open_upscaler


def compact() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return SRVGG(SRVGGConfig.tiny()).state_dict()


def test_a_result_is_as_large_as_was_asked_for():
    assert foresee((100, 50), 4, scale=None, longest_px=None).result == (400, 200)
    assert foresee((100, 50), 4, scale=2.5, longest_px=None).result == (250, 125)
    assert foresee((100, 50), 4, scale=None, longest_px=333).result == (333, 166)
    assert foresee((1, 1), 4, scale=None, longest_px=None).result == (4, 4)


def test_what_the_network_could_not_hold_is_made_smaller_first():
    plan = foresee((2000, 1500), 4, scale=None, longest_px=3000)
    assert plan.result == (3000, 2250)
    assert plan.entering[0] * plan.entering[1] * 16 <= 32_000_000
    assert foresee((1400, 1400), 4, scale=2, longest_px=None).entering == (1400, 1400)


@pytest.mark.parametrize(
    ("size", "scale", "longest_px", "says"),
    [
        ((100, 50), 5, None, "1-4 times as large, 100-400 px"),
        ((100, 50), None, 99, "0.99 times"),
        ((100, 50), None, 401, "4.01 times"),
        ((4000, 50), 3, None, "at most 8192"),
    ],
)
def test_an_enlargement_that_cannot_be_is_refused(size, scale, longest_px, says):
    with pytest.raises(MediaError, match=says):
        foresee(size, 4, scale=scale, longest_px=longest_px)


@pytest.mark.parametrize("size", [(1, 1), (30, 17), (3, 300)])
def test_a_picture_comes_out_at_its_size(size):
    upscaler, image = upscaler_from_state(compact()), Image.new("RGB", size, (200, 100, 50))
    plan = foresee(size, 2, scale=1.5, longest_px=None)
    pixels = enlarge(image, upscaler, plan)
    assert pixels.shape == (*plan.result[::-1], 3)
    assert pixels.dtype == np.uint8


def test_a_grey_picture_is_enlarged_like_a_coloured_one():
    upscaler, grey = upscaler_from_state(compact()), Image.linear_gradient("L").resize((20, 20))
    plan = Enlargement((20, 20), (40, 40))
    assert np.array_equal(enlarge(grey, upscaler, plan), enlarge(grey.convert("RGB"), upscaler, plan))


def test_time_is_foreseen_by_the_pixels_of_the_tiles():
    upscaler = upscaler_from_state(compact())
    assert upscaler.work_px(10, 20) == (10 + 10) * (20 + 10)
    assert upscaler.work_px(400, 10) == (400 + 3 * 10) * (10 + 10)
    assert expected_s(upscaler, Enlargement((10, 10), (20, 20))) > 0


@pytest.mark.parametrize("wrapped", [None, "params", "params_ema"])
def test_a_file_of_the_users_own_is_opened(tmp_path, wrapped):
    torch.manual_seed(0)
    state = RRDBNet(RRDBConfig.tiny()).state_dict()
    torch.save({wrapped: state} if wrapped else state, tmp_path / "own.pth")
    assert open_upscaler(str(tmp_path / "own.pth"), tmp_path).scale == 4
    save_file(compact(), tmp_path / "own.safetensors")
    assert open_upscaler(str(tmp_path / "own.safetensors"), tmp_path).scale == 2


def test_a_file_of_something_else_names_itself(tmp_path):
    torch.save({"a": torch.zeros(3)}, tmp_path / "own.pth")
    with pytest.raises(CheckpointError, match=r"own\.pth: .*conv_first"):
        open_upscaler(str(tmp_path / "own.pth"), tmp_path)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("upscale:compact", "hibari models pull upscale:compact"),
        ("upscale:nothing", "nearest names"),
        ("lyrics:smollm2", "does not enlarge"),
        ("missing.pth", "check the path"),
    ],
)
def test_a_model_that_is_not_here_is_named(tmp_path, name, says):
    with pytest.raises(CheckpointError, match=says):
        open_upscaler(name, tmp_path)
