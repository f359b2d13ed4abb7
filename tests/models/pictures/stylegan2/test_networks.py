"""Generator and discriminator: shapes, seeds, truncation, gradients of gradients, learning."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from models.pictures.stylegan2 import Discriminator, Generator, StyleGAN2Config
from models.pictures.stylegan2.discriminator import minibatch_stddev
from models.pictures.stylegan2.resampling import downsample, filter_taps, upsample
from schemas.errors import CheckpointError

LABELLED = StyleGAN2Config(resolution=8, z_width=8, w_width=8, channels=(8, 6), mapping_layers=2, labels=3)


@pytest.fixture
def generator():
    torch.manual_seed(0)
    made = Generator(StyleGAN2Config.tiny())
    for layer in made.synthesis.layers:
        torch.nn.init.constant_(layer.noise_strength, 0.3)
    return made.eval()


def test_pictures_and_answers_have_the_shapes_that_are_promised(generator):
    z = torch.randn(3, 16)
    ws = generator.mapping(z)
    assert ws.shape == (3, 6, 16)
    pictures = generator(z)
    assert pictures.shape == (3, 3, 16, 16)
    assert Discriminator(generator.config)(pictures).shape == (3, 1)
    assert StyleGAN2Config().channels == (512, 512, 512, 512, 512, 256, 128), "the paper's widths at 256 px"


@torch.inference_mode()
def test_a_seed_means_a_picture(generator):
    z = torch.randn(2, 16)

    def painted(seed):
        return generator(z, generator=torch.Generator().manual_seed(seed))

    assert torch.equal(painted(1), painted(1))
    assert not torch.equal(painted(1), painted(2))
    assert torch.equal(generator(z, noise="const"), generator(z, noise="const"))
    assert not torch.equal(generator(z, noise="const"), generator(z, noise="none"))


@torch.inference_mode()
def test_a_picture_has_the_same_bytes_in_any_batch(generator):
    ws = generator.mapping(torch.randn(5, 16))
    whole = generator.synthesis(ws, "const")
    assert torch.equal(whole, torch.cat([generator.synthesis(ws[i : i + 1], "const") for i in range(5)]))
    order = torch.tensor([3, 0, 4, 1, 2])
    assert torch.equal(generator.synthesis(ws[order], "const"), whole[order])


def test_scaled_weights_and_scaled_activations_give_the_same_picture(generator):
    ws = generator.mapping(torch.randn(3, 16)).detach()
    batch = generator.synthesis(ws, "const")
    alone = torch.cat([generator.synthesis(ws[i : i + 1], "const") for i in range(3)])
    with torch.inference_mode():
        assert torch.allclose(batch, alone, atol=1e-5)
        assert torch.allclose(generator.synthesis(ws, "const"), alone, atol=1e-5)


@torch.inference_mode()
def test_truncation_pulls_towards_the_average_below_its_cutoff(generator):
    generator.measure_mean_w(count=200)
    ws = generator.mapping(torch.randn(2, 16))
    assert torch.equal(generator.truncate(ws, 1.0), ws)
    assert torch.equal(generator.truncate(ws, 0.0), generator.mean_w.expand_as(ws))
    halved = generator.truncate(ws, 0.5, cutoff=2)
    assert torch.equal(halved[:, 2:], ws[:, 2:])
    assert torch.allclose(halved[:, 0], (ws[:, 0] + generator.mean_w) / 2)


def test_the_average_of_w_follows_what_training_maps(generator):
    ws = generator.mapping(torch.randn(64, 16))
    for _ in range(50):
        generator.track_mean_w(ws, keep=0.5)
    assert torch.allclose(generator.mean_w, ws[:, 0].mean(0), atol=1e-5)


@torch.inference_mode()
def test_coarse_styles_reach_no_layer_above_the_mixing_point(generator):
    one, other = generator.mapping(torch.randn(2, 16))[:, None].unbind(0)
    mixed = torch.cat([one[:, :6], other[:, 6:]], 1)
    assert torch.equal(generator.synthesis(mixed, "none"), generator.synthesis(one, "none"))
    fine = torch.cat([one[:, :5], other[:, 5:]], 1)
    assert not torch.equal(generator.synthesis(fine, "none"), generator.synthesis(one, "none"))


def test_labels_change_the_picture_and_the_answer():
    torch.manual_seed(0)
    generator, judge = Generator(LABELLED), Discriminator(LABELLED)
    z, eye = torch.randn(1, 8).repeat(3, 1), torch.eye(3)
    pictures = generator(z, labels=eye, noise="none")
    assert not torch.allclose(pictures[0], pictures[1])
    answers = judge(pictures[:1].repeat(3, 1, 1, 1), eye)
    assert answers.shape == (3, 1)
    assert answers.std() > 0
    generator.measure_mean_w(count=50)
    with pytest.raises(ValueError, match="one-hot"):
        generator(z)
    with pytest.raises(ValueError, match="labels are"):
        judge(pictures, torch.eye(4)[:3])
    with pytest.raises(ValueError, match="labels are"):
        Generator(StyleGAN2Config.tiny())(torch.randn(3, 16), labels=eye)


def test_gradients_of_gradients_reach_every_weight(generator):
    judge = Discriminator(generator.config)
    real = torch.randn(4, 3, 16, 16, requires_grad=True)
    (slope,) = torch.autograd.grad(judge(real).sum(), real, create_graph=True)
    slope.square().sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for n, p in judge.named_parameters() if "bias" not in n)
    for count in (1, 2):
        ws = generator.mapping(torch.randn(count, 16))
        painted = generator.synthesis(ws)
        (slope,) = torch.autograd.grad((painted * torch.randn_like(painted)).sum(), ws, create_graph=True)
        slope.square().sum(2).mean(1).sqrt().mean().backward()
        assert generator.mapping.layers[0].weight.grad.abs().sum() > 0
        assert generator.synthesis.blocks[0].conv1.weight.grad.abs().sum() > 0


def test_a_generator_learns_one_batch_by_heart(generator):
    torch.manual_seed(1)
    wanted = functional.interpolate(torch.randn(2, 3, 4, 4), size=16, mode="bilinear").clamp(-1, 1)
    z = torch.randn(2, 16)
    adam = torch.optim.Adam(generator.parameters(), lr=0.01, betas=(0.0, 0.99))
    losses = []
    for _ in range(50):
        loss = (generator(z, noise="none") - wanted).square().mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    assert losses[-1] < 0.1 * losses[0]


def test_a_discriminator_learns_to_tell_two_kinds_apart():
    torch.manual_seed(2)
    judge = Discriminator(StyleGAN2Config.tiny())
    real, fake = torch.randn(4, 3, 16, 16) + 0.5, torch.randn(4, 3, 16, 16) - 0.5
    adam = torch.optim.Adam(judge.parameters(), lr=0.005, betas=(0.0, 0.99))
    for _ in range(15):
        loss = functional.softplus(-judge(real)).mean() + functional.softplus(judge(fake)).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
    assert loss.item() < 0.5


def test_the_standard_deviation_of_a_group_is_its_own_and_any_batch_is_grouped():
    same = torch.ones(6, 2, 4, 4)
    assert minibatch_stddev(same, 4).shape == (6, 3, 4, 4)
    assert minibatch_stddev(same, 4)[:, 2].max() < 1e-3
    mixed = torch.cat([torch.zeros(2, 2, 4, 4), torch.ones(2, 2, 4, 4)])
    assert torch.allclose(minibatch_stddev(mixed, 4)[:, 2], torch.tensor(0.5), atol=1e-3)
    assert minibatch_stddev(mixed[:1], 4).shape == (1, 3, 4, 4)


def test_enlarging_and_reducing_keep_a_flat_picture_flat_away_from_its_edges():
    taps = filter_taps((1, 3, 3, 1))
    flat = torch.ones(1, 3, 8, 8)
    assert torch.allclose(upsample(flat, taps)[..., 2:-2, 2:-2], torch.tensor(1.0))
    assert torch.allclose(downsample(flat, taps)[..., 1:-1, 1:-1], torch.tensor(1.0))
    assert upsample(flat, taps).shape == (1, 3, 16, 16)
    assert downsample(flat, taps).shape == (1, 3, 4, 4)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"resolution": 48}, "48 px"),
        ({"resolution": 2048}, "2048 px"),
        ({"resolution": 2}, "2 px"),
        ({"channels": (8, 8)}, "channel counts"),
        ({"w_width": 9000}, "width"),
        ({"mapping_layers": 0}, "mapping layers"),
        ({"resample_taps": (1.0, -1.0)}, "sum that is not 0"),
        ({"resample_taps": (float("nan"), 1.0)}, "sum that is not 0"),
        ({"architecture": "unet"}, "unet"),
        ({"clamp": float("nan")}, "clamp"),
        ({"resolution": 1024, "channels": (8192,) * 9}, "weights"),
    ],
)
def test_sizes_out_of_bounds_are_refused(facts, why):
    with pytest.raises(CheckpointError, match=why):
        StyleGAN2Config(**facts)


def test_what_a_synthesis_cannot_take_is_refused(generator):
    ws = generator.mapping(torch.randn(1, 16))
    with pytest.raises(ValueError, match="this synthesis takes"):
        generator.synthesis(ws[:, 0])
    with pytest.raises(ValueError, match="5 layers"):
        generator.synthesis(ws, [torch.zeros(1, 1, 4, 4)])
    with pytest.raises(ValueError, match="'loud'"):
        generator.synthesis(ws, "loud")
    with pytest.raises(ValueError, match="pictures are"):
        Discriminator(generator.config)(torch.zeros(1, 3, 8, 8))
