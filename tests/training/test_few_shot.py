from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from models.film.few_shot.config import EDGE, FIRST_TONE, TONES, FewShotConfig
from models.film.few_shot.painter import load_few_shot
from models.film.warping import warp
from models.pictures.features import SqueezeNet
from models.pictures.style.arbitrary import Stylist
from models.pictures.style.feature_stacks import squeezenet_stack
from models.pictures.style.looks import Looks, load_looks
from schemas.errors import CheckpointError, MediaError, SettingsError
from training import few_shot, few_shot_shots
from training.few_shot import FewShotTraining, train_few_shot
from training.few_shot_batches import Sources, batch_of, whole_frames
from training.few_shot_shots import SHOTS, Album, KeptAlbums, PaintedAlbums, PaintingAlbums, tones_and_edges
from training.few_shot_steps import begin, losses_of, take_step

H, W = 192, 320


class MadeUpAlbums:
    """Flat drawings of two labels, in pictures whose colours are the drawing's, turned as the album wants."""

    def album(self, number):
        rng = np.random.default_rng(number)
        labels = torch.zeros(SHOTS, 2, H, W, dtype=torch.uint8)
        labels[..., H // 2 :, :] = 7
        drawings = torch.from_numpy(rng.integers(60, 200, (SHOTS, 2, 3, 1, 1), dtype=np.uint8)).repeat(1, 1, 1, H, W)
        pictures = drawings.flip(2) if number % 2 else 255 - drawings
        flows, valid = torch.zeros(SHOTS, 2, H, W, dtype=torch.float16), torch.ones(SHOTS, 1, H, W, dtype=torch.uint8)
        return Album(pictures, drawings, labels, flows, valid)


@pytest.fixture
def features():
    torch.manual_seed(0)
    return squeezenet_stack(SqueezeNet().eval().requires_grad_(False))


def tiny(out, **changes):
    settings = {"sizes": "tiny", "albums": 3, "steps": 6, "batch": 2, "crop_px": 32, "keep_every_s": 0.0}
    return FewShotTraining(out, **{**settings, **changes})


@pytest.fixture
def made_up(monkeypatch, tmp_path, features):
    monkeypatch.setattr(few_shot, "features_on", lambda _device: features)
    sources = Sources(KeptAlbums(MadeUpAlbums(), tmp_path / "albums", 3))
    monkeypatch.setattr(few_shot, "sources_of", lambda _training: sources)
    return sources


def batch(sources, seed=0, paintings=0.0):
    rng = np.random.default_rng(seed)
    return batch_of(sources, rng, count=2, crop_px=32, reference_px=32, paintings=paintings)


def test_a_batch_is_learned(made_up, features, tmp_path):
    training = tiny(tmp_path, learning_rate=2e-2, steps=40)
    state, one = begin(FewShotConfig.tiny(), training), batch(made_up)
    before = losses_of(state.networks, one, features, own_before=True)["painted"]
    for _ in range(40):
        take_step(state, one, features, training)
    assert losses_of(state.networks, one, features, own_before=True)["painted"] < before / 2


def test_a_training_that_was_killed_goes_on_to_the_same_bytes(made_up, tmp_path, monkeypatch):
    whole = train_few_shot(tiny(tmp_path / "whole"))
    take, taken = take_step, []

    def killed(*given):
        if len(taken) == 3:
            raise KeyboardInterrupt
        taken.append(1)
        take(*given)

    with monkeypatch.context() as patch:
        patch.setattr(few_shot, "take_step", killed)
        with pytest.raises(KeyboardInterrupt):
            train_few_shot(tiny(tmp_path / "parts"))
    steps = []
    parts = train_few_shot(tiny(tmp_path / "parts"), lambda stands: steps.append(stands.step))
    assert steps == [4, 5, 6]
    states = [load_file(file.parent / "state.safetensors") for file in (whole, parts)]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    painters = [load_few_shot(file) for file in (whole, parts)]
    made = [painter.weights_of([torch.ones(1, 3, 32, 32)], [torch.zeros(1, 32, 32)]) for painter in painters]
    assert torch.equal(made[0].ground, made[1].ground)


def test_a_run_that_ends_after_its_minutes_leaves_weights_and_goes_on(made_up, tmp_path):
    steps = []
    weights = train_few_shot(tiny(tmp_path, minutes=1e-9), lambda stands: steps.append((stands.step, stands.left_s)))
    assert steps == [(1, 0.0)]
    load_few_shot(weights)
    train_few_shot(tiny(tmp_path), lambda stands: steps.append(stands.step))
    assert steps[1:] == [2, 3, 4, 5, 6]


def test_a_folder_of_another_training_is_left_alone(made_up, tmp_path):
    train_few_shot(tiny(tmp_path))
    with pytest.raises(CheckpointError, match="batch differs"):
        train_few_shot(tiny(tmp_path, batch=1))


def test_a_finished_training_is_not_trained_again(made_up, tmp_path):
    before = train_few_shot(tiny(tmp_path)).read_bytes()
    assert train_few_shot(tiny(tmp_path), lambda _: pytest.fail("a step was taken")).read_bytes() == before


def test_a_damaged_state_says_what_to_do(made_up, tmp_path):
    (tmp_path / "state.safetensors").write_bytes(b"x" * 40)
    with pytest.raises(CheckpointError, match="name another folder"):
        train_few_shot(tiny(tmp_path))


@pytest.mark.parametrize(
    "change", [{"steps": 0}, {"crop_px": 40}, {"sizes": "huge"}, {"learning_rate": 0.0}, {"albums": 1}]
)
def test_settings_out_of_bounds_are_refused(tmp_path, change):
    with pytest.raises(SettingsError):
        tiny(tmp_path, **change)


def test_a_device_that_is_not_here_is_named():
    with pytest.raises(SettingsError, match="cpu"):
        few_shot.features_on("cuda:77")


def test_references_are_other_shots_of_the_same_album_and_a_wrong_one_is_of_another(made_up):
    one, two = (made_up.painted.album(number) for number in range(2))
    right, wrong = whole_frames(one, one, 0, reference_px=32), whole_frames(one, two, 0, reference_px=32)
    assert torch.equal(right.pictures, wrong.pictures)
    assert not torch.equal(right.references, wrong.references)
    assert torch.allclose(right.references.mean((3, 4))[0, 0], one.pictures[1, 0].float().mean((1, 2)) / 255, atol=1e-4)


def test_the_same_chance_gives_the_same_batch(made_up):
    one, two, other = batch(made_up, 1), batch(made_up, 1), batch(made_up, 2)
    assert torch.equal(one.pictures, two.pictures)
    assert not torch.equal(one.pictures, other.pictures)


def test_tones_rise_with_light_and_edges_are_found():
    ramp = np.repeat(np.linspace(0, 0.4, 64, dtype=np.float32)[None, :, None], 64, 0).repeat(3, 2)
    ramp[:, 48:] += 0.5
    labels = tones_and_edges(ramp)
    row = labels[32]
    tones = row[row != EDGE]
    assert (np.diff(tones.astype(int)) >= 0).all()
    assert tones[0] == FIRST_TONE
    assert tones[-1] == FIRST_TONE + TONES - 1
    assert (row[46:50] == EDGE).any()


@pytest.fixture
def paintings(tmp_path):
    folder = tmp_path / "paintings"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(3):
        small = rng.integers(0, 255, (12, 16, 3), dtype=np.uint8)
        Image.fromarray(small).resize((400, 300), Image.Resampling.BICUBIC).save(folder / f"{number}.png")
    return folder


def test_crops_of_a_painting_move_as_their_flow_says(paintings):
    album = PaintingAlbums.of_folder(paintings).album(1)
    for shot in range(SHOTS):
        first, second = album.pictures[shot].float()
        apart = (warp(first[None], album.flows[shot][None].float())[0] - second).abs() * album.valid[shot]
        assert apart.max() < 1
    assert (album.labels >= FIRST_TONE).all()
    assert not torch.equal(album.pictures, album.drawings)


def test_a_painting_that_is_held_out_is_never_learned_from(paintings):
    parts = [PaintingAlbums.of_folder(paintings, part).files for part in ("train", "held-out")]
    assert set(parts[0]).isdisjoint(parts[1])
    assert all(parts)


def test_a_folder_without_paintings_is_refused(tmp_path):
    with pytest.raises(MediaError, match="at least two"):
        PaintingAlbums.of_folder(tmp_path)


def test_an_album_of_scenes_is_painted_once_and_then_read(tmp_path, monkeypatch):
    small = replace(few_shot_shots._SETTINGS, width_px=64, height_px=32, most_zoom=1.0)
    monkeypatch.setattr(few_shot_shots, "_SETTINGS", small)
    looks = list(load_looks())
    short = Looks(looks, np.random.default_rng(0).normal(size=(len(looks), 6)).astype(np.float32))
    kept = KeptAlbums(PaintedAlbums(short, Stylist.tiny()), tmp_path, 2)
    painted = kept.album(1)
    assert painted.pictures.shape == painted.drawings.shape == (SHOTS, 2, 3, 32, 64)
    assert painted.flows.shape == (SHOTS, 2, 32, 64)
    assert torch.equal(KeptAlbums(None, tmp_path, 2).album(1).pictures, painted.pictures)
    with pytest.raises(IndexError):
        kept.album(2)
    (tmp_path / "00001.safetensors").write_bytes(b"x" * 30)
    with pytest.raises(CheckpointError, match="painted again"):
        kept.album(1)
