import re

import pytest
import torch
from torch.nn import functional

from models.pictures.upscaling.esrgan_names import unwrapped, usual_names
from models.pictures.upscaling.rrdb import RRDBConfig, RRDBNet, rrdb_config, rrdb_from_state
from models.pictures.upscaling.upscaler import upscaler_from_state
from schemas.errors import CheckpointError

SIZES = [
    RRDBConfig.tiny(),
    RRDBConfig(features=6, growth=4, blocks=2, doublings=2, packing=2),
    RRDBConfig(features=6, growth=3, blocks=1, doublings=2, packing=4),
    RRDBConfig(features=4, growth=2, blocks=1, doublings=1),
    RRDBConfig(features=4, growth=2, blocks=1, doublings=0),
    RRDBConfig(features=4, growth=2, blocks=1, doublings=3),
]


def state_of(config: RRDBConfig, seed: int = 0) -> dict[str, torch.Tensor]:
    torch.manual_seed(seed)
    return RRDBNet(config).state_dict()


def picture(height: int, width: int) -> torch.Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(1))


def as_the_papers_write_it(state: dict[str, torch.Tensor], config: RRDBConfig, x: torch.Tensor) -> torch.Tensor:
    """The network by its formulas, one convolution after the other."""

    def conv(name: str, value: torch.Tensor) -> torch.Tensor:
        return functional.conv2d(value, state[f"{name}.weight"], state[f"{name}.bias"], padding=1)

    side = config.packing
    x = x.unfold(2, side, side).unfold(3, side, side).permute(0, 1, 4, 5, 2, 3).flatten(1, 3)
    first = features = conv("conv_first", x)
    for block in range(config.blocks):
        inner = features
        for dense in (1, 2, 3):
            grown = [inner]
            for index in range(1, 5):
                read = torch.cat(grown, 1)
                grown.append(functional.leaky_relu(conv(f"body.{block}.rdb{dense}.conv{index}", read), 0.2))
            inner = inner + 0.2 * conv(f"body.{block}.rdb{dense}.conv5", torch.cat(grown, 1))
        features = features + 0.2 * inner
    features = first + conv("conv_body", features)
    for index in range(1, config.doublings + 1):
        larger = features.repeat_interleave(2, 2).repeat_interleave(2, 3)
        features = functional.leaky_relu(conv(f"conv_up{index}", larger), 0.2)
    return conv("conv_last", functional.leaky_relu(conv("conv_hr", features), 0.2))


@pytest.mark.parametrize("config", SIZES)
def test_the_network_is_the_papers(config):
    state, small = state_of(config), picture(8, 12)
    made = rrdb_from_state(state)(small)
    assert made.shape == (1, 3, 8 * config.scale, 12 * config.scale)
    assert torch.allclose(made, as_the_papers_write_it(state, config, small), atol=1e-5)


@pytest.mark.parametrize("config", SIZES)
def test_sizes_are_read_from_the_weights(config):
    assert rrdb_config(state_of(config)) == config


@pytest.mark.parametrize("config", SIZES)
@pytest.mark.parametrize(("height", "width"), [(1, 1), (35, 7), (10, 66)])
def test_a_picture_of_any_size_grows_by_the_scale(config, height, width):
    made = upscaler_from_state(state_of(config))(picture(height, width))
    assert made.shape == (1, 3, height * config.scale, width * config.scale)


@pytest.mark.parametrize("config", SIZES[:2])
def test_strips_of_features_are_the_features_whole(config):
    network = rrdb_from_state(state_of(config))
    framed = picture(70 + 2 * network.frame_px, 20 + 2 * network.frame_px)
    edge = network.frame_px * network.scale
    whole = network(framed)[..., edge:-edge, edge:-edge]
    assert torch.allclose(network.enlarge(framed), whole, atol=1e-5)


def test_tiles_leave_no_seam_where_the_frame_covers_what_the_network_sees():
    upscale, small = upscaler_from_state(state_of(RRDBConfig.tiny())), picture(50, 37)
    assert (upscale(small, tile_px=16) - upscale(small, tile_px=64)).abs().max() < 1e-5


def to_old(name: str, blocks: int, doublings: int) -> str:
    """A name of the files of 2018: by position, with a place for each activation and enlargement."""
    tail = {f"conv_up{index}": f"model.{3 * index}" for index in range(1, doublings + 1)}
    after = 3 * doublings + 2
    plain = {"conv_first": "model.0", "conv_body": f"model.1.sub.{blocks}", **tail}
    plain |= {"conv_hr": f"model.{after}", "conv_last": f"model.{after + 2}"}
    stem, _, kind = name.rpartition(".")
    if stem in plain:
        return f"{plain[stem]}.{kind}"
    return re.sub(r"body\.(\d+)\.rdb(\d)\.conv(\d)", r"model.1.sub.\1.RDB\2.conv\3.0", name)


def to_middle_aged(name: str) -> str:
    name = re.sub(r"body\.(\d+)\.rdb(\d)", r"RRDB_trunk.\1.RDB\2", name)
    for new, old in (("conv_body", "trunk_conv"), ("conv_up", "upconv"), ("conv_hr", "HRconv")):
        name = name.replace(new, old)
    return name


@pytest.mark.parametrize("config", [SIZES[0], SIZES[1], SIZES[3], SIZES[4]])
def test_every_style_of_names_gives_the_same_network(config):
    state, small = state_of(config), picture(8, 8)
    wanted = rrdb_from_state(state)(small)
    old = {to_old(name, config.blocks, config.doublings): value for name, value in state.items()}
    aged = {to_middle_aged(name): value for name, value in state.items()}
    assert old.keys() != state.keys() != aged.keys()
    assert all(torch.equal(rrdb_from_state(named)(small), wanted) for named in (old, aged))


@pytest.mark.parametrize("key", ["params", "params_ema"])
def test_weights_are_taken_out_of_their_wrapping(key):
    state = state_of(RRDBConfig.tiny())
    assert unwrapped({key: state, "other": 1}) is state
    assert unwrapped(state) is state


@pytest.mark.parametrize("strange", [{}, {"params": {"a": 1}}, {"epoch": 3}])
def test_a_file_without_tensors_is_refused(strange):
    with pytest.raises(CheckpointError, match="dictionary of tensors"):
        unwrapped(strange)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: s.pop("body.0.rdb2.conv3.weight"), "1 missing"),
        (lambda s: s.update({"conv_first.weight": torch.zeros(8, 5, 3, 3)}), "whole scale"),
        (lambda s: s.update({"model.0.weight": torch.zeros(1)}), "old ESRGAN file"),
        (lambda s: s.pop("conv_first.weight"), "no conv_first.weight"),
    ],
)
def test_weights_of_another_network_are_refused(change, says):
    state = state_of(RRDBConfig.tiny())
    change(state)
    with pytest.raises(CheckpointError, match=says):
        upscaler_from_state(state)


def test_an_old_file_with_a_strange_layer_is_refused():
    with pytest.raises(CheckpointError, match="no place in an old"):
        usual_names({f"model.{n}.weight": torch.zeros(1) for n in (0, 3, 5)} | {"model.1.sub.x": torch.zeros(1)})
