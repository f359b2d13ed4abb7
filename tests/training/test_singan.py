import pytest
import torch

from models.pictures.singan.keeping import load_singan, scale_file
from schemas.errors import CheckpointError, MediaError, SettingsError
from training.singan import PAPER, SHORT, SinGANSchedule, estimate_s, train_singan
from training.singan_steps import ScaleTraining, slope_penalty

TINY = SinGANSchedule(
    longest_px=24, shortest_px=12, ratio=0.7, width=4, doubles_every=0, first_steps=6, last_steps=4,
    critic_updates=1, generator_updates=1, penalty_every=2, redraw_every=2,
)  # fmt: skip


def stripes(height: int = 24, width: int = 24) -> torch.Tensor:
    """A picture of a few colours, [1, 3, H, W] in 0..1."""
    rows = torch.linspace(0, 1, height)[:, None].expand(height, width)
    columns = torch.linspace(0, 6, width)[None, :].expand(height, width).remainder(1)
    return torch.stack((rows, columns, (rows + columns) / 2))[None]


def weights(folder):
    pyramid, _ = load_singan(folder)
    return [value for generator in pyramid.generators for value in generator.state_dict().values()]


def test_a_training_ends_with_every_scale_and_no_state(tmp_path):
    heard = []
    train_singan(stripes(), tmp_path, TINY, report=heard.append)
    pyramid, learned = load_singan(tmp_path)
    assert [tuple(size) for size in learned.sizes] == [(12, 12), (17, 17), (24, 24)]
    assert pyramid.strengths[0] == 1
    assert {path.name for path in tmp_path.iterdir()} == {
        "picture.safetensors",
        *(f"scale-0{n}.safetensors" for n in range(3)),
    }
    assert heard[-1].done == pytest.approx(heard[-1].total)


def test_the_same_seed_gives_the_same_weights_and_another_does_not(tmp_path):
    for name, seed in (("one", 0), ("two", 0), ("other", 1)):
        train_singan(stripes(), tmp_path / name, TINY, seed=seed)
    one, two, other = (weights(tmp_path / name) for name in ("one", "two", "other"))
    assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("after", [1, 4, 8])
def test_a_training_that_was_killed_goes_on_to_the_same_weights(tmp_path, after, monkeypatch):
    """Killed between any two updates: what was kept last is taken up, what came after it is done again."""
    monkeypatch.setattr("training.singan_steps._KEPT_EVERY_S", 0.0)
    train_singan(stripes(), tmp_path / "whole", TINY)
    updates, update = [], ScaleTraining.update

    def killed(self, step):
        if len(updates) == after:
            raise KeyboardInterrupt
        updates.append(step)
        update(self, step)

    with monkeypatch.context() as patch:
        patch.setattr(ScaleTraining, "update", killed)
        with pytest.raises(KeyboardInterrupt):
            train_singan(stripes(), tmp_path / "parts", TINY)
    train_singan(stripes(), tmp_path / "parts", TINY)
    files = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "parts").iterdir())
    assert all((tmp_path / "whole" / n).read_bytes() == (tmp_path / "parts" / n).read_bytes() for n in files)


@pytest.mark.parametrize(
    ("picture", "changes", "says"),
    [(stripes().flip(2), {}, "picture_sha256"), (stripes(), {"seed": 9}, "seed")],
)
def test_a_folder_of_another_training_is_left_alone(tmp_path, picture, changes, says):
    train_singan(stripes(), tmp_path, TINY)
    before = scale_file(tmp_path, 0).read_bytes()
    with pytest.raises(CheckpointError, match=says):
        train_singan(picture, tmp_path, TINY, **changes)
    assert scale_file(tmp_path, 0).read_bytes() == before


def test_a_damaged_state_says_what_to_do(tmp_path):
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "state.safetensors").write_bytes(b"x" * 40)
    with pytest.raises(CheckpointError, match="state.safetensors cannot be read"):
        train_singan(stripes(), tmp_path, TINY)


def test_a_picture_is_learned():
    """The coarsest scale comes near to the picture from its fixed noise."""
    from models.pictures.singan.keeping import LearnedPicture
    from models.pictures.singan.networks import bordered
    from models.pictures.singan.pyramid import empty_pyramid

    sizes = ((12, 12),)
    learned = LearnedPicture(stripes(12, 12) * 2 - 1, empty_pyramid(sizes, 0).fixed_noise, {"sizes": sizes})
    schedule = SinGANSchedule(width=16, first_steps=80, last_steps=80, critic_updates=1, generator_updates=1,
                              penalty_every=4)  # fmt: skip
    training = ScaleTraining(empty_pyramid(sizes, 0), learned, schedule, 0)
    errors = []
    for step in range(80):
        training.update(step)
        if step in (0, 79):
            made = training.generator(bordered(learned.fixed_noise), torch.zeros(1, 3, 12, 12)).detach()
            errors.append(float((made - learned.picture).square().mean()))
    assert errors[1] < 0.5 * errors[0]


def test_crops_are_as_large_as_they_may_be(tmp_path):
    from dataclasses import replace

    train_singan(stripes(30, 24), tmp_path, replace(TINY, crop_px=24, longest_px=30))
    assert load_singan(tmp_path)[1].sizes[-1] == (30, 24)


def test_the_critic_is_led_to_a_slope_of_one_at_each_pixel():
    """A critic that scores a patch by its middle pixel times a number has that number's slope wherever it looks."""

    class Scored(torch.nn.Module):
        def forward(self, picture):
            return 3.0 * picture[:, :1, 5:-5, 5:-5]

    points = torch.rand(1, 3, 20, 20)
    inside = 10 * 10 / 400
    assert float(slope_penalty(Scored(), points)) == pytest.approx(inside * (3 - 1) ** 2 + (1 - inside), rel=1e-4)


def test_the_learning_rate_falls():
    assert [SHORT.rate(step, 100) / SHORT.learning_rate for step in (0, 100)] == pytest.approx([1, 0.02])
    assert [PAPER.rate(step, 100) for step in (0, 79, 80)] == pytest.approx([5e-4, 5e-4, 5e-5])


def test_time_is_foreseen():
    assert estimate_s(stripes(), TINY, trials=1) > 0
    assert SHORT.steps(0, 8) == 1500
    assert SHORT.steps(7, 8) == 400
    assert PAPER.steps(3, 8) == 2000


@pytest.mark.parametrize("changes", [{"width": 0}, {"longest_px": 99999}, {"ratio": 1.0}, {"crop_px": 5}])
def test_settings_out_of_bounds_are_refused(changes):
    with pytest.raises(SettingsError):
        SinGANSchedule(**changes)


def test_a_picture_without_a_pyramid_is_refused(tmp_path):
    with pytest.raises(MediaError, match="squarer"):
        train_singan(stripes(4, 400), tmp_path, TINY)
    assert list(tmp_path.iterdir()) == []
