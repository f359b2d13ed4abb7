import pytest
import torch

from models.music.chorales.grid import PLACES, START, SYMBOLS
from models.music.chorales.network import (
    KINDS,
    ChoraleConfig,
    ChoraleNetwork,
    Heard,
    held,
    load_chorale_network,
    save_chorale_network,
    sinusoids,
)
from schemas.errors import CheckpointError


def network(kind: str = "relative", seed: int = 0) -> ChoraleNetwork:
    torch.manual_seed(seed)
    return ChoraleNetwork(ChoraleConfig.tiny(kind)).eval()


def some_tokens(batch: int, length: int) -> tuple[torch.Tensor, torch.Tensor]:
    tokens = torch.randint(0, START, (batch, length), generator=torch.Generator().manual_seed(1))
    return tokens, torch.arange(length).expand(batch, -1) % PLACES


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_a_logit_for_every_note_and_the_same_seed_gives_the_same(kind):
    logits = network(kind)(*some_tokens(3, 20))
    assert logits.shape == (3, 20, SYMBOLS)
    assert torch.equal(logits, network(kind)(*some_tokens(3, 20)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_later_note_never_changes_an_earlier_logit(kind):
    model, (tokens, places) = network(kind), some_tokens(1, 24)
    changed = tokens.clone()
    changed[:, 15:] = 7
    assert torch.allclose(model(tokens, places)[:, :15], model(changed, places)[:, :15], atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_one_batch_can_be_learned_by_heart(kind):
    torch.manual_seed(3)
    model = ChoraleNetwork(ChoraleConfig.tiny(kind))
    tokens, places = some_tokens(2, 17)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-2)
    for _ in range(40):
        logits = model(tokens[:, :-1], places[:, :-1])
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1


@pytest.mark.parametrize("kind", ["relative", "lstm"])
@pytest.mark.parametrize("parts", [(30,), (10, 20), (1,) * 30])
def test_singing_with_a_memory_gives_the_logits_of_the_whole(kind, parts):
    model, (tokens, places) = network(kind), some_tokens(2, 30)
    whole, before = model(tokens, places), held(tokens)
    heard, start = Heard(model.config, 2), 0
    with torch.inference_mode():
        for length in parts:
            here = slice(start, start + length)
            logits = model.step(tokens[:, here], before[:, here], places[:, here], heard)
            start += length
            assert torch.allclose(logits, whole[:, start - 1], atol=1e-5)


@pytest.mark.parametrize("kind", ["relative", "lstm"])
def test_singers_that_are_drawn_anew_take_their_memories_along(kind):
    model, (tokens, places) = network(kind), some_tokens(3, 9)
    before, heard, rows = held(tokens), Heard(model.config, 3), torch.tensor([2, 2, 0])
    with torch.inference_mode():
        model.step(tokens[:, :8], before[:, :8], places[:, :8], heard)
        heard.draw(rows)
        logits = model.step(tokens[rows, 8:], before[rows, 8:], places[:, 8:], heard)
        assert torch.allclose(logits, model(tokens, places)[rows, -1], atol=1e-5)


def test_the_note_that_a_voice_held_is_the_one_four_tokens_before():
    tokens = torch.arange(9)[None]
    assert held(tokens).tolist() == [[START] * 3 + [0, 1, 2, 3, 4, 5]]
    assert held(tokens[:, :2]).tolist() == [[START, START]]


def test_the_three_kinds_have_the_same_size_within_five_in_a_hundred():
    from training.chorales import SAME_SIZE

    sizes = [
        sum(value.numel() for value in ChoraleNetwork(ChoraleConfig(kind=kind, **SAME_SIZE[kind])).parameters())
        for kind in KINDS
    ]
    assert max(sizes) < 1.05 * min(sizes)


def test_sinusoids_are_those_of_the_paper():
    found = sinusoids(5, 8)
    assert found[0].tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert found[3, 1].item() == pytest.approx(torch.sin(torch.tensor(3 / 10_000 ** (2 / 8))).item(), rel=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_weights_are_the_same_after_saving_but_for_sixteen_bits(tmp_path, kind):
    model, path = network(kind), tmp_path / "chorales.safetensors"
    save_chorale_network(model, path, {"step": "7"})
    again = load_chorale_network(path)
    assert again.config == model.config
    assert all(
        torch.equal(again.state_dict()[name], value.half().float()) for name, value in model.state_dict().items()
    )
    assert [each.name for each in tmp_path.iterdir()] == ["chorales.safetensors"]


def test_missing_damaged_and_foreign_weights_are_refused(tmp_path):
    from safetensors.torch import save_file

    path = tmp_path / "chorales.safetensors"
    with pytest.raises(CheckpointError, match="no weights of chorales"):
        load_chorale_network(path)
    save_chorale_network(network(), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match="damaged"):
        load_chorale_network(path)
    save_file({"a": torch.zeros(2)}, path)
    with pytest.raises(CheckpointError, match="not 'hibari-chorales-1'"):
        load_chorale_network(path)
    save_file({"a": torch.zeros(2)}, path, {"format": "hibari-chorales-1", "config": '{"width": 33}'})
    with pytest.raises(CheckpointError, match="its width even"):
        load_chorale_network(path)


def test_attention_hears_no_more_than_its_context_and_absolute_positions_none_step_by_step():
    model, (tokens, places) = network(), some_tokens(1, 65)
    with pytest.raises(ValueError, match="do not fit in 64"):
        model.step(tokens, tokens, places, Heard(model.config, 1))
    with pytest.raises(ValueError, match="use 'relative' or 'lstm'"):
        Heard(ChoraleConfig.tiny("absolute"), 1)
    with pytest.raises(CheckpointError, match="not 'gru'"):
        ChoraleConfig(kind="gru")
