from dataclasses import replace

import torch

from models.film.few_shot.config import LABELS, FewShotConfig
from models.film.few_shot.weight_generation import Places, WeightGenerator


def generator(**sizes):
    torch.manual_seed(0)
    return WeightGenerator(replace(FewShotConfig.tiny(), **sizes))


def places(network, painted, drawing, drawn=1.0):
    return network.places(painted, one_label(3), drawing, torch.full((1, 1, 1, 1), drawn))


def one_label(number):
    labels = torch.zeros(1, LABELS, 32, 32)
    labels[:, number] = 1
    return labels


def test_how_a_drawing_was_recoloured_is_seen_from_the_pair():
    """Red and blue exchanged: the colour map leans that way, as far as it is let."""
    network, drawing = generator(), torch.rand(1, 3, 8, 8).repeat_interleave(4, 2).repeat_interleave(4, 3)
    seen = places(network, drawing.flip(1), drawing)
    turned = network.colours(seen.features[..., -7:])[0]
    same = network.colours(places(network, drawing, drawing).features[..., -7:])[0]
    assert turned[0, 2] > 0.2
    assert turned[0, 0] < 0.8
    assert torch.allclose(same, torch.eye(3, 4), atol=1e-4)


def test_without_a_drawing_the_colour_map_is_that_of_all():
    network = generator()
    seen = places(network, torch.rand(1, 3, 32, 32), torch.zeros(1, 3, 32, 32), drawn=0.0)
    assert torch.equal(network.colours(seen.features[..., -7:])[0], network.colours.common)


def test_a_label_takes_after_the_places_that_show_it():
    """One half shows one label in red, the other another in blue: each label is answered with its own colour."""
    network = generator(key=32)
    labels = torch.zeros(1, LABELS, 32, 32)
    labels[:, 3, :16], labels[:, 9, 16:] = 1, 1
    painted = torch.zeros(1, 3, 32, 32)
    painted[:, 0, :16], painted[:, 2, 16:] = 1, 1
    seen = network.places(painted, labels, painted, torch.ones(1, 1, 1, 1))
    attention = (network.keys.of_labels() @ seen.keys.transpose(1, 2) / 32**0.5).softmax(-1)
    answered = (attention @ seen.features[..., -7:-4])[0]
    assert answered[3, 0] > answered[3, 2]
    assert answered[9, 2] > answered[9, 0]


def test_each_of_several_albums_gets_weights_of_its_own():
    network = generator()
    both = [places(network, torch.rand(1, 3, 32, 32), torch.rand(1, 3, 32, 32)) for _ in range(2)]
    joined = Places(torch.cat([one.features for one in both]), torch.cat([one.keys for one in both]))
    together, alone = network(joined), [network(one) for one in both]
    for number in range(2):
        assert torch.allclose(together.ground[number], alone[number].ground[0], atol=1e-5)
        assert torch.allclose(
            together.modulations[0].scale_shift[number], alone[number].modulations[0].scale_shift[0], atol=1e-5
        )
