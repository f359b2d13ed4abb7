import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from models.music.chorales.grid import PLACES, START, SYMBOLS, checked_grid
from models.music.chorales.network import KINDS, load_chorale_network
from schemas.errors import MediaError
from tests.corpora import corpus_file
from training.chorales import (
    MEMBER,
    ChoraleTraining,
    Learner,
    nats_per_token,
    read_chorales,
    steps_in,
    stretches,
    token_losses,
    train,
)

TINY = {"layers": 1, "width": 16, "heads": 2, "hidden": 16, "context": 32}
GRID = [[72, 67, 64, 48]] * 8 + [[71, 67, 62, 55]] * 8 + [[72, 67, 64, 48]] * 16


def chorales() -> dict:
    return {name: [checked_grid(GRID), checked_grid(GRID[:20])] for name in ("train", "valid", "test")}


def settings(out: Path, **changes) -> ChoraleTraining:
    return replace(ChoraleTraining(out, steps=4, batch=2, check_every=2, warm_up=1, sizes=TINY), **changes)


def archive_of(path: Path, content: bytes, member: str = MEMBER) -> Path:
    with tarfile.open(path, "w:xz") as tar:
        info = tarfile.TarInfo(member)
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    return path


def test_a_training_that_is_resumed_ends_with_the_same_weights(tmp_path):
    train([settings(tmp_path / "whole")], chorales())
    halted = Learner(settings(tmp_path / "parts"), chorales())
    halted.step()
    halted.step()
    train([settings(tmp_path / "parts", resume=True)], chorales())
    one, other = (load_chorale_network(tmp_path / name / "relative.safetensors") for name in ("whole", "parts"))
    assert all(torch.equal(value, other.state_dict()[name]) for name, value in one.state_dict().items())


def test_kinds_trained_by_turns_become_what_they_become_alone(tmp_path):
    train([settings(tmp_path / "turns", kind=kind) for kind in KINDS], chorales())
    train([settings(tmp_path / "alone", kind="lstm")], chorales())
    one, other = (load_chorale_network(tmp_path / name / "lstm.safetensors") for name in ("turns", "alone"))
    assert all(torch.equal(value, other.state_dict()[name]) for name, value in one.state_dict().items())


def test_stretches_begin_at_beats_and_keep_to_one_key_each(tmp_path):
    tokens, places = stretches([checked_grid(GRID)], 64, 16, np.random.default_rng(0))
    assert tokens.shape == (16, 65)
    assert torch.equal(places[0], torch.arange(64) % PLACES)
    assert (tokens[:, 1:] < START).all()
    assert len({int(row[0]) for row in tokens}) > 1
    first = tokens[:, 1:5]
    assert len({tuple((row - row[0]).tolist()) for row in first}) <= 2


def test_a_chorale_shorter_than_a_stretch_begins_again(tmp_path):
    tokens, _ = stretches([checked_grid(GRID[:4])], 64, 1, np.random.default_rng(0))
    assert torch.equal(tokens[0, 1:17], tokens[0, 17:33])


def test_every_token_is_measured_once_and_an_untrained_network_knows_little(tmp_path):
    model = Learner(settings(tmp_path), chorales()).model
    assert token_losses(model, checked_grid(GRID)).shape == (32, 4)
    assert abs(nats_per_token(model, [checked_grid(GRID)]) - np.log(SYMBOLS)) < 2.5


def test_minutes_become_at_least_a_step(tmp_path):
    assert steps_in(0.0, settings(tmp_path), chorales(), rounds=1) == 1


def test_the_corpus_is_divided_as_published():
    found = read_chorales(corpus_file("jsb_chorales.tar.xz"))
    assert [len(found[name]) for name in ("train", "valid", "test")] == [229, 76, 77]
    assert sum(len(grid) for grid in found["test"]) == 18_900


@pytest.mark.parametrize("content", [b"{", b"[]", b"{}", json.dumps({"train": [[[1, 2, 3, 4]]]}).encode()])
def test_an_archive_of_another_form_is_refused(tmp_path, content):
    with pytest.raises(MediaError):
        read_chorales(archive_of(tmp_path / "a.tar.xz", content))


def test_a_missing_or_damaged_archive_is_refused(tmp_path):
    with pytest.raises(MediaError, match="missing, damaged"):
        read_chorales(tmp_path / "none.tar.xz")
    with pytest.raises(MediaError, match="missing, damaged"):
        read_chorales(archive_of(tmp_path / "a.tar.xz", b"{}", "other.json"))
    (tmp_path / "a.tar.xz").write_bytes(b"no archive")
    with pytest.raises(MediaError, match="missing, damaged"):
        read_chorales(tmp_path / "a.tar.xz")
