"""The composer's corpus: lead sheets, folk tunes and chorales as tokens, some to learn, some to check.

Songs are held out by name: one hash divides all versions of a name alike. A tune that is to be learned and shares more
than a third of its melody with one that is held out is left out, whatever it is called; only the chorales keep their
published split among themselves, so that their figures can be compared.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import tarfile
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from models.music.tokens import Style, is_pitch, pitch_of
from schemas.errors import MediaError
from training.abc_corpus import read_abc
from training.chorale_corpus import read_chorales
from training.composer_controls import bare, spell_guided
from training.lead_sheet_corpus import Refused, Tune, arranged, read_lead_sheet
from training.midi_corpus import read_midi, read_midi_folder

log = logging.getLogger(__name__)

CORPORA = ("openewld", "nottingham", "jsb_chorales", "liberty_minstrel", "fiddle_tunes")
SPLITS = ("train", "valid", "test")

FIDDLE_FOLDERS = ("airdsAirs", "oneills1850", "ryansMammoth", "miscFolk")
"""The folders of music21's corpus that are read: printed collections of 1778 to 1903, melodies alone.

Its Essen folk songs are left out: their folder allows them for non-commercial use only.
"""

MIDI = "midi:"
"""What the name of a corpus begins with that is a folder of MIDI files."""

_FEWEST_TITLES = 3
_GRAM = 7
_SHARED = 0.35
"""Intervals in a row, and the share of a melody's that make it the same tune as another."""

Corpus = dict[str, list[list[int]]]
"""Songs as tokens without controls, by split: `train`, `valid`, `test`."""


class CorpusSong(NamedTuple):
    """A song of the corpus."""

    corpus: str
    title: str
    tokens: list[int]
    """With every control that is known of it: see `training.composer_controls`."""


Songs = dict[str, list[CorpusSong]]
"""Songs by split."""

Found = Iterator[tuple[str, CorpusSong]]
Reader = Callable[[Path, list[Refused]], Found]
"""Reads a corpus of the folder of archives: split and song; what is left out is added to the list."""


def read_corpus(data: Path, work: Path, corpora: Sequence[str] = CORPORA) -> Corpus:
    """The songs of `read_songs` as tokens without controls."""
    return {split: [bare(song.tokens) for song in songs] for split, songs in read_songs(data, work, corpora).items()}


def read_songs(data: Path, work: Path, corpora: Sequence[str] = CORPORA) -> Songs:
    """The corpus, from the tokens kept in `work` where they are of the same corpora.

    Args:
        data: the folder of the archives, each called as its corpus: `openewld.tar.xz` and so on.
        work: where the tokens are kept.
        corpora: which of `CORPORA`, or `midi:` and a folder of MIDI files.

    Raises:
        MediaError: an archive is missing or damaged.
    """
    kept = work / "songs.json"
    if kept.exists():
        read = json.loads(kept.read_bytes())
        if read["corpora"] == list(corpora):
            return {split: [CorpusSong(*song) for song in songs] for split, songs in read["songs"].items()}
    songs: Songs = {split: [] for split in SPLITS}
    refused: list[Refused] = []
    for name in corpora:
        for split, song in _reader(name)(data, refused):
            songs[split].append(song)
        log.info("%s: %s", name, {split: sum(song.corpus == name for song in songs[split]) for split in SPLITS})
    left_out = _leave_out_known(songs)
    log.info("left out: %d tunes to learn that are held out by another name", left_out)
    work.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    part.write_text(json.dumps({"corpora": list(corpora), "songs": songs, "refused": refused}))
    part.replace(kept)
    return songs


def read_refused(work: Path) -> list[Refused]:
    """What was left out of the corpus that is kept in `work`, by name and reason."""
    return [Refused(*item) for item in json.loads((work / "songs.json").read_bytes())["refused"]]


def _reader(name: str) -> Reader:
    if name.startswith(MIDI):
        return lambda _, refused: _midi(Path(name.removeprefix(MIDI)), refused)
    readers: dict[str, Reader] = {
        "openewld": _openewld,
        "nottingham": _nottingham,
        "jsb_chorales": _chorales,
        "liberty_minstrel": _liberty,
        "fiddle_tunes": _fiddle,
    }
    if name not in readers:
        raise MediaError(f"no corpus is called {name!r}: choose from {', '.join(readers)}")
    return readers[name]


def _openewld(data: Path, refused: list[Refused]) -> Found:
    with _unpacked(data / "openewld.tar.xz") as folder:
        for path in sorted(Path(folder).rglob("*.mxl")):
            try:
                tune = read_lead_sheet(path)
            except MediaError as error:
                refused.append(Refused(path.stem, str(error)))
                continue
            split = split_of(path.stem)
            yield from ((split, song) for song in versions("openewld", path.stem, tune, "song", split))


def _nottingham(data: Path, refused: list[Refused]) -> Found:
    with _unpacked(data / "nottingham.tar.xz") as folder:
        yield from _abc(sorted(Path(folder).rglob("ABC_cleaned/*.abc")), "nottingham", refused)


def _fiddle(data: Path, refused: list[Refused]) -> Found:
    spec = find_spec("music21")
    places = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    files = [path for place in places for name in FIDDLE_FOLDERS for path in (place / "corpus" / name).glob("*.abc")]
    if not files:
        raise MediaError("music21's corpus is not installed: pip install music21, or leave fiddle_tunes out")
    yield from _abc(sorted(files), "fiddle_tunes", refused)


