"""Whether composed songs repeat known tunes: their longest runs of intervals and rhythm, against what real songs share.

`python -m benchmarks.music_audit [--data FOLDER] [--songs FOLDER] [--corpus FOLDER]`

Each song is searched in full, in any key and at any speed, in two corpora: the melodies of POP909 (commercial songs,
which the composer never learned) and every tune that it did learn. The same search of real songs that were not learned
says how much two unrelated songs share anyway. Songs are the lead sheets that `benchmarks.music_lead_sheets` keeps in
`--songs`, each tune once. A run counts from its first note to its last; what `media.inspect` flags is 12 notes. The
runs that stand out are named: over the limit, and longer than any that a real song has.
"""

from __future__ import annotations

import argparse
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.music_real_songs import SUNG_AND_PLAYED, real_tunes
from media.inspect.melody_index import MelodyIndex, longest_shared_notes, read_melody_index, write_melody_index
from media.inspect.originality import MELODY_LIMIT
from media.notation.smf import MAX_BYTES, NOTE_ON, TRACK_NAME, MidiFile, event_text, read_midi_file
from models.music.measured_tune import MeasuredTune, tune_of_lead_sheet, tune_of_piece
from models.music.tokens import read_piece
from schemas.music import LeadSheet
from training.composer_corpus import CorpusSong, read_songs

PERCENTILES = (50, 75, 90, 95, 100)

Tune = tuple[str, list[float], list[int]]


class Asked(NamedTuple):
    """A melody to be searched for."""

    name: str
    tune: MeasuredTune


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--songs", type=Path, default=Path("build/music-lead-sheets"))
    parser.add_argument("--corpus", type=Path, default=Path("build/composer"))
    parser.add_argument("--work", type=Path, default=Path("build/music-audit"))
    parser.add_argument("--most", type=int, default=200, help="most songs of a kind that are searched for")
    arguments = parser.parse_args()
    corpus = read_songs(arguments.data, arguments.corpus)
    indices = {
        "POP909": index(arguments.work / "pop909.npz", pop909_melodies(arguments.data / "pop909.tar.xz")),
        "learned tunes": index(arguments.work / "learned.npz", learned_melodies(corpus["train"])),
    }
    asked = {
        "composed": composed(arguments.songs, arguments.most),
        "real": held_out([*corpus["valid"], *corpus["test"]], arguments.most),
    }
    print(f"longest run shared with one tune, in notes: percentiles over songs; flagged from {MELODY_LIMIT} notes")
    print(f"{'':30s}{'songs':>6s}" + "".join(f"{f'{p} %' if p < 100 else 'most':>8s}" for p in PERCENTILES))
    for corpus_name, known in indices.items():
        runs = {name: [longest(each, known) for each in songs] for name, songs in asked.items()}
        for name, found in runs.items():
            lengths = [length for length, _ in found]
            cells = "".join(f"{value:8.0f}" for value in np.percentile(lengths, PERCENTILES))
            print(f"{name + ' in ' + corpus_name:30s}{len(lengths):6d}{cells}", flush=True)
        print_suspicious(corpus_name, runs["composed"], max(length for length, _ in runs["real"]))


def print_suspicious(corpus: str, found: Sequence[tuple[int, str]], most: int) -> None:
    """The composed songs whose run is over the limit or longer than any real song's."""
    named = sorted((each for each in found if each[0] >= MELODY_LIMIT or each[0] > most), reverse=True)
    print(f"  {corpus}: {len(named)} composed songs at {MELODY_LIMIT} notes or more, or over the most of real ones")
    for length, where in named[:20]:
        print(f"    {length} notes: {where}")


def index(path: Path, tunes: Iterator[Tune]) -> MelodyIndex:
    """The index of a corpus, made where it is not kept."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_melody_index(path, list(tunes))
    return read_melody_index(path)


def pop909_melodies(archive: Path) -> Iterator[Tune]:
    """The melody of every song on a grid of sixteenths, as the songs that are searched for are; onsets in quarters."""
    with tarfile.open(archive) as tar:
        for member in tar:
            name = Path(member.name)
            if name.suffix == ".mid" and name.stem == name.parent.name and member.size <= MAX_BYTES:
                file = tar.extractfile(member)
                onsets, pitches = melody_of(read_midi_file(file.read() if file else b""))
                if len(pitches) > 2:
                    yield name.stem, onsets, pitches


def melody_of(midi: MidiFile) -> tuple[list[float], list[int]]:
    """The part called MELODY; its grid is moved to where most of its notes begin, for bars begin anywhere in a file."""
    named = [track for track in midi.tracks if any(e.sub == TRACK_NAME and event_text(e) == "MELODY" for e in track)]
    struck = [e for track in named[:1] for e in track if e.kind == NOTE_ON and e.body[1] > 0]
    places = np.array([event.tick for event in struck]) / midi.ticks_per_quarter * 4
    offset = np.angle(np.exp(2j * np.pi * places).sum()) / (2 * np.pi)
    notes = dict(zip(np.round(places - offset).tolist(), (event.body[0] for event in struck), strict=True))
    return [slot / 4 for slot in notes], list(notes.values())


def learned_melodies(songs: Sequence[CorpusSong]) -> Iterator[Tune]:
    for song in songs:
        tune = tune_of_piece(read_piece(song.tokens))
        if tune is not None:
            yield f"{song.corpus}: {song.title}", *melody(tune)


def composed(folder: Path, most: int) -> list[Asked]:
    paths = sorted(folder.glob("*/ours/*.json"))[:most]
    tunes = [(path, tune_of_lead_sheet(LeadSheet.model_validate_json(path.read_bytes()))) for path in paths]
    return [Asked(f"{path.parts[-3]}/{path.stem}", tune) for path, tune in tunes if tune is not None]


def held_out(songs: Sequence[CorpusSong], most: int) -> list[Asked]:
    """Real songs that were not learned, so many of them, evenly from all corpora."""
    asked = [Asked(song.title, tune) for song in songs for tune in real_tunes([song], SUNG_AND_PLAYED)]
    return asked[:: max(1, -(-len(asked) // most))]


def melody(tune: MeasuredTune) -> tuple[list[float], list[int]]:
    return [note.onset / 4 for note in tune.notes], [note.degree for note in tune.notes]


def longest(asked: Asked, known: MelodyIndex) -> tuple[int, str]:
    """The longest run, and where it lies in words."""
    onsets, degrees = melody(asked.tune)
    found = longest_shared_notes(onsets, degrees, known)
    bar = int(onsets[found.first] * 4 // asked.tune.bar) + 1 if found.length else 0
    return found.length, f"song {asked.name}, from bar {bar}: {found.work}, from note {found.work_note + 1}"


if __name__ == "__main__":
    main()
