import pytest
import torch
from safetensors.torch import save_file
from torch.nn import functional

from models.pictures.upscaling.rrdb import RRDBConfig, RRDBNet
from models.pictures.upscaling.srvgg import SRVGG, SRVGGConfig, srvgg_config, srvgg_from_state
from models.pictures.upscaling.upscaler import cuts, framed_by_its_mirror, load_upscaler, upscaler_from_state
from schemas.errors import CheckpointError, MediaError


def compact_state(config: SRVGGConfig | None = None, seed: int = 0) -> dict[str, torch.Tensor]:
    torch.manual_seed(seed)
    return SRVGG(config or SRVGGConfig.tiny()).state_dict()


def picture(height: int, width: int, seed: int = 1) -> torch.Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 40), (33, 17), (2, 3)])
def test_a_picture_of_any_size_grows_by_the_scale(height, width):
    made = upscaler_from_state(compact_state())(picture(height, width))
    assert made.shape == (1, 3, 2 * height, 2 * width)
    assert 0 <= made.min() <= made.max() <= 1


def test_sizes_are_read_from_the_weights():
    for config in (SRVGGConfig(4, 2, 1), SRVGGConfig(8, 5, 3), SRVGGConfig.tiny()):
        assert srvgg_config(compact_state(config)) == config


def test_inside_a_picture_the_network_without_padding_is_the_network_of_the_paper():
    network, framed = srvgg_from_state(compact_state()), picture(40, 36)
    edge, scale = network.frame_px, network.scale
    whole = network(framed)[..., edge * scale : -edge * scale, edge * scale : -edge * scale]
    assert torch.allclose(network.enlarge(framed), whole, atol=1e-6)


def test_tiles_leave_no_seam():
    upscale, small = upscaler_from_state(compact_state()), picture(70, 53)
    whole = upscale(small, tile_px=80)
    for tile_px in (16, 23, 64):
        assert (upscale(small, tile_px=tile_px) - whole).abs().max() < 1e-5


def test_the_same_picture_gives_the_same_bytes():
    upscale, small = upscaler_from_state(compact_state()), picture(20, 31)
    assert torch.equal(upscale(small), upscale(small))


def test_progress_counts_the_tiles():
    heard = []
    upscaler_from_state(compact_state())(picture(40, 20), tile_px=16, progress=lambda *now: heard.append(now))
    assert heard == [(n, 6) for n in range(1, 7)]


def test_weights_that_were_saved_give_the_same_picture(tmp_path):
    state = compact_state()
    save_file(state, tmp_path / "m.safetensors")
    small = picture(12, 9)
    assert torch.equal(load_upscaler(tmp_path / "m.safetensors")(small), upscaler_from_state(state)(small))


def test_a_frame_is_the_mirror_image_of_the_picture():
    small = picture(5, 7)
    assert torch.equal(framed_by_its_mirror(small, 3), functional.pad(small, (3,) * 4, mode="reflect"))
    assert framed_by_its_mirror(small, 18).shape == (1, 3, 41, 43)
    assert torch.equal(framed_by_its_mirror(small[..., :1, :1], 2), small[..., :1, :1].expand(1, 3, 5, 5))


def test_a_length_is_cut_evenly_and_wholly():
    assert cuts(10, 16) == [(0, 10)]
    assert cuts(33, 16) == [(0, 11), (11, 22), (22, 33)]


@pytest.mark.parametrize(
    ("shape", "tile_px", "says"),
    [
        ((3, 8, 8), 0, r"\[1, 3, H, W\]"),
        ((1, 4, 8, 8), 0, r"\[1, 3, H, W\]"),
        ((1, 3, 0, 8), 0, r"\[1, 3, H, W\]"),
        ((1, 3, 8, 8), 4, "at least 16"),
        ((1, 3, 3000, 3000), 0, "32,000,000 pixels"),
    ],
)
def test_a_picture_that_cannot_be_enlarged_is_refused(shape, tile_px, says):
    with pytest.raises(MediaError, match=says):
        upscaler_from_state(compact_state())(torch.empty(()).expand(shape), tile_px=tile_px)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: s.pop("body.2.bias"), "1 missing .body.2.bias"),
        (lambda s: s.update(strange=torch.zeros(1)), "1 unknown .strange"),
        (lambda s: s.update({"body.8.weight": torch.zeros(5, 8, 3, 3)}), "scale"),
        (lambda s: s.update({"body.2.weight": torch.zeros(8, 9, 3, 3)}), "has the shape"),
        (lambda s: s.update({"body.0.weight": torch.zeros(8)}), "4 axes"),
        (lambda s: s["body.2.bias"].fill_(torch.inf), "not finite"),
        (lambda s: s.update({"body.99999.weight": torch.zeros(12, 8, 3, 3)}), "1-128 convolutions"),
        (lambda s: s.clear(), "another network"),
    ],
)
def test_weights_of_another_network_are_refused(change, says):
    state = compact_state()
    change(state)
    with pytest.raises(CheckpointError, match=says):
        upscaler_from_state(state)


def test_a_file_that_is_no_safetensors_is_refused(tmp_path):
    (tmp_path / "m.safetensors").write_bytes(b"x" * 100)
    for name in ("m.safetensors", "nowhere.safetensors"):
        with pytest.raises(CheckpointError, match=f"{name} is no safetensors"):
            load_upscaler(tmp_path / name)


def test_an_rrdb_network_is_known_by_its_weights():
    torch.manual_seed(0)
    upscale = upscaler_from_state(RRDBNet(RRDBConfig.tiny()).state_dict())
    assert upscale(picture(9, 5)).shape == (1, 3, 36, 20)
