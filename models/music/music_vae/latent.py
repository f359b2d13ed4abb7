"""What one does with a MusicVAE: read, write, vary and bridge tunes and drum patterns, each by its seed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from models.music.music_vae.network import MusicVAE
from models.music.music_vae.vocabulary import (
    HIGHEST,
    LOWEST,
    DrumHit,
    GridNote,
    drum_hits,
    drum_tokens,
    melody_notes,
    melody_tokens,
)
from schemas.errors import MediaError

Notes = Sequence[tuple[int, int, int]]
"""Onset and length in sixteenths and MIDI pitch."""

MOST_STEPS = 64
_WHITE = frozenset((0, 2, 4, 5, 7, 9, 11))
_TRIAD = (0, 4, 7)
_HOME = 72
_STRAIGHT = 1e-4
"""Vectors whose angle is less (or as near to a half turn) are bridged on a line: the sphere gives no way."""


def decode_melodies(vae: MusicVAE, z: Tensor, *, temperature: float, seed: int) -> list[tuple[GridNote, ...]]:
    """The tunes at points of the latent space. Shapes: z [B, Z]."""
    tokens = vae.decode(z, temperature, torch.Generator().manual_seed(seed))
    return [melody_notes(row) for row in tokens.tolist()]


def random_points(vae: MusicVAE, count: int, seed: int) -> Tensor:
    """Points drawn from the prior. Shapes: returns [count, Z]."""
    return torch.randn(count, vae.config.z, generator=torch.Generator().manual_seed(seed))


@torch.inference_mode()
def place(vae: MusicVAE, notes: Notes) -> Tensor:
    """Where a tune lies: mu. Shapes: returns [Z].

    Raises:
        MediaError: there is no note, or one is out of order, without length, outside the piano or after the
            network's last bar.
    """
    last = _some(notes)[-1][0]
    if last >= vae.config.steps:
        raise MediaError(
            f"a note begins at sixteenth {last}: this network reads {vae.config.steps}; cut the tune into stretches"
        )
    tokens = torch.tensor([melody_tokens(notes, vae.config.steps)])
    return vae.encode(tokens)[0][0]


def interpolate(one: Tensor, other: Tensor, share: float) -> Tensor:
    """The point at a share of the way on the sphere between two, lengths changing evenly. Shapes: [Z] each.

    Args:
        one: where the way begins (share 0).
        other: where it ends (share 1).
        share: 0 to 1.
    """
    lengths = one.norm(), other.norm()
    if min(lengths) == 0.0:
        return torch.lerp(one, other, share)
    directions = one / lengths[0], other / lengths[1]
    angle = float(torch.dot(*directions).clamp(-1.0, 1.0).acos())
    if math.sin(angle) < _STRAIGHT:
        return torch.lerp(one, other, share)
    first, second = (math.sin(part * angle) / math.sin(angle) for part in (1.0 - share, share))
    found: Tensor = (first * directions[0] + second * directions[1]) * torch.lerp(*lengths, share)
    return found


def interpolate_melodies(
    vae: MusicVAE, one: Notes, other: Notes, steps: int, *, temperature: float = 0.0, seed: int = 0
) -> list[tuple[GridNote, ...]]:
    """Tunes on the way from one to another, ends included as the network writes them; a bridge between two songs.

    Both are moved by octaves and semitones to where the network knows tunes best, and what comes out is moved back,
    the move changing evenly in octaves of the first's: so two songs in keys of their own meet in the first one's key.

    Args:
        vae: a MusicVAE of melodies.
        one: the first tune, at most as long as the network's.
        other: the last.
        steps: how many tunes, 2 to 64.
        temperature: 0 takes the likeliest notes.
        seed: draws where temperature is above 0.

    Raises:
        MediaError: a tune is empty or damaged, or steps is out of bounds.
    """
    if not 2 <= steps <= MOST_STEPS:
        raise MediaError(f"{steps} steps: a way between two tunes has 2 to {MOST_STEPS}, both ends counted")
    first, last = home_shift(one), home_shift(other)
    ends = place(vae, moved(one, first)), place(vae, moved(other, last))
    z = torch.stack([interpolate(*ends, index / (steps - 1)) for index in range(steps)])
    octave = round((first - last) / 12)
    found = decode_melodies(vae, z, temperature=temperature, seed=seed)
    backs = (round(octave * index / (steps - 1)) * 12 - first for index in range(steps))
    return [moved(notes, back) for notes, back in zip(found, backs, strict=True)]


def vary_melody(
    vae: MusicVAE, notes: Notes, amount: float, seed: int, *, temperature: float = 0.0
) -> tuple[GridNote, ...]:
    """A variation of a tune, in its own key and octave.

    Its point is moved on the sphere towards one drawn from the prior: at 0 it is what the network remembers of the
    tune, at 1 another tune altogether.

    Args:
        vae: a MusicVAE of melodies.
        notes: the tune, at most as long as the network's.
        amount: how far, 0 to 1.
        seed: chooses where to.
        temperature: 0 takes the likeliest notes.

    Raises:
        MediaError: the tune is empty or damaged, or amount is out of bounds.
    """
    if not 0.0 <= amount <= 1.0:
        raise MediaError(f"a variation of {amount:g}: from 0 (as it is) to 1 (another tune)")
    shift = home_shift(notes)
    start = place(vae, moved(notes, shift))
    away = random_points(vae, 1, seed)[0]
    z = interpolate(start, away * (start.norm() / away.norm()), amount)
    return moved(decode_melodies(vae, z[None], temperature=temperature, seed=seed)[0], -shift)


def drum_groove(
    vae: MusicVAE, *, seed: int, like: Sequence[tuple[int, int]] = (), amount: float = 1.0, temperature: float = 0.5
) -> tuple[DrumHit, ...]:
    """Strokes of a drum pattern as long as the network's, onsets in sixteenths.

    Args:
        vae: a MusicVAE of drums.
        seed: chooses the pattern.
        like: strokes (onset, General MIDI note) of a pattern to vary; empty: one out of nothing.
        amount: how far from `like`, 0 to 1.
        temperature: 0 takes the likeliest strokes.

    Raises:
        MediaError: the network is not of drums, or amount is out of bounds.
    """
    if vae.config.kind != "drums" or not 0.0 <= amount <= 1.0:
        raise MediaError(f"a groove needs a MusicVAE of drums (this is of {vae.config.kind}) and an amount from 0 to 1")
    z = random_points(vae, 1, seed)[0]
    if like:
        with torch.inference_mode():
            start = vae.encode(torch.tensor([drum_tokens(like, vae.config.steps)]))[0][0]
        z = interpolate(start, z * (start.norm() / z.norm()), amount)
    return drum_hits(vae.decode(z[None], temperature, torch.Generator().manual_seed(seed))[0].tolist())


def home_shift(notes: Notes) -> int:
    """Semitones that move a tune to the signature of C and the octave about C5, where the network learned its tunes.

    Of the twelve signatures that is the one with the longest notes in it; where several are alike, the one in which
    the tonic's triad lasts longest. The same tune in another key is moved to the same place.

    Raises:
        MediaError: there is no note.
    """
    weights = [0] * 12
    for _, length, pitch in _some(notes):
        weights[pitch % 12] += length

    def fit(move: int) -> tuple[int, int, int]:
        white, triad = (sum(weights[(each - move) % 12] for each in part) for part in (_WHITE, _TRIAD))
        return white, triad, -((notes[0][2] + move) % 12)

    home = max(range(12), key=fit)
    mean = sum(length * pitch for _, length, pitch in notes) / sum(weights)
    return min((home + 12 * octave for octave in range(-9, 9)), key=lambda each: (abs(mean + each - _HOME), each))


def moved(notes: Notes, semitones: int) -> tuple[GridNote, ...]:
    """Notes moved by semitones, by an octave less or more where the piano ends."""
    return tuple(GridNote(onset, length, _on_piano(pitch + semitones)) for onset, length, pitch in notes)


def _on_piano(pitch: int) -> int:
    while pitch < LOWEST:
        pitch += 12
    while pitch > HIGHEST:
        pitch -= 12
    return pitch


def _some(notes: Notes) -> Notes:
    if not notes:
        raise MediaError("a tune without notes has no place in the latent space: give at least one note")
    if any(not LOWEST <= pitch <= HIGHEST or length < 1 for _, length, pitch in notes):
        raise MediaError(f"notes lie from {LOWEST} to {HIGHEST} and last at least a sixteenth: {tuple(notes)[:4]}")
    return notes