def _liberty(data: Path, refused: list[Refused]) -> Found:
    with _unpacked(data / "liberty_minstrel.tar.xz") as folder:
        for path in sorted(Path(folder).rglob("*.midi")):
            try:
                tune = read_midi(path, pick_up_slots=_pick_up(path.with_suffix(".ly")))
            except MediaError as error:
                refused.append(Refused(path.stem, str(error)))
                continue
            split = split_of(path.stem)
            yield from ((split, song) for song in versions("liberty_minstrel", path.stem, tune, "song", split))


def _pick_up(source: Path) -> int:
    """Sixteenths before the first bar line, as the LilyPond source of a song says."""
    found = re.search(r"\\partial\s+(1|2|4|8|16)(\.?)(?:\*(\d))?", source.read_text("utf-8", errors="replace"))
    if not found:
        return 0
    return 16 // int(found[1]) * int(found[3] or 1) * (3 if found[2] else 2) // 2


def _midi(folder: Path, refused: list[Refused]) -> Found:
    """A folder of MIDI files; one title of twenty, at least one, to choose the step, and as many to test."""
    tunes: list[tuple[str, str, Tune]] = []
    for name, tune in read_midi_folder(folder):
        if isinstance(tune, Refused):
            refused.append(tune)
        else:
            tunes.append((normalised(Path(name).stem) or name, name, tune))
    titles = sorted({title for title, *_ in tunes}, key=lambda title: hashlib.sha256(title.encode()).hexdigest())
    if len(titles) < _FEWEST_TITLES:
        raise MediaError(
            f"{folder.name} holds {len(titles)} songs that can be read: at least {_FEWEST_TITLES} are needed, "
            f"to learn, to check and to test. {refused[0].name + ': ' + refused[0].reason if refused else ''}".strip()
        )
    share = max(1, len(titles) // 20)
    splits = dict.fromkeys(titles, "train") | dict.fromkeys(titles[:share], "valid")
    splits |= dict.fromkeys(titles[share : 2 * share], "test")
    for title, name, tune in tunes:
        yield from ((splits[title], song) for song in versions("midi", name, tune, "song", splits[title]))


def _abc(files: Sequence[Path], corpus: str, refused: list[Refused]) -> Found:
    for path in files:
        for found in read_abc(path):
            if isinstance(found, Refused):
                refused.append(found)
                continue
            split = split_of(normalised(found.title))
            yield from ((split, song) for song in versions(corpus, found.title, found.tune, "folk", split))


def _chorales(data: Path, refused: list[Refused]) -> Found:
    with _unpacked(data / "jsb_chorales.tar.xz") as folder:
        for split, pieces in read_chorales(Path(folder) / "jsb_chorales" / "jsb-chorales-16th.json").items():
            for number, piece in enumerate(pieces):
                tokens = spell_guided(Tune(piece.meter), piece)
                yield split, CorpusSong("jsb_chorales", f"{split} {number}", tokens)


def _unpacked(archive: Path) -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="hibari-composer-")
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(folder.name, filter="data")
    except (OSError, tarfile.TarError) as error:
        folder.cleanup()
        raise MediaError(f"{archive.name} is missing or damaged in {archive.parent.name}/: {error}") from error
    return folder


def versions(corpus: str, title: str, tune: Tune, style: Style, split: str) -> list[CorpusSong]:
    """A tune as songs of the corpus: to be learned in every meter it can be written in, held out in its own."""
    pieces = arranged(tune, style)
    return [CorpusSong(corpus, title, spell_guided(*pair)) for pair in (pieces if split == "train" else pieces[:1])]


def normalised(title: str) -> str:
    """A title without what its versions differ in: articles, numbers, punctuation and case."""
    words = "".join(letter if letter.isalpha() else " " for letter in title.lower().replace("'", "")).split()
    return " ".join(word for word in words if word not in ("the", "a", "an", "version", "set", "no"))


def split_of(name: str) -> str:
    """The split that a name belongs to: one of twenty to choose the step, one to test."""
    place = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 20
    return {0: "valid", 1: "test"}.get(place, "train")


def _leave_out_known(songs: Songs) -> int:
    """Takes out of `train` what shares its melody with a song of another split; returns how many songs."""
    held_out = [song for split in ("valid", "test") for song in songs[split]]
    where: dict[tuple[int, ...], set[int]] = {}
    for index, song in enumerate(held_out):
        for gram in melody_grams(song.tokens):
            where.setdefault(gram, set()).add(index)
    sizes = [len(melody_grams(song.tokens)) for song in held_out]

    def known(song: CorpusSong) -> bool:
        grams = melody_grams(song.tokens)
        shared = Counter(index for gram in grams for index in where.get(gram, ()))
        alike = (index for index, count in shared.items() if count > _SHARED * min(len(grams), sizes[index]))
        chorale = song.corpus == "jsb_chorales"
        return any(not (chorale and held_out[index].corpus == "jsb_chorales") for index in alike)

    before = len(songs["train"])
    songs["train"] = [song for song in songs["train"] if not known(song)]
    return before - len(songs["train"])


def melody_grams(tokens: Sequence[int]) -> set[tuple[int, ...]]:
    """Every seven intervals in a row of a melody, repeated notes passed over."""
    pitches = [pitch_of(token) for token in tokens if is_pitch(token)]
    steps = [after - before for before, after in zip(pitches, pitches[1:], strict=False) if after != before]
    return {tuple(steps[start : start + _GRAM]) for start in range(len(steps) - _GRAM + 1)}
