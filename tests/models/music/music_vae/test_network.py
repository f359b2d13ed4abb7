from __future__ import annotations

import pytest
import torch

from models.music.music_vae.config import MusicVAEConfig
from models.music.music_vae.keeping import load_music_vae, save_music_vae
from models.music.music_vae.network import MusicVAE, draw
from schemas.errors import CheckpointError

CONFIGS = {
    "flat": MusicVAEConfig.tiny(),
    "drums": MusicVAEConfig.tiny("drums"),
    "hierarchical": MusicVAEConfig.tiny(bars=4, hierarchical=True),
}


def network(config):
    torch.manual_seed(1)
    return MusicVAE(config).eval()


def tokens_of(config, rows=3):
    generator = torch.Generator().manual_seed(2)
    return torch.randint(0, config.outputs, (rows, config.steps), generator=generator)


@pytest.mark.parametrize("name", CONFIGS)
def test_shapes_are_those_that_the_config_says(name):
    config = CONFIGS[name]
    model, tokens = network(config), tokens_of(config)
    mu, sigma = model.encode(tokens)
    assert mu.shape == sigma.shape == (3, config.z)
    assert (sigma > 0).all()
    assert model(tokens).shape == (3, config.steps, config.outputs)
    assert model.decode(mu).shape == tokens.shape


@pytest.mark.parametrize("name", CONFIGS)
def test_the_same_seed_writes_the_same_tokens_and_another_others(name):
    model = network(CONFIGS[name])
    z = torch.randn(2, CONFIGS[name].z, generator=torch.Generator().manual_seed(3))
    one, same, other = (model.decode(z, 1.0, torch.Generator().manual_seed(seed)) for seed in (5, 5, 6))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


@pytest.mark.parametrize("name", CONFIGS)
def test_no_step_sees_what_comes_after_it(name):
    model, tokens = network(CONFIGS[name]), tokens_of(CONFIGS[name])
    z = torch.zeros(3, CONFIGS[name].z)
    changed = tokens.clone()
    changed[:, 20:] = (changed[:, 20:] + 1) % CONFIGS[name].outputs
    one, other = model.reconstruct(z, tokens), model.reconstruct(z, changed)
    assert torch.equal(one[:, :21], other[:, :21])
    assert not torch.equal(one[:, 21:], other[:, 21:])


def test_with_a_conductor_a_bar_sees_only_the_last_token_of_the_bar_before():
    model, tokens = network(CONFIGS["hierarchical"]), tokens_of(CONFIGS["hierarchical"])
    z = torch.zeros(3, 8)
    changed = tokens.clone()
    changed[:, :15] = (changed[:, :15] + 1) % 90
    assert torch.equal(model.reconstruct(z, tokens)[:, 16:], model.reconstruct(z, changed)[:, 16:])


@pytest.mark.parametrize("name", CONFIGS)
def test_what_is_written_at_temperature_nought_is_the_likeliest_by_the_logits(name):
    model = network(CONFIGS[name])
    z = torch.randn(2, CONFIGS[name].z, generator=torch.Generator().manual_seed(3))
    written = model.decode(z, 0.0)
    assert torch.equal(model.reconstruct(z, written).argmax(dim=-1), written)


def test_scheduled_sampling_shows_the_decoder_its_own_tokens():
    model, tokens = network(CONFIGS["flat"]), tokens_of(CONFIGS["flat"])
    z = torch.zeros(3, 8)
    forced = model.reconstruct(z, tokens)
    own = model.reconstruct(z, tokens, 1.0, torch.Generator().manual_seed(1))
    assert torch.equal(forced[:, 0], own[:, 0])
    assert not torch.equal(forced[:, 2:], own[:, 2:])


def test_only_what_is_allowed_is_written():
    model = network(CONFIGS["flat"])
    even = torch.arange(90) % 2 == 0
    written = model.decode(torch.randn(4, 8), 1.0, None, lambda _: even)
    assert (written % 2 == 0).all()


@pytest.mark.parametrize("name", CONFIGS)
def test_a_network_that_was_kept_writes_the_same(name, tmp_path):
    model = network(CONFIGS[name])
    path = tmp_path / "vae.safetensors"
    save_music_vae(model, path, {"step": "7"}, bits=32)
    found = load_music_vae(path)
    assert found.config == model.config
    tokens = tokens_of(model.config)
    assert torch.equal(found(tokens), model(tokens))
    assert [each.name for each in tmp_path.iterdir()] == ["vae.safetensors"]


@pytest.mark.parametrize("name", ["flat", "hierarchical"])
def test_a_network_learns_three_tunes_by_heart(name):
    config = MusicVAEConfig("melody", 1, 8, (16,), (40,), (16,) if name == "hierarchical" else ())
    torch.manual_seed(3)
    model = MusicVAE(config)
    tunes = [41, 0, 1, 0, 43, 0, 45, 0], [53, 0, 0, 0, 52, 0, 50, 0], [2, 4, 6, 8, 10, 12, 14, 16]
    tokens = torch.tensor([2 * tune for tune in tunes])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(140):
        loss = torch.nn.functional.cross_entropy(model(tokens).flatten(0, 1), tokens.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.1


def test_drawing_follows_the_chances():
    logits = torch.log(torch.tensor([[0.1, 0.9]])).expand(4000, 2)
    assert draw(logits, 1.0, torch.Generator().manual_seed(1)).float().mean() == pytest.approx(0.9, abs=0.02)
    assert draw(logits, 0.5, torch.Generator().manual_seed(1)).float().mean() == pytest.approx(0.988, abs=0.01)


@pytest.mark.parametrize(
    "sizes",
    [{"bars": 0}, {"bars": 65}, {"z": 0}, {"encoder": ()}, {"decoder": (9000,)}, {"kind": "speech"}, {"z": 2.5}],
)
def test_impossible_sizes_are_refused(sizes):
    with pytest.raises(CheckpointError):
        MusicVAEConfig(**sizes)


def test_files_that_are_missing_damaged_or_of_another_network_are_refused(tmp_path):
    path = tmp_path / "vae.safetensors"
    with pytest.raises(CheckpointError, match="no MusicVAE"):
        load_music_vae(path)
    path.write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="damaged"):
        load_music_vae(path)
    model = network(CONFIGS["flat"])
    model.decoder.project.bias.data[0] = float("nan")
    with pytest.raises(CheckpointError, match=r"decoder.project.bias is not finite"):
        save_music_vae(model, path)
