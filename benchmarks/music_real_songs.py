"""Real songs that the composer did not learn, to hold composed ones against: lead sheets and pop songs.

Imported by `benchmarks.music_lead_sheets`, `benchmarks.music_audit` and `benchmarks.music_motif`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from models.music.measured_tune import MeasuredTune, tune_of_piece
from models.music.tokens import BAR_SLOTS, ChordClass, Meter, Piece, read_piece, spell
from schemas.music import ChordQuality
from training.accompanist_corpus import PianoSong, read_songs
from training.composer_corpus import CorpusSong
from training.lead_sheet_corpus import Tune, pieces_of

LEAD_SHEETS = ("openewld",)
SUNG_AND_PLAYED = ("openewld", "nottingham", "fiddle_tunes")
FEWEST_BARS = 8
POP_BARS = 32
"""Bars of a pop song that are taken, from its first sung one: about its tunes, each once."""
_METERS: dict[int, Meter] = {2: "2/4", 3: "3/4", 4: "4/4"}
_CLASSES: dict[ChordQuality, ChordClass] = {
    "maj": "maj",
    "6": "maj",
    "add9": "maj",
    "min": "min",
    "min6": "min",
    "7": "7",
    "9": "7",
    "maj7": "maj7",
    "min7": "min7",
    "dim": "dim",
    "m7b5": "dim",
    "aug": "aug",
    "sus2": "sus",
    "sus4": "sus",
}


def real_tunes(songs: Sequence[CorpusSong], corpora: Sequence[str]) -> list[MeasuredTune]:
    """The songs of some corpora in meters that the composer writes; bars of two beats are joined in pairs."""
    pieces = [read_piece(song.tokens) for song in songs if song.corpus in corpora]
    return [tune for piece in pieces if (tune := playable(piece)) is not None]


def playable(piece: Piece) -> MeasuredTune | None:
    """A piece as it is measured; None where its meter is none of the composer's, or it is under eight bars long."""
    if piece.meter not in ("2/4", "3/4", "4/4"):
        return None
    meter: Meter = "4/4" if piece.meter == "2/4" else piece.meter
    tune = tune_of_piece(Piece(meter, piece.mode, piece.style, piece.events, piece.phrases))
    return tune if tune is not None and len(tune.bars) >= FEWEST_BARS else None


def pop_tunes(archive: Path, work: Path, most: int) -> list[MeasuredTune]:
    """The first sung bars of pop songs (POP909: none of them was learned), so many, evenly from the corpus."""
    kept = work / "pop909.json"
    if not kept.exists():
        pieces = [piece for song in read_songs(archive) if (piece := pop_piece(song)) is not None]
        work.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        part.write_text(json.dumps([spell(piece) for piece in pieces]))
        part.replace(kept)
    found = [playable(read_piece(tokens)) for tokens in json.loads(kept.read_bytes())]
    tunes = [tune for tune in found if tune is not None]
    return [tunes[index * len(tunes) // most] for index in range(most)] if len(tunes) > most else tunes


def pop_piece(song: PianoSong) -> Piece | None:
    """The melody and chords of a song's first 32 sung bars; None where it has too few, or another meter."""
    meter = _METERS.get(song.beats)
    if meter is None or len(song.melody) < 2:
        return None
    bar = BAR_SLOTS[meter]
    start = song.melody[0].slot // bar * bar
    end = start + POP_BARS * 4 * song.beats
    notes: list[tuple[int, int, int]] = []
    for note in song.melody:
        onset = note.slot - start
        if note.slot >= end or (notes and onset <= notes[-1][0]):
            continue
        if notes and sum(notes[-1][:2]) > onset:
            notes[-1] = (notes[-1][0], onset - notes[-1][0], notes[-1][2])
        notes.append((onset, note.length, note.pitch))
    chords = [
        (max(0, chord.start - start), chord.root, _CLASSES[chord.quality])
        for chord in song.chords
        if chord.end > start and chord.start < end
    ]
    return pieces_of(Tune(meter, notes, chords))[0]
