import json
from dataclasses import asdict, replace

import pytest
import torch

from models.music.transformer import (
    Memory,
    MusicTransformer,
    MusicTransformerConfig,
    RelativeAttention,
    load_music_transformer,
    save_music_transformer,
)
from schemas.errors import CheckpointError


def network(seed: int = 0, **sizes: int) -> MusicTransformer:
    torch.manual_seed(seed)
    return MusicTransformer(replace(MusicTransformerConfig.tiny(), **sizes)).eval()


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


def by_the_formula(attention: RelativeAttention, x: torch.Tensor) -> torch.Tensor:
    """Equation 3 of the paper by loops, one query and one key after another, for one row [L, width]."""
    length, width = attention.head_width, x.shape[-1]
    shared = attention.kv_heads * length
    group = attention.heads // attention.kv_heads
    q, k, v = attention.qkv(x).split((width, shared, shared), dim=-1)
    rows = []
    for i in range(len(x)):
        mixed = []
        for head in range(attention.heads):
            kv = slice(head // group * length, (head // group + 1) * length)
            query = q[i, head * length : (head + 1) * length]
            seen = range(max(0, i + 1 - attention.reach), i + 1)
            logits = [query @ (k[j, kv] + attention.distances[attention.reach - 1 - (i - j)]) for j in seen]
            weights = (torch.stack(logits) / length**0.5).softmax(0)
            mixed.append(sum(weight * v[j, kv] for weight, j in zip(weights, seen, strict=True)))
        rows.append(attention.project(torch.cat(mixed)))
    return torch.stack(rows)


@pytest.mark.parametrize("length", [1, 2, 9, 24])
@pytest.mark.parametrize(("kv_heads", "window"), [(0, 0), (4, 0), (2, 0), (1, 0), (0, 7), (1, 7), (1, 1)])
def test_skewing_gives_the_relative_attention_of_equation_3(length: int, kv_heads: int, window: int):
    torch.manual_seed(2)
    config = MusicTransformerConfig(
        layers=1, width=16, heads=4, hidden=8, context=24, dropout=0.0, kv_heads=kv_heads, window=window
    )
    attention = RelativeAttention(config)
    torch.nn.init.normal_(attention.distances)
    x = torch.randn(length, 16)
    with torch.inference_mode():
        plain = by_the_formula(attention, x)
        assert torch.allclose(attention(x[None])[0], plain, atol=1e-5)
        for cut in {0, 1, length // 2, length - 1}:
            past = (torch.zeros(1, config.shared_heads, 24, 4), torch.zeros(1, config.shared_heads, 24, 4))
            parts = [attention(part[None], past, at)[0] for part, at in ((x[:cut], 0), (x[cut:], cut)) if len(part)]
            assert torch.allclose(torch.cat(parts), plain, atol=1e-5)


@pytest.mark.parametrize("parts", [(30,), (10, 20), (7, 1, 1, 21), (1,) * 30])
@pytest.mark.parametrize("sizes", [{}, {"kv_heads": 1}, {"kv_heads": 1, "window": 5}])
def test_decoding_with_a_memory_gives_the_logits_of_the_whole(parts: tuple[int, ...], sizes: dict[str, int]):
    model, tokens = network(**sizes), some_tokens(2, 30)
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


def test_weights_from_before_heads_could_share_keys_are_read(tmp_path):
    from safetensors.torch import save_file

    model, path = network(), tmp_path / "music.safetensors"
    sizes = {name: size for name, size in asdict(model.config).items() if name not in ("kv_heads", "window")}
    metadata = {"format": "hibari-music-transformer-1", "config": json.dumps(sizes)}
    save_file({name: value.half() for name, value in model.state_dict().items()}, path, metadata)
    assert load_music_transformer(path).config == model.config


def test_weights_of_a_network_whose_heads_share_keys_are_read(tmp_path):
    model, path = network(kv_heads=1, window=16), tmp_path / "music.safetensors"
    save_music_transformer(model, path)
    assert load_music_transformer(path).config == model.config


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


@pytest.mark.parametrize(
    ("sizes", "reason"),
    [
        ({"width": 33, "heads": 2}, "33 is not a multiple of 2"),
        ({"heads": 0}, "not a multiple of 0"),
        ({"layers": 0}, "at least 1"),
        ({"kv_heads": 3}, "4 heads cannot share 3"),
        ({"kv_heads": -1}, "4 heads cannot share -1"),
        ({"window": 385}, "from 0 to the context, 384"),
    ],
)
def test_sizes_that_cannot_be_are_refused(sizes: dict[str, int], reason: str):
    with pytest.raises(CheckpointError, match=reason):
        MusicTransformerConfig(**sizes)
