"""Where the songs of an album sing the motif they share, and how often songs that never heard of it do.

`python -m benchmarks.music_motif ALBUM [--others FOLDER]`

Of each song: what was to become of the motif, the bars in which it is heard, how much of it, and the intervals in
semitones as they are sung. Below: the same search in songs that were made without it, the lead sheets that
`benchmarks.music_lead_sheets` keeps in `--others`, and real songs that were not learned where they are kept.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.music_real_songs import LEAD_SHEETS, pop_tunes, real_tunes
from cli.choosing import open_album
from models.music.measured_tune import MeasuredTune, tune_of_lead_sheet
from models.music.motif_hearing import hear_motif, motif_places, shapes_of
from schemas.composing import SongMotif
from schemas.music import LeadSheet
from schemas.plan import Mode
from training.composer_corpus import read_songs

POP_SONGS = 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("album", help="an album's id, or the start of it")
    parser.add_argument("--others", type=Path, default=Path("build/music-lead-sheets"))
    parser.add_argument("--corpus", type=Path, default=Path("build/composer"), help="where the corpus' tokens are kept")
    arguments = parser.parse_args()
    state = open_album(arguments.album)
    motifs: list[SongMotif] = []
    for song in state.plan.songs:
        tune, shape = state.of("compose_lead_sheet", song), state.of("shape_motif", song)
        lead, motif = (
            state.bench.get(tune, LeadSheet) if tune else None,
            state.bench.get(shape, SongMotif) if shape else None,
        )
        if lead is None or motif is None:
            print(f"{song.song_id}: no lead sheet, or no motif")
            continue
        print_song(song.song_id, lead, motif)
        motifs.append(motif)
    if motifs:
        print_chance(motifs, arguments.others, arguments.corpus)
    return int(not motifs)


def print_song(song_id: str, lead: LeadSheet, motif: SongMotif) -> None:
    degrees = " ".join(str(note.degree) for note in motif.album_notes)
    print(f"\n{song_id}, {lead.key}: the album's motif (degrees {degrees}), to be sung {motif.relation!r}")
    for heard in hear_motif(lead, motif):
        moves = " ".join(f"{interval:+d}" for interval in heard.intervals)
        print(f"  bar {heard.bar:3d}, {heard.section:12s} {heard.notes} of {heard.of} notes, {heard.relation}: {moves}")


def print_chance(motifs: Sequence[SongMotif], others: Path, corpus: Path) -> None:
    print("\nheard by chance                                songs    with 4 notes    with all")
    leads = [LeadSheet.model_validate_json(path.read_bytes()) for path in sorted(others.glob("*/ours/*.json"))]
    composed = [tune for lead in leads if (tune := tune_of_lead_sheet(lead)) is not None]
    print_row("songs composed without it", composed, motifs)
    if (corpus / "songs.json").exists():
        kept = read_songs(Path(), corpus)
        print_row("real lead sheets", real_tunes([*kept["valid"], *kept["test"]], LEAD_SHEETS), motifs)
    if (others / "pop909.json").exists():
        print_row("pop songs", pop_tunes(Path(), others, POP_SONGS), motifs)


def print_row(name: str, tunes: Sequence[MeasuredTune], motifs: Sequence[SongMotif]) -> None:
    """Of all songs and each shape of the motif, the share that has a beginning of it, and that has the whole."""
    if not tunes:
        print(f"{name:46s} none kept")
        return
    most = [max(notes_heard(tune, motif), default=0) for motif in motifs for tune in of_mode(tunes, motif.mode)]
    whole = [len(motif.album_notes) for motif in motifs for _ in of_mode(tunes, motif.mode)]
    some = sum(notes > 0 for notes in most) / max(1, len(most))
    full = sum(notes >= of for notes, of in zip(most, whole, strict=True)) / max(1, len(most))
    print(f"{name:46s}{len(tunes):6d}{some:15.1%}{full:12.1%}")


def of_mode(tunes: Sequence[MeasuredTune], mode: Mode) -> list[MeasuredTune]:
    return [tune for tune in tunes if tune.mode == mode]


def notes_heard(tune: MeasuredTune, motif: SongMotif) -> Iterable[int]:
    onsets, degrees = [note.onset for note in tune.notes], [note.degree for note in tune.notes]
    return (place.notes for place in motif_places(onsets, degrees, tune.mode, shapes_of(motif)))


if __name__ == "__main__":
    sys.exit(main())
