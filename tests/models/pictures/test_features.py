import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from models import registry
from models.pictures.distances import kernel_distance
from models.pictures.features import FEATURES, SqueezeNet, features_of, load_squeezenet
from schemas.errors import CheckpointError
from tests.corpora import corpus_file


@pytest.fixture(scope="module")
def network() -> SqueezeNet:
    return load_squeezenet(registry.path("features:squeezenet", registry.default_models_dir()))


def test_a_picture_of_any_size_has_512_features(network):
    for px in (32, 64, 200):
        assert network(torch.rand(2, 3, px, px)).shape == (2, FEATURES)


def test_features_do_not_hang_on_how_many_are_taken_at_once(network):
    pictures = torch.rand(7, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(features_of(network, pictures, batch=3), features_of(network, pictures, batch=7))


def test_the_weights_are_those_of_the_authors(network):
    path = corpus_file("squeezenet_v1.1.tar")
    with tarfile.open(path) as archive:
        member = archive.extractfile("squeezenet_v1.1/squeezenet_v1_1_fp16.npz")
        known = np.load(member, allow_pickle=False)
        for name, weight in network.state_dict().items():
            layer, _, kind = name.rpartition(".")
            original = known[f"{layer.replace('.', '/')}/{kind[0]}"]
            np.testing.assert_allclose(weight.numpy(), original.astype(np.float32), rtol=1e-3, atol=1e-6)


def test_sky_and_noise_lie_far_apart(network):
    chance = torch.Generator().manual_seed(1)
    ramp = torch.linspace(0, 1, 64)[:, None].expand(24, 3, 64, 64) * torch.rand(24, 3, 1, 1, generator=chance)
    noise = torch.rand(24, 3, 64, 64, generator=chance)
    skies, seen = features_of(network, ramp), features_of(network, noise)
    near, far = kernel_distance(skies[::2], skies[1::2]), kernel_distance(skies, seen)
    assert far.value > 10 * abs(near.value)


def test_another_network_is_refused(tmp_path: Path):
    save_file({"conv1.weight": torch.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(CheckpointError, match="does not hold SqueezeNet"):
        load_squeezenet(tmp_path / "other.safetensors")
    with pytest.raises(CheckpointError, match="nowhere"):
        load_squeezenet(tmp_path / "nowhere.safetensors")
