import json

import pytest
import torch
from safetensors.torch import save_file

from models.pictures.singan.keeping import (
    FORMAT,
    PICTURE,
    TrainedScale,
    load_scale,
    load_singan,
    save_picture,
    save_scale,
    scale_file,
)
from models.pictures.singan.networks import ScaleConfig, ScaleCritic
from schemas.errors import CheckpointError
from tests.models.pictures.singan.pyramids import SIZES, untrained


def kept(folder, **facts):
    pyramid = untrained()
    whole = {"sizes": [list(size) for size in SIZES], **facts}
    save_picture(folder, torch.zeros(1, 3, *SIZES[-1]), pyramid.fixed_noise, whole)
    for scale, generator in enumerate(pyramid.generators):
        critic = ScaleCritic(ScaleConfig.tiny())
        save_scale(folder, scale, TrainedScale(generator, critic, pyramid.strengths[scale]), {"scale": scale})
    return pyramid


def test_what_was_saved_makes_the_same_picture(tmp_path):
    pyramid = kept(tmp_path)
    loaded, learned = load_singan(tmp_path)
    assert torch.equal(loaded.reconstruction(), pyramid.reconstruction())
    assert learned.sizes == SIZES


def test_the_same_scale_gives_the_same_bytes(tmp_path):
    torch.manual_seed(0)
    kept(tmp_path)
    before = scale_file(tmp_path, 1).read_bytes()
    save_scale(tmp_path, 1, load_scale(tmp_path, 1), {"scale": 1})
    assert scale_file(tmp_path, 1).read_bytes() == before


def test_a_training_that_is_not_finished_says_how_far_it_is(tmp_path):
    kept(tmp_path)
    scale_file(tmp_path, 2).unlink()
    with pytest.raises(CheckpointError, match="2 of 3 scales"):
        load_singan(tmp_path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: (f / PICTURE).unlink(), "cannot be read"),
        (lambda f: (f / PICTURE).write_bytes(b"x" * 50), "cannot be read"),
        (lambda f: scale_file(f, 0).write_bytes(scale_file(f, 0).read_bytes()[:500]), "cannot be read"),
        (lambda f: save_file({"a": torch.zeros(1)}, f / PICTURE), "does not say hibari"),
        (lambda f: foreign(f / PICTURE, {"a": torch.zeros(1)}), "does not say what"),
        (lambda f: foreign(scale_file(f, 1), {"a": torch.zeros(1)}, width=4, strength=1), "does not hold a scale"),
        (lambda f: foreign(scale_file(f, 1), {"a": torch.zeros(1)}, width=1 << 40, strength=1), "1-512 features"),
        (lambda f: foreign(scale_file(f, 1), {"a": torch.tensor(torch.nan)}), "not finite"),
        (lambda f: kept(f, sizes=[[12, 16], [24, 30]]), "does not fit"),
        (lambda f: kept(f, sizes=[[1 << 40, 16]]), "does not fit"),
        (lambda f: kept(f, sizes=[]), "does not fit"),
    ],
)
def test_damaged_and_foreign_files_are_refused(tmp_path, change, says):
    kept(tmp_path)
    change(tmp_path)
    with pytest.raises(CheckpointError, match=says):
        load_singan(tmp_path)


def foreign(path, tensors, **facts):
    save_file(tensors, path, metadata={"hibari": json.dumps({"format": FORMAT, **facts})})
