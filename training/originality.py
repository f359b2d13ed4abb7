"""Builds the indices that inspection compares songs with: `python -m training.originality --data FOLDER`.

FOLDER holds `openewld.tar.xz`, `jsb_chorales.tar.xz` and `poetry.jsonl.xz`. The same data give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import logging
import lzma
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from media.inspect.melody_index import write_melody_index
from media.inspect.originality import INDEX_FOLDER
from media.inspect.words_index import WordsIndex, longest_run, plain_words, write_words_index
from media.notation.spelling import pitch_class_of
from media.notation.xml_safety import parse_bounded, unpacked
from schemas.errors import MediaError

log = logging.getLogger(__name__)

COMMON_WORDS = 48
"""How many of the most frequent words have a code of their own."""

Tune = tuple[str, list[float], list[int]]
Work = tuple[str, list[str]]


def poems(path: Path) -> Iterator[Work]:
    """Author and title, and the plain words, of each poem in a `.jsonl.xz` file."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            poem = json.loads(line)
            yield f"{poem['author']}, {poem['title']}", plain_words(poem["text"])


def common_words(works: list[Work]) -> list[str]:
    """The most frequent words, most frequent first; alphabetical among equals."""
    counts = Counter(word for _, words in works for word in words)
    return [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:COMMON_WORDS]]


def lead_sheet_tunes(archive: Path) -> Iterator[Tune]:
    """The melody of every `.mxl` in a `.tar.xz`, as written: repeats are not played out, grace notes left out."""
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda member: member.name):
            file = tar.extractfile(member) if member.name.endswith(".mxl") else None
            if file is None:
                continue
            try:
                onsets, pitches = melody_of(parse_bounded(unpacked(file.read())))
            except MediaError as error:
                log.warning("%s is left out: %s", member.name, error)
                continue
            if len(pitches) > 2:
                people, title = Path(member.name).parts[-3:-1]
                yield f"{title.replace('_', ' ')} ({people.replace('_', ' ')})", onsets, pitches


def melody_of(root: ElementTree.Element) -> tuple[list[float], list[int]]:
    """Onsets in quarters and pitches of the first voice of a score's first part."""
    onsets: list[float] = []
    pitches: list[int] = []
    divisions, at = 1.0, 0.0
    for element in root.iterfind("part[1]/measure/*"):
        divisions = float(element.findtext("divisions") or divisions)
        voice = element.findtext("voice") or "1"
        if element.tag != "note" or element.find("grace") is not None or element.find("chord") is not None:
            continue
        if voice != "1":
            continue
        step, octave = element.findtext("pitch/step"), element.findtext("pitch/octave")
        tied = any(tie.get("type") == "stop" for tie in element.iterfind("tie"))
        if step and octave and not tied:
            alter = round(float(element.findtext("pitch/alter") or 0))
            onsets.append(round(at, 6))
            pitches.append(12 * (int(octave) + 1) + pitch_class_of(step, 0) + alter)
        at += float(element.findtext("duration") or 0) / divisions
    return onsets, pitches


def chorale_tunes(archive: Path) -> Iterator[Tune]:
    """The soprano of every chorale: a grid of sixteenths, where the same pitch twice is taken for one held note."""
    with tarfile.open(archive) as tar:
        file = tar.extractfile("jsb_chorales/jsb-chorales-16th.json")
        splits: dict[str, Any] = json.loads(file.read()) if file else {}
    for split in sorted(splits):
        for number, grid in enumerate(splits[split]):
            sopranos = [int(voices[0]) if voices else -1 for voices in grid]
            struck = [i for i, p in enumerate(sopranos) if p >= 0 and (i == 0 or sopranos[i - 1] != p)]
            name = f"J. S. Bach, chorale {number + 1} of the {split} set"
            yield name, [place / 4 for place in struck], [sopranos[place] for place in struck]


def measure(works: list[Work], every: int = 400) -> Counter[tuple[int, int]]:
    """How the coded index compares with exact search: how often each (true length, reported length) came.

    Every so many-th poem is held out, and up to 250 words of it are asked of the rest.
    """
    common = {word: place for place, word in enumerate(common_words(works), start=1)}
    coder = WordsIndex(np.zeros(0, np.uint8), np.zeros(0, np.uint32), [], common)
    numbers: dict[str, int] = {"": 0}
    held, asked = [work for i, work in enumerate(works) if i % every], works[::every]
    text = [word for _, words in held for word in (*words, "")]
    exact = np.array([numbers.setdefault(word, len(numbers)) for word in text], np.int32)
    coded = np.array([coder.code(word) if word else 0 for word in text], np.uint8)
    lengths: Counter[tuple[int, int]] = Counter()
    for _, words in asked:
        query = words[:250]
        true = longest_run(np.array([numbers.setdefault(w, len(numbers)) for w in query], np.int32), exact).length
        found = longest_run(np.array([coder.code(word) for word in query], np.uint8), coded).length
        lengths[true, found] += 1
    return lengths


def main() -> None:
    """Builds both indices; with `--measure` also compares the words' index with exact search."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--out", type=Path, default=INDEX_FOLDER, help="where the indices go")
    parser.add_argument("--measure", action="store_true", help="also measure how exact the words' index is")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    arguments.out.mkdir(parents=True, exist_ok=True)
    tunes = [*lead_sheet_tunes(arguments.data / "openewld.tar.xz")]
    tunes += chorale_tunes(arguments.data / "jsb_chorales.tar.xz")
    write_melody_index(arguments.out / "melodies.npz", tunes)
    log.info("melodies: %d tunes, %d notes", len(tunes), sum(len(pitches) for _, _, pitches in tunes))
    works = list(poems(arguments.data / "poetry.jsonl.xz"))
    write_words_index(arguments.out / "words.npz", works, common_words(works))
    log.info("words: %d poems, %d words", len(works), sum(len(words) for _, words in works))
    if arguments.measure:
        for (true, found), times in sorted(measure(works).items()):
            log.info("longest shared run of %d words reported as %d: %d times", true, found, times)


if __name__ == "__main__":
    main()
