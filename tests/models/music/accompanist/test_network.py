from __future__ import annotations

import pytest
import torch

from models.music.accompanist.network import (
    Accompanist,
    AccompanistConfig,
    Memory,
    load_accompanist,
    save_accompanist,
)
from models.music.accompanist.tokens import FEATURES, VOCABULARY
from schemas.errors import CheckpointError

SIZES = tuple(FEATURES.values())


@pytest.fixture(scope="module")
def model() -> Accompanist:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    return Accompanist(AccompanistConfig.tiny()).eval()


def some(length: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    dice = torch.Generator().manual_seed(seed)
    tokens = torch.randint(VOCABULARY, (2, length), generator=dice)
    conditions = torch.stack([torch.randint(size, (2, length), generator=dice) for size in SIZES], dim=-1)
    return tokens, conditions


def test_logits_have_a_row_for_each_token(model):
    assert model(*some(20)).shape == (2, 20, VOCABULARY)


def test_no_logit_knows_what_comes_later(model):
    tokens, conditions = some(20)
    other, states = some(20, seed=1)
    changed = torch.cat([tokens[:, :11], other[:, 11:]], dim=1)
    changed_states = torch.cat([conditions[:, :11], states[:, 11:]], dim=1)
    assert torch.equal(model(tokens, conditions)[:, :11], model(changed, changed_states)[:, :11])


def test_token_by_token_gives_what_the_whole_gives(model):
    tokens, conditions = (part[:1] for part in some(24))
    whole = model(tokens, conditions)[0]
    memory = Memory(model.config)
    with torch.inference_mode():
        first = model.step(tokens[:, :7], conditions[:, :7], memory)
        pieces = model.step(tokens[:, 7:12], conditions[:, 7:12], memory)
        steps = [model.step(tokens[:, at : at + 1], conditions[:, at : at + 1], memory) for at in range(12, 24)]
    torch.testing.assert_close(first, whole[6], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(pieces, whole[11], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(torch.stack(steps), whole[12:], rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="do not fit in 128"):
        model.step(tokens.repeat(1, 5), conditions.repeat(1, 5, 1), memory)


def test_saved_and_loaded_it_is_the_same_to_sixteen_bits(model, tmp_path):
    save_accompanist(model, tmp_path / "a.safetensors", {"step": "1"})
    again = load_accompanist(tmp_path / "a.safetensors")
    assert again.config == model.config
    torch.testing.assert_close(again(*some(10)), model(*some(10)), rtol=2e-2, atol=2e-2)
    assert all(torch.equal(a, b.half().float()) for a, b in zip(again.parameters(), model.parameters(), strict=True))


def test_what_is_no_accompanist_is_refused(model, tmp_path):
    with pytest.raises(CheckpointError, match="no accompanist's weights"):
        load_accompanist(tmp_path / "none.safetensors")
    (tmp_path / "bad.safetensors").write_bytes(b"0" * 40)
    with pytest.raises(CheckpointError, match="damaged"):
        load_accompanist(tmp_path / "bad.safetensors")
    other = Accompanist(AccompanistConfig(vocabulary=9, layers=1, width=16, heads=2, hidden=16, context=8))
    save_accompanist(other, tmp_path / "other.safetensors")
    with pytest.raises(CheckpointError, match="another alphabet"):
        load_accompanist(tmp_path / "other.safetensors")


def test_it_learns_one_batch_by_heart():
    torch.manual_seed(0)
    model = Accompanist(AccompanistConfig.tiny())
    tokens, conditions = some(16)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(60):
        logits = model(tokens[:, :-1], conditions[:, :-1])
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    assert float(loss.detach()) < 0.1
