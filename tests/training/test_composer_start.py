import pytest
import torch

from models.music.tokens import CONTROL_0, VOCABULARY
from models.music.transformer import MusicTransformer, MusicTransformerConfig, save_music_transformer
from schemas.errors import CheckpointError
from training.composer_start import grown

SMALL = {"layers": 2, "width": 16, "heads": 2, "hidden": 32, "dropout": 0.0}


@pytest.fixture
def old(tmp_path):
    torch.manual_seed(0)
    model = MusicTransformer(MusicTransformerConfig(vocabulary=CONTROL_0, context=24, **SMALL))
    save_music_transformer(model, tmp_path / "old.safetensors")
    return tmp_path / "old.safetensors", model.half().float().eval()


def test_a_network_with_more_tokens_layers_and_reach_says_the_same_of_what_the_old_one_knew(old):
    path, before = old
    sizes = MusicTransformerConfig(vocabulary=VOCABULARY, context=48, **{**SMALL, "layers": 3})
    now = grown(path, sizes).eval()
    tokens = torch.arange(1, 25)[None]
    assert torch.allclose(now(tokens)[..., :CONTROL_0], before(tokens), atol=1e-5)


def test_heads_that_come_to_share_keys_and_values_begin_with_their_mean(old):
    path, before = old
    now = grown(path, MusicTransformerConfig(context=24, kv_heads=1, **SMALL))
    keys = before.layers[0].attention.qkv.weight[16:32].view(2, 8, 16)
    assert torch.allclose(now.layers[0].attention.qkv.weight[16:24], keys.mean(0))


@pytest.mark.parametrize(("change", "reason"), [({"width": 32}, "width 16"), ({"layers": 1}, "more layers")])
def test_other_sizes_are_refused(old, change, reason):
    with pytest.raises(CheckpointError, match=reason):
        grown(old[0], MusicTransformerConfig(context=24, **{**SMALL, **change}))
