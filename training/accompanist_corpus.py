"""The accompanist's corpus: the piano of POP909 over its chords, as tokens and conditions, divided by song.

Only the accompaniment is learned. Of the melody nothing is kept but whether it sounds in a bar.
"""

from __future__ import annotations

import hashlib
import logging
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.music.accompanist.hands import split_hands
from models.music.accompanist.tokens import (
    ENERGIES,
    FEATURES,
    START,
    BarSetting,
    Ground,
    Onset,
    Span,
    spell_bar,
)
from models.music.key_finding import find_key
from schemas.errors import MediaError
from schemas.music import ChordQuality
from schemas.plan import TONICS, Key

if TYPE_CHECKING:
    import symusic

log = logging.getLogger(__name__)

ARCHIVE = "pop909.tar.xz"
MAX_FILE_BYTES = 2_000_000
_MOST_OFF_GRID = 0.12
_MOST_FOREIGN = 0.15
_QUALITIES: dict[str, ChordQuality] = {
    "maj": "maj",
    "min": "min",
    "sus2": "sus2",
    "sus4": "sus4",
    "sus4(b7)": "sus4",
    "min7": "min7",
    "maj7": "maj7",
    "7": "7",
    "maj6": "6",
    "min6": "min6",
    "dim": "dim",
    "dim7": "dim",
    "hdim7": "m7b5",
    "aug": "aug",
    "minmaj7": "min",
}
_CLASSES = {"sus2": "sus", "sus4": "sus", "6": "maj", "min6": "min", "m7b5": "dim"}
_DEGREES = {"1": 0, "2": 2, "b3": 3, "3": 4, "4": 5, "b5": 6, "5": 7, "#5": 8, "6": 9, "b7": 10, "7": 11}
_NOTES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


class GridNote(NamedTuple):
    """A note in sixteenths from the first whole bar; the onset is rounded, the length at least 1."""

    slot: int
    length: int
    pitch: int
    velocity: int


@dataclass(frozen=True)
class PianoSong:
    """A song on the grid: a stretch of bars of one meter."""

    name: str
    beats: int
    bars: int
    piano: tuple[GridNote, ...]
    melody: tuple[GridNote, ...]
    chords: tuple[Span, ...]


class Spelled(NamedTuple):
    """A song as the network reads it. Shapes: tokens [L], conditions [L, len(FEATURES)], bars [bars]."""

    name: str
    tokens: NDArray[np.int64]
    conditions: NDArray[np.int64]
    bars: NDArray[np.int64]
    """Where each bar begins in the tokens."""


