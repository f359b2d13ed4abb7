"""MusicVAE: tunes read and written again, and ways between two of them, on songs that were not learned.

`python -m benchmarks.music_vae --data FOLDER [--work FOLDER] [--pairs 100]`

Reconstruction is the paper's (Roberts et al. 2018, table 2): the share of tokens that are right when the decoder is
shown the true ones before (teacher forcing), and when it sees its own. Latent vectors are drawn from what the encoder
says, tokens at temperature 0. The share of note onsets that come back at their place and pitch is given besides, since
most tokens of a melody are "nothing happens".

The way between two tunes is the paper's: nine tunes on the way, against a baseline that takes each step's token from
the second tune with the chance of how far the way has come. A way is smooth when its steps are small and alike (Hamming
distance between neighbours); a tune on it is sound when its notes lie on the scale (unless an end leaves it), no two
begin nearer together than in the ends, and no leap is wider than the widest of the ends by more than a third.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch

from models.music.music_vae.keeping import load_music_vae
from models.music.music_vae.latent import interpolate
from models.music.music_vae.network import MusicVAE
from models.music.music_vae.vocabulary import FIRST_NOTE, HOLD, GridNote, melody_notes
from training.music_vae_corpus import read_windows

_MODELS = ("motif-two-bars", "motif-sixteen-bars", "drums-two-bars")
_POINTS = 9
_THIRD = 4
_WHITE = frozenset((0, 2, 4, 5, 7, 9, 11))


def reconstruction(vae: MusicVAE, windows: np.ndarray) -> tuple[float, float, float, float]:
    """Share of tokens right where the true ones are shown and where not, and of onsets in both."""
    generator = torch.Generator().manual_seed(1)
    right = np.zeros(4)
    for rows in np.array_split(windows, max(1, len(windows) // 128)):
        tokens = torch.from_numpy(rows.astype(np.int64))
        with torch.inference_mode():
            mu, sigma = vae.encode(tokens)
            z = mu + sigma * torch.randn(mu.shape, generator=generator)
            found = vae.reconstruct(z, tokens).argmax(dim=-1), vae.decode(z, 0.0)
        struck = tokens >= FIRST_NOTE if vae.config.kind == "melody" else tokens > 0
        right += [share for each in found for share in _shares(each == tokens, struck)]
    right /= max(1, len(windows) // 128)
    return right[0], right[2], right[1], right[3]


def _shares(right: torch.Tensor, struck: torch.Tensor) -> tuple[float, float]:
    return float(right.float().mean()), float(right[struck].float().mean())


def ways(vae: MusicVAE, windows: np.ndarray, pairs: int) -> dict[str, list[list[list[int]]]]:
    """The ways between pairs of tunes as tokens: by the network, and by mixing steps at random."""
    dice = np.random.default_rng(1)
    found: dict[str, list[list[list[int]]]] = {"MusicVAE": [], "mixing notes at random": []}
    for _ in range(pairs):
        chosen = windows[dice.choice(len(windows), 2, replace=False)].astype(np.int64)
        with torch.inference_mode():
            one, other = vae.encode(torch.from_numpy(chosen))[0]
            z = torch.stack([interpolate(one, other, index / (_POINTS - 1)) for index in range(_POINTS)])
            found["MusicVAE"].append(vae.decode(z, 0.0).tolist())
        coins = dice.random((_POINTS, chosen.shape[1])) < np.linspace(0, 1, _POINTS)[:, None]
        found["mixing notes at random"].append(np.where(coins, chosen[1], chosen[0]).tolist())
    return found


def smoothness(way: Sequence[Sequence[int]]) -> tuple[float, float, float]:
    """Mean step in share of tokens, widest step over mean step, and mean step of pitch in semitones."""
    steps = [float(np.mean(np.array(one) != np.array(other))) for one, other in pairwise(way)]
    pitches = [float(np.mean(np.abs(_sounding(one) - _sounding(other)))) for one, other in pairwise(way)]
    return float(np.mean(steps)), max(steps) / max(float(np.mean(steps)), 1e-9), float(np.mean(pitches))


def _sounding(tokens: Sequence[int]) -> np.ndarray:
    """The pitch that sounds, or sounded last, at every step."""
    notes = melody_notes(tokens)
    pitches = np.full(len(tokens), notes[0].pitch if notes else 60)
    for note in notes:
        pitches[note.onset :] = note.pitch
    return pitches


def is_sound(tokens: Sequence[int], ends: Sequence[Sequence[int]]) -> bool:
    """Whether a tune on the way is like a melody, by what its two ends are."""
    notes, own = melody_notes(tokens), [melody_notes(end) for end in ends]
    if len(notes) < 2 or any(len(each) < 2 for each in own):
        return False
    scale = _WHITE.union(note.pitch % 12 for each in own for note in each)
    nearest, widest = min(min(_gaps(each)) for each in own), max(max(_leaps(each)) for each in own)
    on_scale = all(note.pitch % 12 in scale for note in notes)
    return on_scale and min(_gaps(notes)) >= nearest and max(_leaps(notes)) <= widest + _THIRD


def _gaps(notes: Sequence[GridNote]) -> list[int]:
    return [after.onset - before.onset for before, after in pairwise(notes)]


def _leaps(notes: Sequence[GridNote]) -> list[int]:
    return [abs(after.pitch - before.pitch) for before, after in pairwise(notes)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("build/music-vae"))
    parser.add_argument("--weights", type=Path, default=Path("weights"))
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--most", type=int, default=512, help="stretches of each model at most")
    given = parser.parse_args()
    torch.set_num_threads(1)
    print("| model | stretches | forced | own | were nothing to happen | onsets, forced | onsets, own |")
    print("|---|---|---|---|---|---|---|")
    for name in _MODELS:
        path = given.weights / f"{name}.safetensors"
        if not path.exists():
            continue
        vae = load_music_vae(path)
        windows = read_windows(vae.config.kind, vae.config.bars, given.data, given.work)["test"]
        windows = windows[:: max(1, len(windows) // given.most)][: given.most]
        forced, own, *onsets = reconstruction(vae, windows)
        figures = " | ".join(f"{share:.3f}" for share in (forced, own, float((windows == HOLD).mean()), *onsets))
        print(f"| {name} | {len(windows)} | {figures} |")
    vae = load_music_vae(given.weights / f"{_MODELS[0]}.safetensors")
    windows = read_windows("melody", 2, given.data, given.work)["test"]
    print("\n| way between two tunes | mean step, tokens | widest / mean | mean step, semitones | sound tunes |")
    print("|---|---|---|---|---|")
    for name, found in ways(vae, windows, given.pairs).items():
        step, widest, pitch = np.mean([smoothness(way) for way in found], axis=0)
        sound = np.mean([is_sound(tune, (way[0], way[-1])) for way in found for tune in way[1:-1]])
        print(f"| {name} | {step:.3f} | {widest:.2f} | {pitch:.2f} | {sound:.3f} |")


if __name__ == "__main__":
    main()
