"""How near painted pictures come to real ones that nobody learned from.

`python -m benchmarks.pictures_quality [--scenes 3000] [--painter DIR] [--dcgan DIR] [--pictures FOLDER]`

Without a folder, scenes are drawn of the motifs that `cover:scenes-64` learned, and a tenth of them is held out.
Rows: real pictures, crops of them, `cover:scenes-64` out of the checkout, the painters of the folders named, real
pictures blurred, noise. The features are SqueezeNet's, so no figure compares with a published KID or FID.
With HIBARI_TEST_DATA set, paintings of the public domain are measured too: half of them against the other half.
"""

from __future__ import annotations

import argparse
import os
import tarfile
import tempfile
from pathlib import Path

MOTIFS = ("sea", "mountains", "meadow", "desert")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=int, default=3000)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--painter", type=Path)
    parser.add_argument("--dcgan", type=Path)
    given = parser.parse_args()
    import torch

    from training.painter_measures import compare, read_trained, table
    from training.scene_pictures import draw_pictures

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as work:
        folder = given.pictures or Path(work) / "scenes"
        if given.pictures is None:
            draw_pictures(folder, given.scenes, 64, motifs=MOTIFS)
        array = kept(folder, Path(work) / "kept", held_out=0.1)
        named = {"a painter": given.painter, "DCGAN": given.dcgan}
        painters = {name: read_trained(place, folder) for name, place in named.items() if place}
        print(f"{folder.name}: {len(array.numbers('held-out'))} held out, features:squeezenet\n")
        print(table(compare(array, 64, {**shipped(), **painters}, count=300)))
        if os.environ.get("HIBARI_TEST_DATA"):
            print_paintings(Path(os.environ["HIBARI_TEST_DATA"]), Path(work), painters)


def kept(folder: Path, place: Path, *, held_out: float):  # noqa: ANN201
    from training.adversarial.pictures import keep_pictures

    return keep_pictures(folder, place, short_px=64, held_out=held_out)


def shipped():  # noqa: ANN201
    """The weights of the checkout, where they are."""
    from models.pictures.stylegan2.checkpoint import load_stylegan2
    from models.registry import CHECKOUT
    from training.painter_measures import painter_of

    weights = CHECKOUT / "weights" / "cover-scenes-64.safetensors"
    if not weights.exists():
        print("cover:scenes-64 is not in the checkout")
        return {}
    return {"cover:scenes-64": painter_of(load_stylegan2(weights))}


def print_paintings(corpus: Path, work: Path, painters: dict) -> None:
    """Half of the paintings against the other half: what a painter of paintings would have to reach."""
    from training.painter_measures import compare, table

    with tarfile.open(corpus / "paintings.tar") as archive:
        archive.extractall(work / "paintings", filter="data")
    array = kept(work / "paintings", work / "kept-paintings", held_out=0.5)
    print(f"\npaintings: {len(array.numbers('held-out'))} held out\n")
    print(table(compare(array, 64, {**shipped(), **painters}, count=300)))


if __name__ == "__main__":
    main()