Clock = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From seconds to sixteenths from the first whole bar."""

Corpus = dict[str, list[Spelled]]
"""Songs by split: `train`, `valid`, `test`."""


def read_corpus(data: Path, work: Path) -> Corpus:
    """The corpus, from the arrays kept in `work` where they are there; a hash of a song's number divides it.

    Args:
        data: the folder of `ARCHIVE`.
        work: where the arrays are kept.

    Raises:
        MediaError: the archive is missing or damaged.
    """
    kept = work / "accompanist.npz"
    if not kept.exists():
        pieces = [piece for song in read_songs(data / ARCHIVE) for piece in with_waltz(song)]
        songs = [song for piece in pieces for song in spelled(piece)]
        work.mkdir(parents=True, exist_ok=True)
        part = kept.with_name("accompanist.part.npz")
        arrays = {f"{n}/{field}": getattr(s, field) for n, s in enumerate(songs) for field in s._fields}
        np.savez_compressed(part, count=len(songs), **arrays)
        part.replace(kept)
    corpus: Corpus = {"train": [], "valid": [], "test": []}
    with np.load(kept) as arrays_of:
        for n in range(int(arrays_of["count"])):
            song = Spelled(str(arrays_of[f"{n}/name"]), *(arrays_of[f"{n}/{field}"] for field in Spelled._fields[1:]))
            corpus[split_of(song.name)].append(song)
    return corpus


def split_of(name: str) -> str:
    """The split of a song: eighteen of twenty to learn, one to choose the step, one to test."""
    place = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 20
    return {0: "valid", 1: "test"}.get(place, "train")


def read_songs(archive: Path) -> Iterator[PianoSong]:
    """The songs of the archive that lie on a grid of sixteenths.

    Raises:
        MediaError: the archive is missing or damaged.
    """
    wanted: dict[str, dict[str, bytes]] = {}
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                folder, _, name = member.name.rpartition("/")
                number = folder.rpartition("/")[2]
                if name in (f"{number}.mid", "beat_midi.txt", "chord_midi.txt") and member.size <= MAX_FILE_BYTES:
                    file = tar.extractfile(member)
                    wanted.setdefault(number, {})[name.replace(number, "song")] = file.read() if file else b""
    except (OSError, tarfile.TarError) as error:
        raise MediaError(f"{archive.name} is missing or damaged in {archive.parent.name}/: {error}") from error
    for number, files in sorted(wanted.items()):
        try:
            yield song_of(number, files["song.mid"], files["beat_midi.txt"].decode(), files["chord_midi.txt"].decode())
        except (MediaError, KeyError) as error:
            log.info("left out: %s: %s", number, error)


def with_waltz(song: PianoSong) -> list[PianoSong]:
    """The song and, of one in eight that are learned, a copy in three beats: the corpus has hardly any waltz.

    As the written patterns do, the copy leaves the third beat out.
    """
    place = int(hashlib.sha256(f"waltz {song.name}".encode()).hexdigest(), 16) % 8
    if song.beats != 4 or place or split_of(song.name) != "train":
        return [song]

    def moved(slot: int) -> int:
        bar, inside = divmod(slot, 16)
        return 12 * bar + (inside if inside < 8 else 8 if inside < 12 else inside - 4)

    def without_third_beat(notes: tuple[GridNote, ...]) -> tuple[GridNote, ...]:
        return tuple(
            note._replace(slot=moved(note.slot), length=max(1, moved(note.slot + note.length) - moved(note.slot)))
            for note in notes
            if not 8 <= note.slot % 16 < 12
        )

    chords = [chord._replace(start=moved(chord.start), end=moved(chord.end)) for chord in song.chords]
    return [
        song,
        PianoSong(
            song.name,
            3,
            song.bars,
            without_third_beat(song.piano),
            without_third_beat(song.melody),
            tuple(chord for chord in chords if chord.end > chord.start),
        ),
    ]


def song_of(name: str, midi: bytes, beats: str, chords: str) -> PianoSong:
    """A song on its grid.

    Args:
        name: the song's number.
        midi: parts MELODY and PIANO.
        beats: a line a beat: seconds, a mark, and 1 where a bar begins.
        chords: a line a chord: seconds from and to, and its name such as `C#:min/b3`.

    Raises:
        MediaError: there is no longer stretch of one meter, or the notes do not lie on sixteenths.
    """
    import symusic

    score = symusic.Score.from_midi(midi).to("second")
    table = np.array([[float(value) for value in line.split()] for line in beats.splitlines() if line.strip()])
    first, last, size = _longest_meter(table)
    times = table[first : last + 1, 0]

    def slots(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        grid = 4.0 * np.arange(len(times))
        return np.asarray(np.interp(seconds, times, grid, left=-99.0, right=grid[-1] + 99), dtype=np.float64)

    parts = {track.name: track for track in score.tracks}
    if "PIANO" not in parts or "MELODY" not in parts:
        raise MediaError(f"no piano or no melody among {sorted(parts)}")
    end = 4 * (last - first)
    piano, off = _on_grid(parts["PIANO"], slots, end)
    if off > _MOST_OFF_GRID or len(piano) < 32:
        raise MediaError(f"{off:.0%} of {len(piano)} piano notes lie off the grid")
    melody, _ = _on_grid(parts["MELODY"], slots, end)
    return PianoSong(name, size, (last - first) // size, piano, melody, _spans(chords, slots, end))


def _longest_meter(table: NDArray[np.float64]) -> tuple[int, int, int]:
    """First and last beat of the longest stretch of equal bars, and the beats of each."""
    if table.ndim != 2 or table.shape[1] != 3:
        raise MediaError("the table of beats has no three columns")
    downs = np.flatnonzero(table[:, 2] == 1)
    sizes = np.diff(downs)
    best, run = (0, 0, 4), 0
    for place in range(len(sizes)):
        run = run + 1 if place and sizes[place] == sizes[place - 1] else 1
        begin = downs[place + 1 - run]
        if sizes[place] in (3, 4) and downs[place + 1] - begin > best[1] - best[0]:
            best = (int(begin), int(downs[place + 1]), int(sizes[place]))
    if best[1] - best[0] < 32:
        raise MediaError("no stretch of eight bars in three or four beats")
    return best


def _on_grid(part: symusic.TrackSecond, slots: Clock, end: int) -> tuple[tuple[GridNote, ...], float]:
    """The notes on the grid, held as long as the pedal holds them, and the share that does not lie on it."""
    on = np.array([note.start for note in part.notes], dtype=np.float64)
    off = np.array([note.end for note in part.notes], dtype=np.float64)
    for pedal in part.pedals:
        held = (off >= pedal.time) & (off < pedal.end)
        off[held] = pedal.end
    starts, ends = slots(on), slots(off)
    away = np.abs(starts - np.round(starts)) > 0.2
    notes = sorted(
        GridNote(int(round(start)), max(1, int(round(stop - start))), note.pitch, note.velocity)
        for note, start, stop in zip(part.notes, starts, ends, strict=True)
        if 0 <= round(start) < end
    )
    return tuple(notes), float(away.mean()) if len(away) else 0.0


def _spans(chords: str, slots: Clock, end: int) -> tuple[Span, ...]:
    """The chords without gaps: where none is named the one before goes on; equal neighbours are one."""
    found: list[Span] = []
    for line in chords.splitlines():
        fields = line.split()
        if len(fields) != 3:
            continue
        start = int(np.clip(np.round(slots(np.array([float(fields[0])])))[0], 0, end))
        chord = _chord(fields[2])
        if chord is None or start >= end:
            continue
        if found and (found[-1].root, found[-1].quality, found[-1].bass) == chord:
            continue
        if found and found[-1].start == start:
            found.pop()
        found.append(Span(start, end, *chord))
    if not found:
        raise MediaError("no chord is named")
    found[0] = found[0]._replace(start=0)
    ends = [span.start for span in found[1:]] + [end]
    return tuple(span._replace(end=stop) for span, stop in zip(found, ends, strict=True))


def _chord(name: str) -> tuple[int, ChordQuality, int | None] | None:
    head, _, tail = name.partition(":")
    kind, _, over = tail.partition("/")
    if kind not in _QUALITIES or head[:1] not in _NOTES:
        return None
    root = (_NOTES[head[0]] + head.count("#") - head[1:].count("b")) % 12
    bass = (root + _DEGREES[over]) % 12 if over in _DEGREES else None
    return root, _QUALITIES[kind], None if bass == root else bass


def spelled(song: PianoSong) -> list[Spelled]:
    """The song as tokens; nothing where too many notes stand outside their chords and scales."""
    key = _key(song)
    ground = Ground(key, song.beats, song.chords, _settings(song))
    size = ground.bar_slots
    by_bar: list[list[GridNote]] = [[] for _ in range(song.bars)]
    for note in song.piano:
        by_bar[note.slot // size].append(note)
    loud = float(np.mean([note.velocity for note in song.piano]))
    tokens, conditions, starts, foreign = [START], [ground.conditions(0, 0)], [], 0
    hands = split_hands([(note.slot, note.pitch) for note in song.piano])
    for bar, notes in enumerate(by_bar):
        onsets = _onsets(notes, bar * size, hands, loud)
        written, states, left_out = spell_bar(ground, bar, onsets)
        starts.append(len(tokens))
        tokens += written
        conditions += states
        foreign += left_out
    if foreign > _MOST_FOREIGN * len(song.piano):
        log.info("left out: %s: %d of %d notes outside their chords and scales", song.name, foreign, len(song.piano))
        return []
    return [
        Spelled(
            song.name,
            np.array(tokens, dtype=np.int64),
            np.array(conditions, dtype=np.int64).reshape(-1, len(FEATURES)),
            np.array(starts, dtype=np.int64),
        )
    ]


def _key(song: PianoSong) -> Key:
    notes = [(note.slot, note.length, note.pitch) for note in (song.melody or song.piano)]
    chords = [(chord.root, _CLASSES.get(chord.quality, chord.quality)) for chord in song.chords]
    tonic, mode = find_key(notes, chords)  # type: ignore[arg-type]
    return Key(tonic=TONICS[tonic], mode=mode)


def _settings(song: PianoSong) -> tuple[BarSetting, ...]:
    """Each bar's energy, from how much is struck in its four bars and how loudly; bars counted from the first sung."""
    size = 4 * song.beats
    sung = np.zeros(song.bars, dtype=bool)
    for note in song.melody:
        sung[note.slot // size] = True
    first = int(sung.argmax())
    struck, loud = np.zeros(song.bars), np.zeros(song.bars)
    for note in song.piano:
        struck[note.slot // size] += 1
        loud[note.slot // size] += note.velocity
    mean = loud.sum() / max(1.0, struck.sum())
    groups = (np.arange(song.bars) - first) // 4
    energies = np.zeros(song.bars, dtype=np.int64)
    for group in np.unique(groups):
        inside = groups == group
        notes = struck[inside].sum()
        rate = notes / inside.sum() / song.beats
        louder = (loud[inside].sum() / notes - mean) / 12 if notes else 0.0
        energies[inside] = np.searchsorted(_EDGES, rate + 0.6 * np.clip(louder, -1.5, 1.5))
    return tuple(
        BarSetting(int(np.clip(energies[bar], 0, ENERGIES - 1)), bool(sung[bar]), (bar - first) % 4)
        for bar in range(song.bars)
    )


_EDGES = (2.2, 2.9, 3.6, 4.4)
"""Between the energies, in notes a beat (a phrase louder than the song's mean counts as busier)."""


def _onsets(notes: list[GridNote], start: int, hands: dict[tuple[int, int], int], loud: float) -> tuple[Onset, ...]:
    onsets: list[Onset] = []
    for slot in sorted({note.slot for note in notes}):
        struck = [note for note in notes if note.slot == slot]
        pitches = {note.pitch for note in struck}
        hard = float(np.mean([note.velocity for note in struck])) - loud
        accent = 0 if hard < -7 else 2 if hard > 7 else 1
        sides = []
        for hand in (0, 1):
            own = sorted(pitch for pitch in pitches if hands[slot, pitch] == hand)
            held = [note.length for note in struck if note.pitch in own]
            sides.append((int(np.median(held)) if held else 1, tuple(own)))
        onsets.append(Onset(slot - start, accent, (sides[0], sides[1])))
    return tuple(onsets)
