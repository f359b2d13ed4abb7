"""The composer's corpus: lead sheets and chorales as tokens, some to learn, some to check."""

from __future__ import annotations

import hashlib
import json
import logging
import tarfile
import tempfile
from pathlib import Path

from models.music.tokens import spell
from schemas.errors import MediaError
from training.chorale_corpus import read_chorales
from training.lead_sheet_corpus import pieces_of, read_lead_sheet

log = logging.getLogger(__name__)

Corpus = dict[str, list[list[int]]]
"""Songs as tokens, by split: `train`, `valid`, `test`."""

ARCHIVES = ("openewld.tar.xz", "jsb_chorales.tar.xz")


def read_corpus(data: Path, work: Path) -> Corpus:
    """The corpus, from the tokens kept in `work` where they are there.

    Lead sheets are divided by a hash of their names, eighteen of twenty to learn; chorales by their published split.

    Args:
        data: the folder of `ARCHIVES`.
        work: where the tokens are kept.

    Raises:
        MediaError: an archive is missing or damaged.
    """
    kept = work / "corpus.json"
    if kept.exists():
        corpus: Corpus = json.loads(kept.read_bytes())
        return corpus
    corpus = {"train": [], "valid": [], "test": []}
    with tempfile.TemporaryDirectory(prefix="hibari-composer-") as folder:
        for name in ARCHIVES:
            _unpack(data / name, Path(folder))
        _add_songs(corpus, Path(folder) / "openewld")
        _add_chorales(corpus, Path(folder) / "jsb_chorales" / "jsb-chorales-16th.json")
    work.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    part.write_text(json.dumps(corpus))
    part.replace(kept)
    return corpus


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise MediaError(f"{archive.name} is missing or damaged in {archive.parent.name}/: {error}") from error


def _add_songs(corpus: Corpus, folder: Path) -> None:
    for path in sorted(folder.rglob("*.mxl")):
        split = _split_of(path.stem)
        try:
            pieces = pieces_of(read_lead_sheet(path))
        except MediaError as error:
            log.info("left out: %s", error)
            continue
        corpus[split] += [spell(piece) for piece in (pieces if split == "train" else pieces[:1])]


def _add_chorales(corpus: Corpus, path: Path) -> None:
    for split, pieces in read_chorales(path).items():
        corpus[split] += [spell(piece) for piece in pieces]


def _split_of(name: str) -> str:
    place = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 20
    return {0: "valid", 1: "test"}.get(place, "train")
