"""How well what people bring is read: `python -m benchmarks.music_reading [--data FOLDER]`.

Prints how many of OpenEWLD's lead sheets (MusicXML), Nottingham's tunes (ABC) and POP909's songs (MIDI) are read, and
why others are refused; whether an ABC tune sounds as in the MIDI file that the collection has of it; and how often the
melody of a MIDI file is found when its parts lose their names. CPU seconds.
"""

from __future__ import annotations

import argparse
import re
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from media.notation.bringing.tune import BroughtTune

_FIGURES = re.compile(r"\d[\d,./]*")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args().data
    reading("OpenEWLD, MusicXML", _files(data / "openewld.tar.xz", r".*\.mxl"))
    nottingham(data / "nottingham.tar.xz")
    pop909(data / "pop909.tar.xz")


def _files(archive: Path, pattern: str) -> Iterator[tuple[str, bytes]]:
    if not archive.exists():
        print(f"{archive.name} is not there: not measured")
        return
    with tarfile.open(archive) as opened:
        for member in opened:
            file = opened.extractfile(member) if member.isfile() and re.fullmatch(pattern, member.name) else None
            if file is not None:
                yield member.name, file.read()


def reading(name: str, files: Iterator[tuple[str, bytes]]) -> None:
    from media.notation.bringing.reading import read_melody
    from schemas.errors import MediaError

    read, refused, seconds = 0, Counter[str](), [0.0]
    for _, content in files:
        start = time.process_time()
        try:
            read_melody(content)
            read += 1
        except MediaError as error:
            refused[_FIGURES.sub("…", str(error))[:70]] += 1
        seconds.append(time.process_time() - start)
    total = read + refused.total()
    if total:
        print(
            f"{name}: {read} of {total} read, {sum(seconds) / total * 1000:.0f} ms each, {max(seconds):.2f} s at most"
        )
    for reason, count in refused.most_common(4):
        print(f"    {count:4} {reason}")


def nottingham(archive: Path) -> None:
    from media.notation.bringing.reading import read_melody
    from schemas.errors import MediaError

    files = dict(_files(archive, r".*/(ABC_cleaned/.*\.abc|MIDI/melody/.*\.mid)"))
    midis = {Path(name).stem: content for name, content in files.items() if name.endswith(".mid")}
    tunes: dict[str, bytes] = {}
    for name, content in files.items():
        if name.endswith(".abc"):
            for tune in re.split(rb"(?m)^(?=X:)", content)[1:]:
                number = re.match(rb"X:\s*(\d+)", tune)
                tunes[Path(name).stem + (number[1].decode() if number else "")] = tune
    reading("Nottingham, ABC", iter(tunes.items()))
    same = compared = 0
    for name in sorted(set(tunes) & set(midis)):
        try:
            ours, theirs = _sounding(read_melody(tunes[name])), _sounding(read_melody(midis[name]))
        except MediaError:
            continue
        compared += 1
        same += ours == theirs
    if compared:
        print(f"    {same} of {compared} sound sixteenth for sixteenth as in the collection's own MIDI files")


def _sounding(tune: BroughtTune) -> dict[int, int]:
    """Pitch by sixteenth from the first note on."""
    first = tune.notes[0].onset_ticks
    return {
        (tick - first) // 120: note.pitch
        for note in tune.notes
        for tick in range(note.onset_ticks, note.onset_ticks + note.duration_ticks, 120)
    }


def pop909(archive: Path) -> None:
    from media.notation.bringing.midi_tune import read_midi_tune
    from schemas.errors import MediaError

    songs = dict(_files(archive, r".*/POP909/\d+/\d+\.mid"))
    reading("POP909, MIDI", iter(songs.items()))
    found = total = 0
    for content in songs.values():
        blind = content.replace(b"MELODY", b"PART 1").replace(b"BRIDGE", b"PART 2").replace(b"PIANO", b"PART3")
        try:
            found += read_midi_tune(blind).notes == read_midi_tune(content, part="MELODY").notes
            total += 1
        except MediaError:
            continue
    if total:
        print(f"    the melody found in {found} of {total} whose parts have lost their names")


if __name__ == "__main__":
    main()
