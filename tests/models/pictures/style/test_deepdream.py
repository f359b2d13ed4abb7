import pytest
import torch

from models.pictures.features import SqueezeNet
from models.pictures.style.deepdream import DreamSettings, dream, layer_of
from models.pictures.style.feature_stacks import squeezenet_stack, vgg_stack
from models.pictures.style.vgg import VGG16
from schemas.errors import MediaError

QUICK = DreamSettings(octaves=2, iterations=2, jitter_px=8, tile_px=96)


@pytest.fixture(scope="module")
def picture():
    return torch.rand(1, 3, 90, 130, generator=torch.Generator().manual_seed(0)) * 0.5 + 0.25


@pytest.fixture(scope="module")
def excitation():
    return layer_of(vgg_stack(VGG16.tiny()), "conv2_1")


def test_a_dream_excites_the_layer_and_keeps_the_shape(picture, excitation):
    dreamt = dream(picture, excitation, QUICK)
    assert dreamt.shape == picture.shape
    assert 0 <= dreamt.min() <= dreamt.max() <= 1
    assert excitation(dreamt) > 1.05 * excitation(picture)


def test_the_same_seed_gives_the_same_bytes(picture, excitation):
    assert torch.equal(dream(picture, excitation, QUICK), dream(picture, excitation, QUICK))
    other = DreamSettings(octaves=2, iterations=2, jitter_px=8, tile_px=96, seed=1)
    assert not torch.equal(dream(picture, excitation, QUICK), dream(picture, excitation, other))


def test_squeezenet_dreams_by_the_layers_its_own_pass_uses():
    torch.manual_seed(0)
    network = SqueezeNet().eval().requires_grad_(False)
    seen = []
    network.fire9.register_forward_hook(lambda _module, _inputs, output: seen.append(output.square().mean()))
    pictures = torch.rand(1, 3, 128, 128)
    network(pictures)
    excited = layer_of(squeezenet_stack(network), "fire9")(pictures)
    torch.testing.assert_close(excited, seen[0])


def test_progress_counts_to_one(picture, excitation):
    steps = []
    dream(picture, excitation, QUICK, progress=steps.append)
    assert len(steps) == 4
    assert steps[-1].done == pytest.approx(1)


def test_what_cannot_be_dreamt_says_why(picture, excitation):
    for shape in ((1, 3, 63, 90), (1, 3, 90, 2049), (3, 90, 90)):
        with pytest.raises(MediaError, match="sides of"):
            dream(torch.zeros(1).expand(shape), excitation, QUICK)
    with pytest.raises(MediaError, match="no layer of VGG16"):
        layer_of(vgg_stack(VGG16.tiny()), "fire8")
    with pytest.raises(MediaError, match="no layer of SqueezeNet"):
        layer_of(squeezenet_stack(SqueezeNet()), "conv1_1")
    with pytest.raises(MediaError, match="enlarge them"):
        squeezenet_stack(SqueezeNet())(torch.zeros(1, 3, 20, 40), ("conv1",))
    for wrong in ({"octaves": 0}, {"step": 0.0}, {"tile_px": 4000}):
        with pytest.raises(MediaError):
            DreamSettings(**wrong)
