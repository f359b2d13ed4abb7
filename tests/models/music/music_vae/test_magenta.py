"""Magenta's checkpoints. Those in `tensorflow/` were written by TensorFlow 2.21 (`tf.compat.v1.train.Saver`).

Their cells are its own LSTMBlockCell under Magenta's variable names; `answers.npz` holds what it computed with them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from models import registry
from models.adding import add
from models.checkpoints.inspecting import inspect_checkpoint
from models.music.music_vae.config import MAGENTA, MusicVAEConfig
from models.music.music_vae.keeping import load_music_vae, save_music_vae
from models.music.music_vae.magenta import load_magenta
from models.music.music_vae.magenta_names import check_shapes, config_of, known_as, variables
from models.music.music_vae.network import MusicVAE
from schemas.errors import CheckpointError
from tests.models.checkpoints import bundles

ORIGINAL = Path(__file__).parent / "tensorflow"
NAMES = ("little_flat", "little_drums", "little_hierarchical")


@pytest.fixture(scope="module")
def answers():
    with np.load(ORIGINAL / "answers.npz") as file:
        return dict(file)


@pytest.mark.parametrize("name", NAMES)
def test_a_checkpoint_written_by_tensorflow_gives_tensorflows_answers(name, answers):
    model = load_magenta(ORIGINAL / f"{name}.tar")
    tokens = torch.from_numpy(answers[f"{name}.tokens"].astype(np.int64))
    with torch.inference_mode():
        mu, sigma = model.encode(tokens)
        logits = model(tokens)[:, -3:]
    for found, part in ((mu, "mu"), (sigma, "sigma"), (logits, "logits")):
        np.testing.assert_allclose(found.numpy(), answers[f"{name}.{part}"], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", MAGENTA)
def test_every_config_of_magentas_is_known_by_its_shapes(name):
    shapes = variables(MAGENTA[name]) | {"global_step": (), "encoder/mu/kernel/Adam": (3,)}
    assert known_as(shapes) == name
    assert config_of("it", shapes) == MAGENTA[name]


def test_a_config_that_does_not_match_is_refused_with_the_one_that_would():
    shapes = variables(MAGENTA["cat-mel_2bar_small"])
    message = r"fw/.*/lstm_cell/kernel is \[602, 2048\], \[2138, 8192\] is wanted.*cat-mel_2bar_small"
    with pytest.raises(CheckpointError, match=message):
        check_shapes("x.tar", shapes, MAGENTA["cat-mel_2bar_big"], "cat-mel_2bar_big")
    shapes.pop("encoder/sigma/bias")
    with pytest.raises(CheckpointError, match=r"encoder/sigma/bias is missing, \[256\] is wanted; none of"):
        check_shapes("x.tar", shapes, MAGENTA["cat-mel_2bar_small"], "cat-mel_2bar_small")
    with pytest.raises(CheckpointError, match="those that are read are"):
        load_magenta(ORIGINAL / "little_flat.tar", "cat-mel_3bar")


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ("decoder/nade/w_enc", "NADE"),
        ("core_decoder/core_decoder_0/decoder/output_projection/kernel", "trio"),
        ("encoder/hierarchical_level_0/cell_0/x", "hierarchical encoder"),
    ],
)
def test_designs_without_a_network_here_are_named(extra, reason):
    with pytest.raises(CheckpointError, match=reason):
        config_of("x.tar", variables(MAGENTA["cat-mel_2bar_small"]) | {extra: (2, 2)})


def test_models_with_chords_are_told_apart_by_their_widths():
    shapes = variables(MAGENTA["cat-mel_2bar_small"])
    for way in ("fw", "bw"):
        shapes[f"encoder/cell_0/bidirectional_rnn/{way}/multi_rnn_cell/cell_0/lstm_cell/kernel"] = (651, 2048)
    with pytest.raises(CheckpointError, match="139 numbers a step.*models with chords"):
        config_of("x.tar", shapes)


def archive_of(config: MusicVAEConfig, path: Path) -> Path:
    dice = np.random.default_rng(1)
    tensors = {name: dice.normal(size=shape).astype(np.float32) for name, shape in variables(config).items()}
    return bundles.write_tar(path, bundles.files_of(tensors))


def test_a_checkpoint_is_described_and_taken_in_as_a_motif_model(tmp_path):
    path = ORIGINAL / "little_hierarchical.tar"
    facts = inspect_checkpoint(path)
    assert (facts.family, facts.is_whole, facts.unexpected) == ("music-vae-magenta", True, ())
    assert facts.command == "hibari models add motif:NAME FILE"
    add("motif:mine", str(path), tmp_path)
    model = load_music_vae(registry.path("motif:mine", tmp_path))
    tokens = torch.zeros(1, 256, dtype=torch.int64)
    assert torch.equal(model(tokens), load_magenta(path)(tokens))


def test_drums_are_taken_in_as_drums_only(tmp_path):
    path = archive_of(MusicVAEConfig.tiny("drums"), tmp_path / "drums.tar")
    assert inspect_checkpoint(path).command == "hibari models add drums:NAME FILE"
    with pytest.raises(CheckpointError, match="is of drums"):
        add("motif:mine", str(path), tmp_path / "models")
    add("drums:mine", str(path), tmp_path / "models")
    assert registry.is_present("drums:mine", tmp_path / "models")


def test_one_of_ours_is_taken_in_too_and_others_are_not(tmp_path):
    save_music_vae(MusicVAE(MusicVAEConfig.tiny()), tmp_path / "mine.safetensors")
    assert inspect_checkpoint(tmp_path / "mine.safetensors").family == "music-vae-hibari"
    add("motif:mine", str(tmp_path / "mine.safetensors"), tmp_path / "models")
    other = bundles.write_tar(tmp_path / "other.tar", bundles.files_of({"w": np.zeros(3, dtype=np.float32)}))
    with pytest.raises(CheckpointError, match="are MusicVAEs"):
        add("motif:other", str(other), tmp_path / "models")


def test_numbers_that_are_not_finite_are_refused(tmp_path):
    config = MusicVAEConfig.tiny()
    tensors = {name: np.full(shape, np.nan, dtype=np.float32) for name, shape in variables(config).items()}
    path = bundles.write_tar(tmp_path / "nan.tar", bundles.files_of(tensors))
    with pytest.raises(CheckpointError, match="not finite"):
        load_magenta(path)
