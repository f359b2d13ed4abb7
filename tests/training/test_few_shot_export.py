import json

import pytest
import torch

from models.film.few_shot.config import FewShotConfig
from models.film.few_shot.painter import FewShotNetworks
from models.pictures.features import SqueezeNet
from models.pictures.style.feature_stacks import squeezenet_stack
from schemas.errors import CheckpointError
from training.few_shot_export import _MARKS, _write_card, measure, training_of
from training.few_shot_shots import SHOTS, Album


def album(seed):
    chance = torch.Generator().manual_seed(seed)
    drawings = torch.randint(0, 255, (SHOTS, 2, 3, 32, 64), dtype=torch.uint8, generator=chance)
    labels = torch.zeros(SHOTS, 2, 32, 64, dtype=torch.uint8)
    flows, valid = torch.zeros(SHOTS, 2, 32, 64), torch.ones(SHOTS, 1, 32, 64, dtype=torch.uint8)
    return Album(drawings.flip(2), drawings, labels, flows, valid)


def test_what_is_measured_is_said_of_right_and_wrong_references_and_of_the_drawing():
    torch.manual_seed(0)
    networks, features = FewShotNetworks(FewShotConfig.tiny()).eval(), SqueezeNet().eval().requires_grad_(False)
    reached, steady, sheet = measure(networks, [album(0), album(1)], squeezenet_stack(features))
    rows = {row.name: row for row in reached}
    bare = album(0).drawings.float() - album(0).pictures.float()
    assert set(rows) == {
        "the right references",
        "the right references without their drawings",
        "another album's references",
        "the bare drawing",
    }
    assert rows["the right references"].nearer == 0
    assert rows["the bare drawing"].apart == pytest.approx(float(bare[:, 0].abs().mean()), rel=0.1)
    assert min(steady.alone, steady.laid, steady.teacher) >= 0
    assert sheet.shape == (3, 64, 5 * 64)


def test_a_card_keeps_what_its_author_wrote_around_the_figures(tmp_path):
    card = tmp_path / "card.md"
    card.write_text(f"# name\nbefore\n{_MARKS[0]}\nold\n{_MARKS[1]}\nafter\n")
    _write_card(card, "new")
    assert card.read_text() == f"# name\nbefore\n{_MARKS[0]}\nnew\n{_MARKS[1]}\nafter\n"
    card.write_text("no marks")
    with pytest.raises(CheckpointError, match="two marks"):
        _write_card(card, "new")


@pytest.mark.parametrize("text", [None, "{", json.dumps({"wings": 2})])
def test_a_folder_without_a_training_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "settings.json").write_text(text)
    with pytest.raises(CheckpointError):
        training_of(tmp_path)
