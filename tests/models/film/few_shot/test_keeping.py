import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from models.film.few_shot.config import FewShotConfig
from models.film.few_shot.keeping import FORMAT, load_networks, save_few_shot
from models.film.few_shot.painter import FewShotNetworks, FewShotPainter, load_few_shot
from schemas.errors import CheckpointError
from tests.models.film.few_shot.scenes import labels, picture


@pytest.fixture
def kept(tmp_path):
    torch.manual_seed(0)
    networks = FewShotNetworks(FewShotConfig.tiny())
    for weight in networks.parameters():
        weight.data = weight.data.half().float()
    save_few_shot(tmp_path / "painter.safetensors", networks, {"step": 3})
    return tmp_path / "painter.safetensors", networks


def test_what_was_saved_paints_the_same(kept):
    file, networks = kept
    frames = []
    for painter in (load_few_shot(file), FewShotPainter(networks)):
        weights = painter.weights_of([picture(1)], [labels(1)])
        frames.append(painter.paint(weights, labels(), picture()))
    assert torch.equal(frames[0], frames[1])


def test_the_same_weights_give_the_same_bytes(kept):
    file, networks = kept
    before = file.read_bytes()
    save_few_shot(file, networks, {"step": 3})
    assert file.read_bytes() == before


def rewritten(file, **facts):
    save_file(load_file(file), file, metadata={"hibari": json.dumps({"format": FORMAT, **facts})})


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda f: f.unlink(), "restore it"),
        (lambda f: f.write_bytes(f.read_bytes()[:300]), "restore it"),
        (lambda f: save_file({"a": torch.zeros(1)}, f), "no few-shot painter of ours"),
        (lambda f: rewritten(f), "restore it"),
        (lambda f: rewritten(f, config={"widths": [4, 4, 4], "units": [1, 1, 1]}), "restore it"),
        (lambda f: rewritten(f, config={"hidden": 1 << 60}), "hidden is"),
        (lambda f: rewritten(f, config=[1]), "restore it"),
        (lambda f: rewritten(f, config={"pickle": 1}), "restore it"),
    ],
)
def test_damaged_and_foreign_files_are_refused(kept, harm, says):
    harm(kept[0])
    with pytest.raises(CheckpointError, match=says):
        load_networks(kept[0])


def test_numbers_that_are_not_finite_are_refused(kept):
    file, networks = kept
    networks.generator.last.bias.data.fill_(torch.nan)
    save_few_shot(file, networks, {})
    with pytest.raises(CheckpointError, match="not finite"):
        load_networks(file)
