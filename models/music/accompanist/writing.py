"""Writes the piano part of a song: the network proposes token by token, the player's rules keep it playable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.music.accompanist.ground import SLOT_TICKS, ground_of, sung_pitches
from models.music.accompanist.hands import released
from models.music.accompanist.player import Frame, Player, Struck
from models.music.accompanist.tokens import BAR, LEFT, START, Ground
from schemas.composing import Accompaniment
from schemas.music import LeadSheet, ScoreNote
from schemas.plan import SectionSpan, SongPlan

if TYPE_CHECKING:
    from models.music.accompanist.network import Accompanist, Memory

NAME = "band:accompanist"
_CALM_BPM = 142
"""Above it sixteenths would be too quick to play (shorter than 0.105 s)."""
_TEMPERATURE = 0.92
_NUCLEUS = 0.94
_VELOCITIES = (62, 74, 86)
_TOP_VOICE = 5
"""How much firmer the highest of several notes of the right hand is struck."""

Written = tuple[list[int], list[tuple[int, ...]]]
"""The tokens of a bar and the conditions at each."""


def write_accompaniment(model: Accompanist, lead: LeadSheet, plan: SongPlan, *, seed: int) -> Accompaniment:
    """A piano part over all bars of a song.

    Every chord is struck where it begins, its bass below; every note is a step of its chord's ladder; no hand reaches
    further than a minor tenth, plays more than five notes, or strikes a note that it still holds. When a section comes
    again as it was, its first half is played as before and the rest anew. The last bar is a held chord. The same
    arguments give the same notes.

    Args:
        model: the network.
        lead: the song on one staff; chords may have gaps (the chord before goes on) or be missing (the tonic).
        plan: whose tempo says how quick hands may be.
        seed: any whole number.
    """
    import torch

    ground, sung = ground_of(lead), sung_pitches(lead)
    writer = _Writer(model, ground, np.random.default_rng([seed & 0xFFFFFFFFFFFFFFFF, 0xACC0]))
    struck: list[Struck] = []
    seen: dict[str, SectionSpan] = {}
    frames: tuple[Frame | None, Frame | None] = (None, None)
    with torch.inference_mode():
        for section in lead.sections:
            before = seen.setdefault(section.role, section)
            writer.recall(before.first_bar)
            for place in range(section.bars):
                bar = section.first_bar + place
                final = bar == len(ground.bars) - 1
                player = Player(ground, bar, sung, calm=plan.tempo_bpm > _CALM_BPM, final=final, frames=frames)
                known = before.first_bar + place
                again = before is not section and 2 * place < section.bars and place < before.bars
                if again and not final and ground.alike(known, bar):
                    writer.repeat(player, known)
                else:
                    writer.write(player)
                struck += player.struck
                frames = player.frames
    return Accompaniment(notes=_notes(struck, ground), model=NAME)


def _notes(struck: list[Struck], ground: Ground) -> tuple[ScoreNote, ...]:
    end = len(ground.bars) * ground.bar_slots
    notes: list[ScoreNote] = []
    for hand, slot, length, pitch, accent in released(
        [(s.hand, s.slot, min(s.length, end - s.slot), p, s.accent) for s in struck for p in s.pitches], ground
    ):
        together = [s for s in struck if s.slot == slot and s.hand == hand]
        top = hand != LEFT and len(together[0].pitches) > 1 and pitch == together[0].pitches[-1]
        velocity = _VELOCITIES[accent] + (_TOP_VOICE if top else 0)
        notes.append(ScoreNote(slot * SLOT_TICKS, length * SLOT_TICKS, pitch, velocity))
    return tuple(sorted(notes))


class _Writer:
    """Walks through the bars and keeps what the network has read."""

    def __init__(self, model: Accompanist, ground: Ground, dice: np.random.Generator) -> None:
        self.model, self.ground, self.dice = model, ground, dice
        self.bars: list[Written] = []
        self.memory: Memory | None = None

    def recall(self, first_bar: int) -> None:
        """Begins a section: the network reads the last bars again, and before them how the section began last time."""
        from models.music.accompanist.network import Memory

        room = self.model.config.context // 4
        before = self._stretch(range(max(0, len(self.bars) - 8), len(self.bars)), room, newest=True)
        earlier = self._stretch(range(first_bar, len(self.bars)), room, newest=False)
        self.memory = Memory(self.model.config)
        self._read([START], [self.ground.conditions(min(len(self.bars), len(self.ground.bars) - 1), 0)])
        for tokens, conditions in (*earlier, *before):
            self._read(tokens, conditions)

    def write(self, player: Player) -> None:
        """Writes one bar."""
        written: Written = ([BAR], [player.conditions()])
        self.bars.append(written)
        logits = self._read(*written)
        while True:
            token = self._draw(logits, player.weights())
            if player.take(token):
                return
            written[0].append(token)
            written[1].append(player.conditions())
            logits = self._read([token], [written[1][-1]])

    def repeat(self, player: Player, bar: int) -> None:
        """Writes one bar as an earlier one."""
        tokens, conditions = self.bars[bar]
        self.bars.append((tokens, conditions))
        self._read(tokens, conditions)
        for token in tokens[1:]:
            player.take(token)

    def _stretch(self, bars: range, room: int, *, newest: bool) -> list[Written]:
        """As many whole bars as there is room for, from the newest or the oldest on."""
        found: list[Written] = []
        for bar in reversed(bars) if newest else bars:
            room -= len(self.bars[bar][0])
            if room < 0:
                break
            found.append(self.bars[bar])
        return found[::-1] if newest else found

    def _read(self, tokens: list[int], conditions: list[tuple[int, ...]]) -> NDArray[np.float64]:
        """The logits after some tokens; where the memory is full it is filled anew with the last bars."""
        import torch

        from models.music.accompanist.network import Memory

        assert self.memory is not None
        if self.memory.length + len(tokens) > self.model.config.context:
            kept = [pair for bar in self.bars for pair in zip(*bar, strict=True)]
            kept = kept[max(0, len(kept) - self.model.config.context // 2) :]
            self.memory = Memory(self.model.config)
            tokens, conditions = [token for token, _ in kept], [state for _, state in kept]
        logits = self.model.step(torch.tensor([tokens]), torch.tensor([conditions]), self.memory)
        return np.asarray(logits.double().numpy(), dtype=np.float64)

    def _draw(self, logits: NDArray[np.float64], weights: NDArray[np.float64]) -> int:
        """A token of the nucleus: the likeliest that together hold most of the probability."""
        scores = logits / _TEMPERATURE + weights
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        order = np.argsort(-chances, kind="stable")
        inside = np.cumsum(chances[order]) - chances[order] < _NUCLEUS
        chances[order[~inside]] = 0.0
        place = np.searchsorted(np.cumsum(chances), self.dice.random() * chances.sum(), side="right")
        return int(min(place, np.flatnonzero(chances)[-1]))
