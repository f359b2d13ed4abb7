"""A melody in four voices: the network sings alto, tenor and bass under a given soprano.

The network reads left to right and does not know what the soprano will do. So many singers sing at once (particles of a
sequential Monte Carlo method: Gordon et al. 1993): those whose harmony foresaw the soprano's next note are repeated in
the next step, the others dropped. Voices stay in a choir's ranges, do not cross, and make no parallel fifths or octaves
where another note is left to them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.music.chorales.counterpoint import PERFECT
from models.music.chorales.grid import (
    HIGHEST,
    LOWEST,
    PLACES,
    RANGES,
    REST,
    SILENT,
    START,
    STEPS_PER_BEAT,
    SYMBOLS,
    VOICES,
    Grid,
    grid_of,
)
from schemas.errors import MediaError, SettingsError

if TYPE_CHECKING:
    import torch

    from models.music.chorales.network import ChoraleNetwork

MOST_STEPS = 4_096
"""Longest melody in sixteenths: 256 bars of four beats."""
SINGERS = 24
_PITCHES = np.arange(SYMBOLS) + LOWEST - 1
"""MIDI number of each token."""


class HeldNote(NamedTuple):
    """A note of a voice."""

    onset: int
    """Sixteenths from the beginning."""
    length: int
    """Sixteenths."""
    pitch: int


def harmonise(
    soprano: Sequence[int],
    network: ChoraleNetwork,
    *,
    seed: int,
    chords: Sequence[Collection[int]] = (),
    begins_at: int = 0,
    singers: int = SINGERS,
    temperature: float = 0.8,
    strict: bool = True,
) -> Grid:
    """Four voices with the soprano given, [steps, 4] MIDI numbers; the same arguments give the same voices.

    Args:
        soprano: its MIDI number at every sixteenth, -1 for a rest, through which the note before is held. It is moved
            by octaves into a choir's range.
        network: of kind `relative` or `lstm`, in evaluation mode.
        seed: 0 or more.
        chords: for each sixteenth the pitch classes of the chord, to which the lower voices keep wherever one of its
            notes is in reach; an empty one, or none at all: the network's own harmony.
        begins_at: the sixteenth of its beat at which the melody begins, 0 to 3.
        singers: 1 to 256; more foresee better and take longer.
        temperature: 0.1 to 2; below 1 the likelier notes are preferred.
        strict: no parallel fifths and octaves where they can be helped.

    Raises:
        MediaError: the melody is empty, longer than 4,096 sixteenths, or no octave brings it within 57 to 81;
            or there are chords, but not one for each sixteenth.
        SettingsError: another argument is out of its bounds.
    """
    if seed < 0 or not 0 <= begins_at < STEPS_PER_BEAT or not 1 <= singers <= 256 or not 0.1 <= temperature <= 2:
        raise SettingsError(
            f"seed {seed} is 0 or more, begins_at {begins_at} 0 to 3, singers {singers} 1 to 256, "
            f"temperature {temperature} 0.1 to 2"
        )
    tune = in_range(soprano)
    if chords and len(chords) != len(tune):
        raise MediaError(f"{len(chords)} chords for {len(tune)} sixteenths of melody: give one for each, or none")
    choir = _Choir(network, singers, temperature, strict, seed)
    choir.chords = [np.isin(_PITCHES % 12, list(chord)) for chord in chords]
    return choir.sing(list(tune), begins_at)


def compose(network: ChoraleNetwork, steps: int, *, seed: int, temperature: float = 0.9, strict: bool = False) -> Grid:
    """A chorale of so many sixteenths by the network alone, for looking at what it knows.

    Raises:
        MediaError: `steps` is not from 1 to 4,096.
    """
    if not 1 <= steps <= MOST_STEPS:
        raise MediaError(f"a chorale of {steps} sixteenths: 1 to {MOST_STEPS}")
    return _Choir(network, 1, temperature, strict, seed).sing([None] * steps, 0)


def in_range(soprano: Sequence[int]) -> list[int]:
    """A melody moved by octaves to where a choir's soprano sings, 57 to 81, its rests filled with the note before.

    Raises:
        MediaError: it is empty or too long, holds no note, or no octave brings it there.
    """
    if not 1 <= len(soprano) <= MOST_STEPS:
        raise MediaError(f"a melody of {len(soprano)} sixteenths: 1 to {MOST_STEPS}; harmonise it in parts")
    notes = [pitch for pitch in soprano if pitch != SILENT]
    if not notes:
        raise MediaError("a melody without a note cannot be harmonised")
    low, high = min(notes), max(notes)
    shifts = [shift for shift in range(-60, 61, 12) if low + shift >= 57 and high + shift <= HIGHEST]
    if not shifts:
        raise MediaError(
            f"a melody from {low} to {high}: no octave brings it within 57 to {HIGHEST}, a soprano's range"
        )
    shift = min(shifts, key=lambda each: abs(sum(notes) / len(notes) + each - 71))
    filled, now = [], notes[0]
    for pitch in soprano:
        now = now if pitch == SILENT else pitch
        filled.append(now + shift)
    return filled


def held_notes(grid: Grid) -> tuple[tuple[HeldNote, ...], ...]:
    """For each voice its notes; one that is repeated without a pause is one long note."""
    voices = []
    for voice in grid.T:
        starts = [0, *(np.flatnonzero(voice[1:] != voice[:-1]) + 1), len(voice)]
        notes = [
            HeldNote(int(start), int(end - start), int(voice[start]))
            for start, end in zip(starts[:-1], starts[1:], strict=True)
        ]
        voices.append(tuple(note for note in notes if note.pitch != SILENT))
    return tuple(voices)


class _Choir:
    """Singers side by side, each a row of the batch."""

    chords: Sequence[np.ndarray] = ()
    """For each sixteenth which tokens belong to its chord, [symbols]; none where it is empty."""

    def __init__(self, network: ChoraleNetwork, singers: int, temperature: float, strict: bool, seed: int) -> None:
        import torch

        self.network, self.singers, self.temperature, self.strict = network, singers, temperature, strict
        self.generator = torch.Generator().manual_seed(seed)
        self.sung = torch.full((singers, 1), START)
        """[singers, 1 + tokens]: the start and what each has sung."""
        self.scores = torch.zeros(singers, dtype=torch.float64)
        """Log-probability in nats of all each has sung, the soprano's notes included."""
        self.weights = torch.zeros(singers, dtype=torch.float64)
        """How well each foresaw the soprano since they were last drawn anew, in nats."""

    def sing(self, soprano: list[int | None], begins_at: int) -> Grid:
        """The voices of the likeliest singer of those who close on a triad with its root in the bass, if any do."""
        import torch

        self.begins_at = begins_at
        with torch.inference_mode():
            logits = self._read_anew()
            for number in range(len(soprano) * VOICES):
                step, voice = divmod(number, VOICES)
                logs = logits.double().log_softmax(dim=-1)
                given = soprano[step] if voice == 0 else None
                tokens = self._chosen(logs, voice) if given is None else self._given(logs, given - LOWEST + 1)
                self.sung = torch.cat([self.sung, tokens[:, None]], dim=1)
                if number + 1 < len(soprano) * VOICES:
                    logits = self._heard()
        closing = torch.from_numpy(_closes(self.sung[:, -VOICES:].numpy()))
        best = int((self.scores + torch.where(closing, 0.0, -1e9)).argmax())
        return grid_of(self.sung[best, 1:].numpy())

    def _given(self, logs: torch.Tensor, token: int) -> torch.Tensor:
        """The soprano's note for all; where few singers foresaw it, all are drawn anew by how well they did."""
        import torch

        self.scores += logs[:, token]
        self.weights += logs[:, token]
        shares = self.weights.softmax(dim=0)
        if 1 / float((shares**2).sum()) < self.singers / 2:
            rows = torch.multinomial(shares, self.singers, replacement=True, generator=self.generator).sort().values
            self.sung, self.scores = self.sung[rows], self.scores[rows]
            self.weights = torch.zeros_like(self.weights)
            self.heard.draw(rows)
        return torch.full((self.singers,), token)

    def _chosen(self, logs: torch.Tensor, voice: int) -> torch.Tensor:
        """A note for each singer, drawn among those that the rules leave."""
        import torch

        allowed = torch.from_numpy(self._allowed(voice))
        shares = (logs / self.temperature).masked_fill(~allowed, float("-inf")).softmax(dim=-1)
        tokens = torch.multinomial(shares, 1, generator=self.generator)
        self.scores += logs.gather(1, tokens)[:, 0]
        return tokens[:, 0]

    def _allowed(self, voice: int) -> np.ndarray:
        """[singers, symbols]: in range, not above the voice above, no parallels where another note is left."""
        low, high = RANGES[voice]
        plain = (low <= _PITCHES) & (high >= _PITCHES)
        plain[[REST, START]] = False
        sung = self.sung.numpy()
        if not voice:
            return np.broadcast_to(plain, (self.singers, SYMBOLS)).copy()
        above = sung[:, -voice:] + LOWEST - 1
        fits: np.ndarray = plain[None] & (_PITCHES[None] <= above[:, -1:])
        if self.chords:
            fits = _where_any(fits & self.chords[(sung.shape[1] - 1) // VOICES], fits)
        if not self.strict or sung.shape[1] <= VOICES + voice:
            return fits
        return _where_any(fits & ~_parallel(sung[:, -voice - VOICES : -voice] + LOWEST - 1, above), fits)

    def _heard(self) -> torch.Tensor:
        """The logits of each singer's next note, once the last is heard."""
        if not self.heard.room:
            return self._read_anew()
        return self.network.step(self.sung[:, -1:], self._before(1), self._places(1), self.heard)

    def _read_anew(self) -> torch.Tensor:
        """Reads the last half context again into an empty memory; all, where there is no more."""
        from models.music.chorales.network import Heard

        length = min(self.sung.shape[1], self.network.config.context // 2)
        self.heard = Heard(self.network.config, self.singers)
        return self.network.step(self.sung[:, -length:], self._before(length), self._places(length), self.heard)

    def _before(self, length: int) -> torch.Tensor:
        """The note that each voice to be predicted after the last `length` tokens has had."""
        from models.music.chorales.network import held

        return held(self.sung)[:, -length:]

    def _places(self, length: int) -> torch.Tensor:
        import torch

        total = self.sung.shape[1]
        places = (torch.arange(total - length, total) + self.begins_at * VOICES) % PLACES
        return places.expand(self.singers, -1)


def _closes(chords: np.ndarray) -> np.ndarray:
    """Which of some chords, [singers, 4], are major or minor triads with a third, their root in the bass."""
    above = (chords - chords[:, -1:]) % 12
    triad = [np.isin(above, (0, third, 7)).all(axis=1) & (above == third).any(axis=1) for third in (3, 4)]
    closes: np.ndarray = triad[0] | triad[1]
    return closes


def _where_any(wanted: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """Rows of the first that allow anything, the second's where they do not."""
    return np.where(wanted.any(axis=1, keepdims=True), wanted, otherwise)


def _parallel(before: np.ndarray, above: np.ndarray) -> np.ndarray:
    """[singers, symbols]: which notes of the next voice make parallels with a voice above it.

    Args:
        before: [singers, 4] MIDI numbers a sixteenth earlier.
        above: [singers, voices above] MIDI numbers now.
    """
    voice = above.shape[1]
    own = before[:, voice, None]
    found = np.zeros((len(before), SYMBOLS), dtype=bool)
    for upper in range(voice):
        moved = above[:, upper, None] - before[:, upper, None]
        interval = (above[:, upper, None] - _PITCHES[None]) % 12
        same = interval == (before[:, upper, None] - own) % 12
        found |= (moved * (_PITCHES[None] - own) > 0) & same & np.isin(interval, PERFECT)
    return found
