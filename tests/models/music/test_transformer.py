import pytest
import torch

from models.music.transformer import (
    Memory,
    MusicTransformer,
    MusicTransformerConfig,
    load_music_transformer,
    save_music_transformer,
    skew,
)
from schemas.errors import CheckpointError


def network(seed: int = 0) -> MusicTransformer:
    torch.manual_seed(seed)
    return MusicTransformer(MusicTransformerConfig.tiny()).eval()


def some_tokens(batch: int, length: int) -> torch.Tensor:
    return torch.randint(0, 150, (batch, length), generator=torch.Generator().manual_seed(1))


def test_there_is_a_logit_for_every_token_of_the_alphabet_at_every_place():
    model = network()
    assert model(some_tokens(3, 20)).shape == (3, 20, model.config.vocabulary)


def test_a_later_token_never_changes_an_earlier_logit():
    model, tokens = network(), some_tokens(1, 24)
    changed = tokens.clone()
    changed[:, 15:] = 7
    assert torch.equal(model(tokens)[:, :15], model(changed)[:, :15])


def test_skewing_gives_the_relative_term_of_the_paper():
    length, width = 9, 4
    generator = torch.Generator().manual_seed(2)
    queries = torch.randn(2, 3, length, width, generator=generator)
    distances = torch.randn(length, width, generator=generator)
    skewed = skew(queries @ distances.t())
    for i in range(length):
        for j in range(i + 1):
            plain = queries[:, :, i] @ distances[length - 1 - (i - j)]
            assert torch.allclose(skewed[:, :, i, j], plain, atol=1e-6)


@pytest.mark.parametrize("parts", [(30,), (10, 20), (7, 1, 1, 21), (1,) * 30])
def test_decoding_with_a_memory_gives_the_logits_of_the_whole(parts: tuple[int, ...]):
    model, tokens = network(), some_tokens(2, 30)
    whole, memory, start = model(tokens), Memory(model.config, 2), 0
    with torch.inference_mode():
        for length in parts:
            logits = model.step(tokens[:, start : start + length], memory)
            start += length
            assert torch.allclose(logits, whole[:, start - 1], atol=1e-5)


def test_a_memory_repeated_for_more_rows_leaves_the_first_alone():
    model, tokens = network(), some_tokens(1, 8)
    with torch.inference_mode():
        memory = Memory(model.config, 1)
        model.step(tokens, memory)
        wide = memory.expand(3)
        model.step(torch.tensor([[1], [2], [3]]), wide)
        assert (memory.length, wide.length) == (8, 9)
        assert not memory.keys[:, :, :, 8:].any()


def test_more_tokens_than_the_context_are_refused():
    model = network()
    with pytest.raises(ValueError, match="do not fit in 128"):
        model.step(some_tokens(1, 129), Memory(model.config, 1))


def test_one_batch_can_be_learned_by_heart():
    torch.manual_seed(3)
    model = MusicTransformer(MusicTransformerConfig.tiny())
    tokens = some_tokens(2, 24)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(60):
        loss = torch.nn.functional.cross_entropy(model(tokens[:, :-1]).flatten(0, 1), tokens[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1


def test_weights_are_the_same_after_saving_but_for_sixteen_bits(tmp_path):
    model, path = network(), tmp_path / "music.safetensors"
    save_music_transformer(model, path, {"step": "7"})
    again = load_music_transformer(path)
    assert again.config == model.config
    for name, value in model.state_dict().items():
        assert torch.equal(again.state_dict()[name], value.half().float())
    assert [each.name for each in tmp_path.iterdir()] == ["music.safetensors"]


def test_missing_damaged_and_foreign_weights_are_refused(tmp_path):
    from safetensors.torch import save_file

    with pytest.raises(CheckpointError, match="no music weights"):
        load_music_transformer(tmp_path / "none.safetensors")
    path = tmp_path / "music.safetensors"
    save_music_transformer(network(), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match="damaged"):
        load_music_transformer(path)
    save_file({"a": torch.zeros(2)}, path)
    with pytest.raises(CheckpointError, match="not 'hibari-music-transformer-1'"):
        load_music_transformer(path)


def test_sizes_that_do_not_divide_are_refused():
    with pytest.raises(CheckpointError, match="not a multiple"):
        MusicTransformerConfig(width=33, heads=2)
