import pytest
import torch

from models.pictures.style.feature_stacks import vgg_stack
from models.pictures.style.gatys import GatysSettings, restyle, style_loss
from models.pictures.style.vgg import VGG16
from schemas.errors import MediaError

QUICK = GatysSettings(size_px=64, levels=2, iterations=(6, 4), round_iterations=3)


@pytest.fixture(scope="module")
def network():
    return vgg_stack(VGG16.tiny())


@pytest.fixture(scope="module")
def style():
    return torch.rand(1, 3, 40, 60, generator=torch.Generator().manual_seed(5))


@pytest.mark.parametrize("optimiser", ["lbfgs", "adam"])
def test_the_loss_falls_and_the_picture_keeps_its_shape(network, style, drawing, optimiser):
    settings = GatysSettings(size_px=64, levels=2, iterations=(6, 6), round_iterations=6, optimiser=optimiser)
    made = restyle(drawing, style, network, settings)
    assert made.shape == (1, 3, 49, 64)
    assert 0 <= made.min() <= made.max() <= 1
    before = torch.nn.functional.interpolate(drawing, size=(49, 64), mode="bilinear", antialias=True)
    assert style_loss(made, drawing, style, network, settings) < style_loss(before, drawing, style, network, settings)


def test_a_killed_run_goes_on_to_the_same_bytes(network, style, drawing, tmp_path):
    class KilledError(Exception):
        pass

    def kill_after(count):
        def progress(_step):
            nonlocal count
            count -= 1
            if count == 0:
                raise KilledError

        return progress

    whole = restyle(drawing, style, network, QUICK)
    place = tmp_path / "unfinished"
    for _ in range(2):
        with pytest.raises(KilledError):
            restyle(drawing, style, network, QUICK, progress=kill_after(1), keep_at=place)
    steps = []
    assert torch.equal(restyle(drawing, style, network, QUICK, progress=steps.append, keep_at=place), whole)
    assert len(steps) == 2
    assert not place.exists()


def test_what_is_kept_of_other_pictures_or_torn_is_not_gone_on_with(network, style, drawing, tmp_path):
    place = tmp_path / "unfinished"
    whole = restyle(drawing, style, network, QUICK)
    with pytest.raises(ZeroDivisionError):
        restyle(1 - drawing, style, network, QUICK, progress=lambda _: 1 // 0, keep_at=place)
    assert torch.equal(restyle(drawing, style, network, QUICK, keep_at=place), whole)
    place.write_bytes(b"torn")
    assert torch.equal(restyle(drawing, style, network, QUICK, keep_at=place), whole)


def test_progress_ends_at_one_with_nothing_left(network, style, drawing):
    steps = []
    restyle(drawing, style, network, QUICK, progress=steps.append)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == pytest.approx(1)
    assert steps[-1].left_s == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    "wrong", [{"size_px": 2000}, {"levels": 2}, {"iterations": (1, 0, 1)}, {"size_px": 64}, {"style_weight": -1.0}]
)
def test_settings_out_of_bounds_are_refused(wrong):
    with pytest.raises(MediaError):
        GatysSettings(**wrong)


def test_a_picture_that_is_far_too_long_is_refused(network, style):
    with pytest.raises(MediaError, match="crop it first"):
        restyle(torch.rand(1, 3, 10, 90), style, network, QUICK)
