import pytest
import torch
from safetensors.torch import save_file

from models.pictures.style.vgg import LAYERS, VGG16, convert_vgg16, load_vgg16, perceptual_distance
from schemas.errors import CheckpointError, MediaError


@pytest.fixture(scope="module")
def network():
    return VGG16.tiny()


def test_layers_have_the_papers_names_and_shapes(network):
    assert len(LAYERS) == 13
    maps = network(torch.rand(2, 3, 32, 48), ("conv1_1", "conv2_2", "conv5_3"))
    assert {layer: tuple(features.shape[1:]) for layer, features in maps.items()} == {
        "conv1_1": (4, 32, 48),
        "conv2_2": (6, 17, 25),
        "conv5_3": (8, 3, 4),
    }


def test_the_same_pictures_are_no_distance_apart_and_others_are(network):
    pictures = torch.rand(2, 3, 40, 40, generator=torch.Generator().manual_seed(0))
    assert torch.equal(perceptual_distance(network, pictures, pictures), torch.zeros(2))
    for head in network.heads:
        head.weight.data.abs_()
    assert (perceptual_distance(network, pictures, 1 - pictures) > 0).all()


def test_pictures_and_layers_that_cannot_be_read_say_so(network):
    with pytest.raises(MediaError, match="no layer of VGG16"):
        network(torch.rand(1, 3, 32, 32), ("fire8",))
    with pytest.raises(MediaError, match="at least"):
        network(torch.rand(1, 3, 31, 32), ("conv1_1",))
    with pytest.raises(MediaError, match="scale one"):
        perceptual_distance(network, torch.rand(1, 3, 32, 32), torch.rand(1, 3, 32, 33))


def test_a_file_of_another_network_is_refused(tmp_path):
    save_file({"weight": torch.zeros(2)}, tmp_path / "model.safetensors")
    for path in (tmp_path, tmp_path / "missing.safetensors"):
        with pytest.raises(CheckpointError, match="models pull features:vgg16"):
            load_vgg16(path)


def test_a_package_of_another_network_is_refused(tmp_path):
    def convert(_source, target):
        save_file({"net.slice1.0.weight": torch.zeros(2)}, target)

    with pytest.raises(CheckpointError, match="holds 1 convolutions"):
        convert_vgg16(tmp_path / "some.pth", tmp_path / "model.safetensors", convert)
    assert list(tmp_path.iterdir()) == []
