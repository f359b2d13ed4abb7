import pytest
import torch

from training.adversarial.augmenting import KINDS, Steering, augment, diff_augment
from training.adversarial.transforms import COLOUR, GEOMETRY


def chance(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def pictures(count: int = 8, px: int = 16) -> torch.Tensor:
    return torch.rand(count, 3, px, px, generator=chance(2)) * 2 - 1


def test_at_probability_0_nothing_changes():
    shown = pictures()
    assert torch.equal(augment(shown, 0.0, chance()), shown)


@pytest.mark.parametrize("kind", KINDS)
def test_a_transform_that_is_not_chosen_is_the_neutral_one(kind):
    shown = pictures()
    torch.testing.assert_close(augment(shown, 1e-12, chance(), (kind,)), shown, atol=2e-6, rtol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_transform_changes_about_as_many_pictures_as_p_says(kind):
    """Half of the flips, a quarter of the turns and of shifts by at most a pixel are the neutral ones."""
    neutral = {"flip": 0.5, "quarter-turn": 0.25, "luma-flip": 0.5, "shift": 0.25}.get(kind, 0.0)
    shown = pictures(600, 8)
    changed = (augment(shown, 0.5, chance(), (kind,)) - shown).abs().amax((1, 2, 3)) > 1e-4
    assert float(changed.float().mean()) == pytest.approx(0.5 * (1 - neutral), abs=0.07)


def test_flips_and_quarter_turns_are_exact():
    shown = pictures(64)
    for kind, group in (
        ("flip", [shown, shown.flip(3)]),
        ("quarter-turn", [torch.rot90(shown, turns, (2, 3)) for turns in range(4)]),
    ):
        found = augment(shown, 1.0, chance(), (kind,))
        off = torch.stack([(found - one).abs().amax((1, 2, 3)) for one in group]).amin(0)
        assert float(off.max()) < 1e-5


def test_whole_shifts_move_pixels_without_blurring():
    shown = pictures(32)
    found = augment(shown, 1.0, chance(), ("shift",))
    # a mirrored edge shows no value that the picture does not have
    for one, moved in zip(shown, found, strict=True):
        known = one.flatten(1).T
        assert float(torch.cdist(moved.flatten(1).T, known).amin(1).max()) < 2e-3


def test_hue_keeps_grey_and_brightness_of_colours():
    shown = pictures()
    found = augment(shown, 1.0, chance(), ("hue",))
    torch.testing.assert_close(found.mean(1), shown.mean(1), atol=1e-5, rtol=0)
    grey = shown.mean(1, keepdim=True).expand(-1, 3, -1, -1)
    torch.testing.assert_close(augment(grey, 1.0, chance(), ("hue", "saturation")), grey, atol=1e-5, rtol=0)


def test_a_distribution_that_a_transform_maps_on_itself_is_kept():
    """The leak test: pictures that are as often mirrored as not stay so, whatever p."""
    one = pictures(1)
    shown = torch.where(torch.rand(2000, 1, 1, 1, generator=chance(3)) < 0.5, one, one.flip(3))
    found = augment(shown, 0.7, chance(), ("flip",))
    share = ((found - one).abs().amax((1, 2, 3)) < 1e-5).float().mean()
    assert float(share) == pytest.approx(0.5, abs=0.04)


def test_which_way_a_picture_was_can_be_told_from_how_often_it_is_seen_so():
    """Below p = 1 the unflipped picture stays the commoner one: a generator is not led to paint the flipped one."""
    one = pictures(1)
    found = augment(one.expand(2000, -1, -1, -1), 0.8, chance(), ("flip",))
    share = ((found - one).abs().amax((1, 2, 3)) < 1e-5).float().mean()
    assert float(share) == pytest.approx(0.6, abs=0.04)


def test_gradients_pass_through_both_augmentations():
    for shown in (augment, lambda x, p, g: diff_augment(x, g)):
        given = pictures().requires_grad_(True)
        torch.autograd.backward(shown(given, 0.8, chance()).square().sum())
        assert bool((given.grad.abs().sum((1, 2, 3)) > 0).all())


def test_the_same_seed_augments_the_same_way():
    for shown in (augment, lambda x, p, g: diff_augment(x, g)):
        assert torch.equal(shown(pictures(), 0.8, chance()), shown(pictures(), 0.8, chance()))
        assert not torch.equal(shown(pictures(), 0.8, chance()), shown(pictures(), 0.8, chance(9)))


def test_the_light_augmentation_cuts_a_hole():
    found = diff_augment(pictures(32), chance())
    empty = (found.abs().amax(1) == 0).float().mean((1, 2))
    assert float(empty.min()) > 0.01
    assert float(empty.max()) < 0.5


def test_probability_follows_how_far_the_discriminator_overfits():
    steering = Steering(pictures_to_full=1000)
    for _ in range(40):
        steering.observe(torch.ones(10, 1))
    assert steering.p == pytest.approx(0.4)
    assert steering.r_t == 1.0
    for _ in range(20):
        steering.observe(torch.tensor([[1.0]] * 5 + [[-1.0]] * 5))
    assert steering.p == pytest.approx(0.2)
    for _ in range(400):
        steering.observe(-torch.ones(10, 1))
    assert steering.p == 0.0
    for _ in range(400):
        steering.observe(torch.ones(10, 1))
    assert steering.p == 0.85


def test_every_kind_has_a_matrix():
    assert set(KINDS) == {*GEOMETRY, *COLOUR}
    assert len(KINDS) == 12
