from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from models import registry
from models.converters import converter_of
from models.film.rife.loading import load_rife
from models.film.rife.network import RIFE, Between, RIFEConfig
from models.film.warping import warp
from schemas.errors import CheckpointError


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)
    torch.manual_seed(0)


@pytest.fixture(scope="module")
def rife():
    """The published weights; skipped where they were not pulled."""
    folder = registry.default_models_dir()
    if not registry.is_present("flow:rife", folder):
        pytest.skip("flow:rife is not pulled: run `hibari models pull flow:rife`")
    return load_rife(registry.path("flow:rife", folder))


def picture(height, width, seed=0):
    """Blots of several sizes, in -1..1. Shapes: [1, 3, H, W]."""
    generator = torch.Generator().manual_seed(seed)
    layers = [
        F.interpolate(
            torch.rand(1, 3, height // step, width // step, generator=generator), (height, width), mode="bicubic"
        )
        for step in (4, 8, 24)
    ]
    return (torch.stack(layers).mean(0) * 2 - 1).clamp(-1, 1)


def in_the_authors_names(network):
    parts = {"enter": "conv0", "flow": "conv1", "mask": "conv2"}
    found = {"module.block_tea.conv0.0.0.weight": torch.zeros(4, 14, 3, 3)}
    for name, value in network.state_dict().items():
        _, block, part, rest = name.split(".", 3)
        if part == "pairs":
            pair, rest = rest.split(".", 1)
            found[f"module.block{block}.convblock{pair}.{rest}"] = value
        else:
            found[f"module.block{block}.{parts[part]}.{rest}"] = value
    return found


def test_flow_has_the_pictures_size_whatever_that_is():
    network = RIFE(RIFEConfig.tiny()).eval()
    flow = network.flow(picture(50, 70), picture(50, 70, seed=1))
    assert flow.shape == (1, 2, 50, 70)
    assert torch.isfinite(flow).all()
    assert torch.equal(flow, network.flow(picture(50, 70), picture(50, 70, seed=1)))


def test_pictures_in_the_other_order_have_the_other_flows():
    network = RIFE(RIFEConfig.tiny()).eval()
    first, second = torch.rand(1, 3, 32, 32), torch.rand(1, 3, 32, 32)
    with torch.no_grad():
        there, back = network(first, second), network(second, first)
    assert torch.allclose(there.to_first, back.to_second, atol=1e-5)
    assert torch.allclose(there.weight, 1 - back.weight, atol=1e-5)


def test_the_authors_file_becomes_ours_and_reads_back_the_same(tmp_path):
    network = RIFE().eval()
    torch.save(in_the_authors_names(network), tmp_path / "flownet.pkl")
    converter_of("flow:rife")([tmp_path / "flownet.pkl"], tmp_path)
    read = load_rife(tmp_path)
    for name, value in network.state_dict().items():
        assert torch.equal(read.state_dict()[name], value)


def test_the_network_learns_the_flow_of_one_pair():
    network = RIFE(RIFEConfig(width=16, scales=(2, 1)))
    first = (picture(32, 32) + 1) / 2
    second, wanted = first.roll(3, 3), torch.zeros(1, 2, 32, 32)
    wanted[:, 0] = -1.5
    optimiser = torch.optim.Adam(network.parameters(), 3e-3)
    losses = []
    for _ in range(100):
        between = network(first, second)
        loss = (between.to_first - wanted).abs().mean() + (between.to_second + wanted).abs().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.4 * losses[0]


@pytest.mark.parametrize(("right", "down"), [(5, 0), (-3, 4), (12, -6)])
def test_a_moved_picture_is_seen_to_move(rife, right, down):
    wide = picture(160, 224)
    before, after = (wide[..., 32 - y : 128 - y, 32 - x : 192 - x] for x, y in ((0, 0), (right, down)))
    flow = rife.flow(before, after)
    inner = flow[..., 20:-20, 20:-20]
    error = (inner - torch.tensor([-right, -down]).view(1, 2, 1, 1)).norm(dim=1)
    assert error.median() < 0.5
    unmoved, moved = (before - after).abs().mean(), (warp(before, flow) - after).abs().mean()
    assert moved < 0.35 * unmoved


class Seen(RIFE):
    """Answers with flows from the middle that are given to it."""

    def forward(self, first, second):
        return self.answer


def test_flows_from_the_middle_become_the_flow_between_the_ends():
    """A picture that turns and grows about its middle at an even pace: half of it lies on each side of the middle."""

    def turned(angle, growth):
        rows = [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
        return (torch.einsum("ij,jhw->ihw", torch.tensor(rows).float() * growth, places) - places)[None]

    places = torch.stack(torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="xy")) - 31.5
    network = Seen(RIFEConfig.tiny())
    network.answer = Between(turned(0.1, 0.9), turned(-0.1, 1 / 0.9), torch.ones(1, 1, 64, 64))
    inner = (..., slice(12, -12), slice(12, -12))
    error = (network.flow(*[torch.zeros(1, 3, 64, 64)] * 2, rounds=12) - turned(0.2, 0.81))[inner].norm(dim=1)
    assert error.max() < 0.01
    assert (2 * network.answer.to_first - turned(0.2, 0.81))[inner].norm(dim=1).max() > 0.3


def test_a_picture_that_turns_and_grows_is_followed_to_less_than_a_pixel(rife):
    before, angle = picture(128, 128), np.deg2rad(3)
    rows = [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    places = torch.stack(torch.meshgrid(torch.arange(128.0), torch.arange(128.0), indexing="xy")) - 63.5
    true = (torch.einsum("ij,jhw->ihw", torch.tensor(rows).float() / 1.04, places) - places)[None]
    flow = rife.flow(before, warp(before, true))
    assert (flow - true).norm(dim=1)[..., 16:-16, 16:-16].median() < 0.8
    assert true.norm(dim=1).median() > 3


@pytest.mark.parametrize(
    ("first", "second"), [((1, 3, 32, 32), (1, 3, 32, 48)), ((3, 32, 32),) * 2, ((1, 3, 8, 32),) * 2]
)
def test_pictures_that_do_not_go_together_are_refused(first, second):
    with pytest.raises(ValueError, match="edges from 16"):
        RIFE(RIFEConfig.tiny()).flow(torch.zeros(first), torch.zeros(second))


def test_files_that_are_none_of_rifes_are_refused(tmp_path):
    with pytest.raises(CheckpointError, match="hibari models pull"):
        load_rife(tmp_path)
    save_file({"a": torch.zeros(2)}, tmp_path / "model.safetensors")
    with pytest.raises(CheckpointError, match="does not hold"):
        load_rife(tmp_path)
    whole = RIFE(RIFEConfig.tiny()).state_dict()
    save_file(whole | {"blocks.0.mask.0.bias": torch.zeros(3)}, tmp_path / "model.safetensors")
    with pytest.raises(CheckpointError, match="mask"):
        load_rife(tmp_path)
    save_file(whole | {"blocks.0.mask.0.bias": torch.full((4,), torch.nan)}, tmp_path / "model.safetensors")
    with pytest.raises(CheckpointError, match="does not hold"):
        load_rife(tmp_path)
    (tmp_path / "model.safetensors").write_bytes((tmp_path / "model.safetensors").read_bytes()[:-100])
    with pytest.raises(CheckpointError, match="damaged"):
        load_rife(tmp_path)


def test_another_network_is_not_converted(tmp_path):
    theirs = in_the_authors_names(RIFE(RIFEConfig.tiny()))
    torch.save(theirs, tmp_path / "small.pkl")
    with pytest.raises(CheckpointError, match="RIFE's"):
        converter_of("flow:rife")([tmp_path / "small.pkl"], tmp_path)
    torch.save({**theirs, "unet.weight": torch.zeros(2)}, tmp_path / "old.pkl")
    with pytest.raises(CheckpointError, match="unet.weight"):
        converter_of("flow:rife")([tmp_path / "old.pkl"], tmp_path)
    assert not (tmp_path / "model.safetensors").exists()
