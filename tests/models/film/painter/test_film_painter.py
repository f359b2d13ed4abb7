from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from models.film.painter.checkpoint import load_film_painter, save_film_painter
from models.film.painter.grain import MovingGrain
from models.film.painter.network import FilmPainter, FilmPainterConfig, Previous
from models.film.painter.painting import ShotPainter
from models.film.warping import warp
from schemas.errors import CheckpointError, MediaError
from schemas.scene import LABELS

SIZE = (32, 48)


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def network() -> FilmPainter:
    torch.manual_seed(3)
    return FilmPainter(FilmPainterConfig.tiny()).eval().requires_grad_(False)


def frame(seed: int = 0, size: tuple[int, int] = SIZE) -> dict[str, torch.Tensor]:
    rng = torch.Generator().manual_seed(seed)
    return {
        "labels": torch.randint(0, len(LABELS), (1, *size), generator=rng),
        "drawing": torch.rand(1, 3, *size, generator=rng),
        "regions": torch.rand(1, 3, *size, generator=rng).softmax(1),
        "grain": torch.randn(1, 1, *size, generator=rng),
    }


def style(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randn(1, 3, 100, generator=torch.Generator().manual_seed(seed)), torch.tensor([0.6])


def arrays(seed: int, size: tuple[int, int] = SIZE) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    seen = frame(seed, size)
    return seen["labels"][0].byte().numpy(), seen["drawing"][0].numpy(), seen["regions"][0].numpy()


def vectors(seed: int = 0) -> np.ndarray:
    return style(seed)[0][0].numpy()


@pytest.mark.parametrize("size", [(16, 16), (48, 32), (112, 64)])
def test_frames_of_any_multiple_of_16_are_painted(network: FilmPainter, size: tuple[int, int]):
    seen = frame(size=size)
    previous = Previous(seen["drawing"], seen["drawing"], torch.zeros(1, 2, *size))
    painted = network(
        **seen, condition=network.condition(*style(), seen["drawing"], seen["regions"]), previous=previous
    )
    assert painted.picture.shape == painted.raw.shape == painted.moved.shape == (1, 3, *size)
    assert painted.mask.shape == (1, 1, *size)
    assert painted.flow.shape == (1, 2, *size)


def test_a_frame_is_the_masks_share_of_the_frame_before_moved_along_the_flow(network: FilmPainter):
    seen, before = frame(1), frame(2)["drawing"]
    condition = network.condition(*style(), seen["drawing"], seen["regions"])
    previous = Previous(before, seen["drawing"], torch.zeros(1, 2, *SIZE))
    painted = network(**seen, condition=condition, previous=previous)
    moved = warp(before, painted.flow)
    torch.testing.assert_close(painted.picture, painted.mask * moved + (1 - painted.mask) * painted.raw)
    assert 0 < float(painted.mask.min()) < float(painted.mask.max()) < 0.8


def test_what_the_drawing_shows_anew_is_painted_anew(network: FilmPainter):
    seen = frame(1)
    drawn = seen["drawing"].clone()
    drawn[..., 24:] = 1 - drawn[..., 24:].round()
    condition = network.condition(*style(), seen["drawing"], seen["regions"])
    previous = Previous(torch.zeros_like(drawn), drawn, torch.zeros(1, 2, *SIZE))
    painted = network(**seen, condition=condition, previous=previous)
    assert float(painted.mask[..., 24:].max()) == 0
    assert float(painted.mask[..., :24].min()) > 0
    assert torch.equal(painted.picture[..., 24:], painted.raw[..., 24:])


def test_the_default_network_is_small_and_fresh_ones_paint_the_drawing_more_or_less_as_it_is():
    torch.manual_seed(0)
    network = FilmPainter(FilmPainterConfig()).eval().requires_grad_(False)
    assert 1_000_000 < sum(weight.numel() for weight in network.parameters()) < 2_500_000
    seen = frame()
    assert float((network.paint(**seen, vectors=style()[0], strength=style()[1]) - seen["drawing"]).abs().mean()) < 0.2


def test_a_look_changes_its_own_region_most(network: FilmPainter):
    size = (64, 128)
    seen = frame(size=size)
    left = (torch.arange(size[1]) < 64).float().expand(1, 1, *size)
    seen["regions"] = torch.cat((left, 1 - left, torch.zeros_like(left)), 1)
    one, strength = style(0)
    other = one.clone()
    other[:, 0] = style(9)[0][:, 0] * 4
    changed = (
        network.paint(**seen, vectors=one, strength=strength) - network.paint(**seen, vectors=other, strength=strength)
    ).abs()
    assert float(changed[..., :24].mean()) > 20 * float(changed[..., 120:].mean())
    assert float(changed[..., :24].mean()) > 1e-5


def test_what_is_far_away_in_a_frame_changes_no_colour(network: FilmPainter):
    """Its condition held: nothing is divided by what the whole picture holds."""
    size = (32, 512)
    seen = frame(size=size)
    condition = network.condition(*style(), seen["drawing"], seen["regions"])
    before = network(**seen, condition=condition).picture
    seen["drawing"] = seen["drawing"].clone()
    seen["drawing"][..., 480:] = 1.0
    after = network(**seen, condition=condition).picture
    torch.testing.assert_close(before[..., :100], after[..., :100], rtol=0, atol=1e-6)


def test_the_same_seed_paints_the_same_film_and_other_frames_come_too_late_to_change_it():
    def film(last: int) -> list[np.ndarray]:
        torch.manual_seed(3)
        painter = ShotPainter(FilmPainter(FilmPainterConfig.tiny()).eval(), vectors(), 0.6)
        flow = np.full((2, *SIZE), 0.5, np.float32)
        return [painter.paint(*arrays(seed), flow if index else None) for index, seed in enumerate((0, 1, last))]

    one, again, other = film(2), film(2), film(7)
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert np.array_equal(one[1], other[1])
    assert not np.array_equal(one[2], other[2])


def test_without_a_flow_the_frame_before_is_forgotten(network: FilmPainter):
    painter = ShotPainter(network, vectors(), 0.6)
    first = painter.paint(*arrays(0))
    painter.paint(*arrays(1), np.zeros((2, *SIZE), np.float32))
    assert np.array_equal(painter.paint(*arrays(0)), first)


def test_the_grain_goes_with_what_it_lies_on_however_long_the_shot():
    grain = MovingGrain(32, 64, seed=1)
    first = grain.first()
    flow = torch.zeros(1, 2, 32, 64)
    flow[:, 0] = 0.5
    for _ in range(20):
        now = grain.moved(flow)
    torch.testing.assert_close(now[..., :50], first[..., 10:60], rtol=0, atol=1e-4)
    assert float(now[..., 54:].std()) > 0.3, "what came into the frame has a grain too"
    assert torch.equal(grain.first(), first)
    assert not torch.equal(MovingGrain(32, 64, seed=2).first(), first)


def test_saved_weights_paint_the_same(network: FilmPainter, tmp_path: Path):
    save_film_painter(tmp_path / "film-painted.safetensors", network, notes={"step": "1"})
    for place in (tmp_path, tmp_path / "film-painted.safetensors"):
        loaded = load_film_painter(place)
        seen, (looks, strength) = frame(), style()
        assert loaded.config == network.config
        assert torch.equal(
            loaded.paint(**seen, vectors=looks, strength=strength),
            network.paint(**seen, vectors=looks, strength=strength),
        )
    assert [file.name for file in tmp_path.iterdir()] == ["film-painted.safetensors"]


def test_a_file_that_holds_no_film_painter_is_refused_in_words(tmp_path: Path, network: FilmPainter):
    from safetensors.torch import save_file

    with pytest.raises(CheckpointError, match="take it out of version control"):
        load_film_painter(tmp_path / "none.safetensors")
    (tmp_path / "cut.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}")
    with pytest.raises(CheckpointError, match="holds no film painter"):
        load_film_painter(tmp_path / "cut.safetensors")
    save_film_painter(tmp_path / "wide.safetensors", network)
    huge = '{"widths": [8, 8, 8, 1000000], "blocks": 1}'
    save_file(
        network.state_dict(),
        tmp_path / "wide.safetensors",
        metadata={"format": "hibari film painter 1", "config": huge},
    )
    with pytest.raises(CheckpointError, match="widths"):
        load_film_painter(tmp_path / "wide.safetensors")


def test_one_clip_can_be_learnt_by_heart():
    torch.manual_seed(0)
    network = FilmPainter(FilmPainterConfig.tiny())
    seen = frame(size=(32, 32))
    wanted = seen["drawing"].flip(1) * 0.8
    looks, strength = style()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    losses = []
    for _ in range(60):
        condition = network.condition(looks, strength, seen["drawing"], seen["regions"])
        loss = functional.l1_loss(network(**seen, condition=condition).picture, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.35 * losses[0]


def test_frames_that_do_not_fit_are_refused_with_the_bound(network: FilmPainter):
    labels, drawing, regions = arrays(0)
    flow = np.zeros((2, *SIZE), np.float32)
    painter = ShotPainter(network, vectors(), 0.6)
    with pytest.raises(MediaError, match="multiples of 16"):
        painter.paint(labels[:30], drawing[:, :30], regions[:, :30])
    with pytest.raises(MediaError, match="below 24"):
        painter.paint(labels + np.uint8(24), drawing, regions)
    with pytest.raises(MediaError, match="first frame"):
        painter.paint(labels, drawing, regions, flow)
    with pytest.raises(MediaError, match="drawing of shape"):
        painter.paint(labels, drawing[:, :16], regions)
    painter.paint(labels, drawing, regions)
    with pytest.raises(MediaError, match="another size"):
        painter.paint(*arrays(0, (48, 48)), np.zeros((2, 48, 48), np.float32))
    with pytest.raises(MediaError, match="strength"):
        ShotPainter(network, vectors(), 1.5)
    with pytest.raises(MediaError, match="style vectors"):
        ShotPainter(network, vectors()[:2], 0.5)
