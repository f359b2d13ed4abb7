"""A small corpus, written for tests."""

from __future__ import annotations

import tarfile
from pathlib import Path

from tests.training.scores import chord, note, write_mxl
from training.composer_settings import ComposerTraining

CORPORA = ("openewld", "nottingham", "jsb_chorales")
TINY = {"layers": 1, "width": 16, "heads": 2, "hidden": 32}


def write_corpus(folder: Path) -> Path:
    """Two dozen songs, two dozen folk tunes and three chorales, in the archives that are read."""
    songs = folder / "openewld"
    songs.mkdir()
    for number in range(24):
        second = "CDEFG"[number % 5]
        bars = [chord("C") + note("E", 4) + note(second, 4) + note("G", 8)] * 4
        write_mxl(songs / f"song {number}.mxl", bars)
    tunes = folder / "nottingham" / "ABC_cleaned"
    tunes.mkdir(parents=True)
    (tunes / "reels.abc").write_text("\n".join(_tune(number) for number in range(24)))
    chorales = folder / "jsb_chorales"
    chorales.mkdir()
    grid = str([[72, 67, 64, 48]] * 40)
    (chorales / "jsb-chorales-16th.json").write_text(f'{{"train": [{grid}], "valid": [{grid}], "test": [{grid}]}}')
    for name in CORPORA:
        with tarfile.open(folder / f"{name}.tar.xz", "w:xz") as archive:
            archive.add(folder / name, name)
    return folder


def settings(data: Path, name: str, steps: int, **changes: object) -> ComposerTraining:
    """A training of a few steps."""
    base = ComposerTraining(
        data,
        data / f"{name}.safetensors",
        data / name,
        steps=steps,
        batch=2,
        window=48,
        check_every=2,
        corpora=CORPORA,
        sizes=TINY,
    )
    return ComposerTraining(**{**vars(base), **changes})


def _tune(number: int) -> str:
    """Four bars whose melody no other number has."""
    letters = "CDEFGABc"
    steps = [letters[(number * (place + 1) + place * place) % 8] for place in range(32)]
    bars = "|".join("".join(steps[start : start + 8]) for start in range(0, 32, 8))
    return f'X:{number}\nT:Reel {"abcdefghijklmnopqrstuvwxyz"[number]}\nM:4/4\nL:1/8\nK:C\n"C"{bars}|]\n'
