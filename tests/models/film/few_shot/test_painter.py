import pytest
import torch

from models.film.few_shot.config import FewShotConfig
from models.film.few_shot.painter import FewShotNetworks, FewShotPainter, one_hot
from models.film.warping import warp
from schemas.errors import CheckpointError, MediaError
from tests.models.film.few_shot.scenes import flow, labels, picture


@pytest.fixture(scope="module")
def painter():
    return FewShotPainter.tiny()


@pytest.fixture(scope="module")
def weights(painter):
    return painter.weights_of([picture(1)], [labels(1)], [picture(2)])


@pytest.mark.parametrize(("height", "width"), [(32, 48), (36, 32), (64, 32)])
def test_a_frame_is_painted_at_any_size_of_whole_steps(painter, weights, height, width):
    frame = painter.paint(weights, labels(0, height, width), picture(0, height, width))
    assert frame.shape == (1, 3, height, width)
    assert frame.min() >= 0
    assert frame.max() <= 1


def test_references_may_be_of_different_sizes(painter):
    painter.weights_of([picture(1), picture(2, 80, 64)], [labels(1), labels(2, 80, 64)])


def test_the_same_seed_paints_the_same_bytes_and_another_does_not(weights):
    frames = []
    for seed in (0, 0, 1):
        painter = FewShotPainter.tiny(seed)
        made = painter.weights_of([picture(1)], [labels(1)])
        frames.append(painter.paint(made, labels(), picture()))
    assert torch.equal(frames[0], frames[1])
    assert not torch.equal(frames[0], frames[2])


def test_another_reference_gives_another_frame(painter, weights):
    other = painter.weights_of([picture(5)], [labels(1)], [picture(2)])
    ours, theirs = (bold(painter).paint(made, labels(), picture()) for made in (weights, other))
    assert (ours - theirs).abs().max() > 1e-4


def test_a_drawing_beside_its_reference_is_looked_at(painter, weights):
    undrawn = painter.weights_of([picture(1)], [labels(1)])
    assert not torch.equal(undrawn.ground, weights.ground)


def test_the_order_of_references_does_not_matter(painter):
    one, two = (picture(1), labels(1), picture(2)), (picture(3), labels(2), None)
    orders = [
        painter.weights_of(*(list(part) for part in zip(*pair, strict=True))) for pair in ((one, two), (two, one))
    ]
    frames = [painter.paint(made, labels(), picture()) for made in orders]
    assert torch.allclose(frames[0], frames[1], atol=1e-5)


def test_a_reference_given_twice_counts_as_once(painter, weights):
    twice = painter.weights_of([picture(1)] * 2, [labels(1)] * 2, [picture(2)] * 2)
    assert torch.allclose(twice.ground, weights.ground, atol=1e-5)


def test_a_frame_does_not_hang_on_what_comes_after_it(painter, weights):
    """Three frames, of which the last shows something else: the first two stay as they are, byte for byte."""

    def film(last):
        frames = [painter.paint(weights, labels(), picture())]
        for number in (1, last):
            frames.append(painter.paint(weights, labels(number), picture(number), frames[-1], flow(1.0)))
        return frames

    one, other = film(2), film(7)
    assert torch.equal(one[0], other[0])
    assert torch.equal(one[1], other[1])
    assert not torch.equal(one[2], other[2])


def test_a_frame_lies_between_the_warped_one_before_and_what_is_painted(painter, weights):
    before = picture(9)
    alone = painter.paint(weights, labels(), picture())
    frame = painter.paint(weights, labels(), picture(), before, flow(2.0))
    warped = warp(before, flow(2.0))
    low, high = torch.minimum(alone, warped), torch.maximum(alone, warped)
    assert (frame >= low - 0.02).all()
    assert (frame <= high + 0.02).all()


def test_no_pixel_is_only_warped():
    networks = FewShotNetworks(FewShotConfig.tiny())
    torch.nn.init.constant_(networks.mask.layers[-1].bias, -100.0)
    mask = networks.mask(picture(1), picture(2), picture(3), flow())
    assert torch.allclose(mask, torch.full_like(mask, FewShotConfig.tiny().repainted))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"labels": labels(0, 32, 32)}, "label map"),
        ({"labels": torch.full((1, 32, 48), 40)}, "below 40"),
        ({"drawing": picture(0, 33, 48), "labels": labels(0, 33, 48)}, "multiples of 4"),
        ({"drawing": picture(0, 16, 48), "labels": labels(0, 16, 48)}, "sides from 32"),
        ({"drawing": picture()[0]}, r"\[1, 3, H, W\]"),
        ({"previous": picture()}, "belong together"),
        ({"previous": picture(0, 32, 32), "flow": flow()}, "do not fit"),
        ({"previous": picture(), "flow": flow(0, 0, 32, 32)}, "do not fit"),
    ],
)
def test_what_cannot_be_painted_is_refused(painter, weights, change, says):
    with pytest.raises(MediaError, match=says):
        painter.paint(weights, **{"labels": labels(), "drawing": picture(), **change})


@pytest.mark.parametrize(
    ("references", "maps", "drawings", "says"),
    [
        ([], [], None, "1 to 16"),
        ([picture()] * 17, [labels()] * 17, None, "1 to 16"),
        ([picture()], [], None, "0 label maps"),
        ([picture()], [labels(0, 32, 32)], None, "label map"),
        ([picture()], [labels()], [picture(0, 32, 32)], "not that of"),
    ],
)
def test_references_that_do_not_fit_are_refused(painter, references, maps, drawings, says):
    with pytest.raises(MediaError, match=says):
        painter.weights_of(references, maps, drawings)


@pytest.mark.parametrize("sizes", [{"widths": (8,)}, {"hidden": 0}, {"code": 1 << 40}, {"widths": (), "units": ()}])
def test_sizes_of_no_painter_are_refused(sizes):
    with pytest.raises(CheckpointError):
        FewShotConfig(**sizes)


def test_each_label_has_a_map_of_its_own():
    maps = one_hot(labels())
    assert torch.equal(maps.argmax(1).to(torch.uint8), labels())
    assert torch.equal(maps.sum(1), torch.ones(1, 32, 48))


def bold(painter):
    """The same networks with a last convolution that adds something: untrained ones add nothing to the drawing."""
    torch.manual_seed(3)
    torch.nn.init.normal_(painter._networks.generator.last.weight, std=0.1)
    return painter
