from pathlib import Path

import pytest
import torch

from schemas.errors import SettingsError
from tests.training.adversarial.folders import discs
from training.painter import train, training_of_arguments
from training.painter_dcgan import RECIPE, DcganConfig, DcganDiscriminator, DcganGenerator


@pytest.mark.parametrize("resolution", [16, 64])
def test_shapes(resolution: int):
    config = DcganConfig(resolution=resolution, z_width=8, width=4)
    painted = DcganGenerator(config)(torch.randn(3, 8))
    assert painted.shape == (3, 3, resolution, resolution)
    assert float(painted.detach().abs().max()) <= 1
    assert DcganDiscriminator(config)(painted).shape == (3, 1)


def test_the_paper_sizes_are_the_defaults():
    assert DcganConfig().widths == [512, 256, 128, 64]


@pytest.mark.parametrize("sizes", [{"resolution": 48}, {"resolution": 512}, {"width": 0}, {"z_width": 0}])
def test_sizes_out_of_their_bounds_are_refused(sizes):
    with pytest.raises(SettingsError):
        DcganConfig(**sizes)


def test_the_baseline_trains_by_the_same_recipe(tmp_path: Path):
    folder = discs(tmp_path / "discs", 16)
    arguments = ["--pictures", str(folder), "--out", str(tmp_path / "out"), "--resolution", "16", "--steps", "2"]
    config = training_of_arguments([*arguments, "--batch", "4", "--minutes", "1"], {**RECIPE, "check_pictures": 8})
    assert (config.architecture, config.augmentation, config.beta1) == ("dcgan", "none", 0.5)
    state = train(config)
    assert state.step == 2
    assert "penalty" not in state.told
