"""Makes the library of looks out of a folder of paintings: `python -m training.looks FOLDER`.

The folder holds JPEGs and an index.csv with the columns repo (the file's name without .jpg), commit, artist, painting
("Camp Fire (1880)") and artist_died; pictures in its subfolders are left out. Of each painting the style vector is kept
and facts are measured, of the painting and of a neutral drawn scene painted in it. What the index does not say stays
empty. The same folder gives the same bytes.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import unicodedata
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from scipy.ndimage import gaussian_filter

from media.pictures.reading import read_picture
from models import registry
from models.pictures.style.arbitrary import Stylist, load_stylist, mix
from models.pictures.style.facts import Floats, PictureFacts, detail, measure, oklab
from models.pictures.style.grain import grained
from models.pictures.style.looks import FACTS, VECTORS, Look
from schemas.errors import MediaError

SCENE_PX = 768
STRENGTH = 0.65

_PAINTING_PX = 512
_LONGEST_PX = 1600
_TITLE = re.compile(r"^(?P<title>.*\S)\s*\((?P<year>[^()]*\d{3}[^()]*)\)$")
_PARTICLES = frozenset({"van", "von", "der", "den", "la"})
_KNOWN_BY_FIRST_NAME = frozenset({"Rembrandt", "Tiziano"})
_SLUG_LENGTH = 60


def make_looks(folder: Path, stylist: Stylist) -> tuple[list[Look], Floats]:
    """The looks of a folder's paintings by slug, and their style vectors. Shapes: [looks, 100].

    Raises:
        MediaError: a picture cannot be read, or the folder's index lacks one.
    """
    index = _index(folder)
    scene = neutral_scene(SCENE_PX)
    ground = grained(_tensor(scene))
    own = stylist.style_vector(ground)
    made: list[tuple[Look, Floats]] = []
    taken: set[str] = set()
    for path in sorted(folder.glob("*.jpg")):
        if path.stem not in index:
            raise MediaError(f"index.csv of {folder.name} has no row for {path.name}: add one, or take the file away")
        row = index[path.stem]
        painting = _painting(path)
        vector = stylist.style_vector(_tensor(painting))
        painted = stylist.paint(ground, mix(torch.stack([own, vector]), [1 - STRENGTH, STRENGTH]))
        look = _look(row, _slug(row, taken), painting, scene, _pixels(painted))
        taken.add(look.slug)
        made.append((look, vector.numpy()))
    made.sort(key=lambda pair: pair[0].slug)
    return [look for look, _ in made], np.stack([vector for _, vector in made])


def save_looks(looks: list[Look], vectors: Floats, folder: Path) -> None:
    """Write the library: vectors in float16, facts as JSON, each moved into place when it is whole."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    work = folder / f".{VECTORS}"
    save_file({"vectors": vectors.astype(np.float16)}, work)
    work.replace(folder / VECTORS)
    lines = ",\n".join(json.dumps(asdict(look), ensure_ascii=False) for look in looks)
    work = folder / f".{FACTS}"
    head = f'"scene_px": {SCENE_PX}, "strength": {STRENGTH}'
    work.write_text(f'{{{head}, "looks": [\n{lines}\n]}}\n', encoding="utf-8")
    work.replace(folder / FACTS)


def neutral_scene(side_px: int) -> Floats:
    """A drawn scene of flat areas, gradients, thin and round things in muted colours. Shapes: [S, S, 3] in 0..1."""
    y, x = np.mgrid[0:side_px, 0:side_px].astype(np.float32) / side_px
    picture = _gradient(y / 0.62, "#5b7fa6", "#f0d9b5")
    layers = [
        (0.09 - np.hypot(x - 0.66, y - 0.34), _flat("#fff1cf")),
        (y - 0.52 - 0.05 * np.sin(x * 7 + 1) - 0.025 * np.sin(x * 19), _flat("#8a95a8")),
        (y - 0.60 - 0.05 * np.sin(x * 5 + 3.2) - 0.012 * np.sin(x * 31), _flat("#5a6b66")),
        (y - 0.70, _gradient((y - 0.7) / 0.3, "#3f6478", "#22343f")),
        (np.minimum(0.035 - abs(x - 0.22), np.minimum(y - 0.40, 0.74 - y)), _flat("#40353a")),
        (np.minimum(0.05 * (y - 0.33) / 0.07 - abs(x - 0.22), 0.40 - y), _flat("#5a3430")),
        (y - 0.86 - 0.02 * np.sin(x * 9), _flat("#2c3028")),
        (np.minimum(0.012 - abs(x - 0.85), np.minimum(y - 0.6, 0.9 - y)), _flat("#2a2420")),
        (0.10 - np.hypot(x - 0.85, (y - 0.55) * 0.9), _flat("#3e4a33")),
    ]
    for inside, colour in layers:
        mask = np.clip(inside * side_px + 0.5, 0, 1)[..., None]
        picture = picture * (1 - mask) + colour * mask
    return picture.astype(np.float32)


def _look(row: dict[str, str], slug: str, painting: Floats, scene: Floats, painted: Floats) -> Look:
    match = _TITLE.match(row["painting"] or "")
    structure, plaster, facts = _structure(scene, painted), _plaster(scene, painted), measure(painted)
    return Look(
        slug=slug,
        artist=row["artist"],
        painting=match["title"] if match else row["painting"] or "",
        year=match["year"] if match else "",
        died=_died(row["artist_died"] or ""),
        source=f"{row['repo']}@{row['commit'][:12]}",
        facts=measure(painting),
        painted=facts,
        structure=round(structure, 3),
        plaster=round(plaster, 3),
        score=round(_score(structure, plaster, _richness(painted), facts), 3),
    )


def _died(said: str) -> str:
    """A year, 'circa' and a year, or '' for what the index calls unknown."""
    match = re.fullmatch(r"(c?)(\d{4})", said)
    return ("circa " if match[1] else "") + match[2] if match else ""


def _structure(scene: Floats, painted: Floats) -> float:
    """How well large edges are kept: the correlation of both pictures' blurred lightness gradients."""
    edges = []
    for picture in (scene, painted):
        down, across = np.gradient(gaussian_filter(oklab(picture)[..., 0], 3))
        edges.append(np.hypot(down, across).ravel())
    return float(np.corrcoef(*edges)[0, 1])


def _plaster(scene: Floats, painted: Floats) -> float:
    """Fine detail where the scene is flat, against the painted scene's contrast."""
    down, across = np.gradient(gaussian_filter(oklab(scene)[..., 0], 6))
    flat = np.hypot(down, across) < 0.002
    lightness = oklab(painted)[..., 0]
    return float(np.sqrt(np.mean(detail(lightness)[flat] ** 2)) / max(float(lightness.std()), 1e-3))


def _richness(painted: Floats) -> float:
    """How far apart the painted scene's colours lie: the mean of the standard deviations of OKLab's a and b."""
    lab = oklab(painted)
    return float(lab[..., 1].std() + lab[..., 2].std()) / 2


def _score(structure: float, plaster: float, richness: float, painted: PictureFacts) -> float:
    """0 to 1: mostly colour and contrast, then edges that are kept and flat areas that stay calm.

    Each enters as a share of what is enough; what is enough was set by looking at all painted scenes side by side.
    """
    colour = _share(painted.chroma / 2 + richness, 0, 0.052)
    contrast = _share(painted.contrast, 0.06, 0.17)
    kept, calm = _share(structure, 0.55, 0.75), 1 - _share(plaster, 0.05, 0.12)
    return 0.4 * colour + 0.25 * contrast + 0.2 * kept + 0.15 * calm


def _share(value: float, nothing: float, enough: float) -> float:
    return min(1.0, max(0.0, (value - nothing) / (enough - nothing)))


def _index(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "index.csv").open(encoding="utf-8", newline="") as stream:
        return {row["repo"]: row for row in csv.DictReader(stream)}


def _slug(row: dict[str, str], taken: set[str]) -> str:
    """Surname and title such as homer-camp-fire; a number where there is no title, or where both are taken."""
    match = _TITLE.match(row["painting"] or "")
    title = re.sub(r"\(.*?\)", "", match["title"] if match else row["painting"] or "")
    slug = _ascii(f"{_surname(row['artist'])} {title}")
    if len(slug) > _SLUG_LENGTH:
        slug = slug[:_SLUG_LENGTH].rpartition("-")[0]
    number = 1
    candidate = slug if title.strip() else f"{slug}-{number}"
    while candidate in taken:
        number += 1
        candidate = f"{slug}-{number}"
    return candidate


def _surname(artist: str) -> str:
    words = re.split(r" and | y | the ", artist)[0].split()
    if words[0] in _KNOWN_BY_FIRST_NAME:
        return words[0]
    first = len(words) - 1
    while first > 0 and words[first - 1].lower() in _PARTICLES:
        first -= 1
    return " ".join(words[first:])


def _ascii(words: str) -> str:
    plain = words.replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("’", "").replace("—", " ")
    bare = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def _painting(path: Path) -> Floats:
    """A painting with its short side at 512 pixels, however large it is stored."""
    picture = read_picture(path, longest_px=_LONGEST_PX)
    scale = _PAINTING_PX / min(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return np.asarray(picture.resize(size), np.float32) / np.float32(255)


def _flat(colour: str) -> Floats:
    colours: Floats = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)], np.float32)
    return colours


def _gradient(share: Floats, top: str, bottom: str) -> Floats:
    along = np.clip(share, 0, 1)[..., None]
    return (_flat(top) * (1 - along) + _flat(bottom) * along).astype(np.float32)


def _tensor(picture: Floats) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))[None]


def _pixels(picture: torch.Tensor) -> Floats:
    return np.ascontiguousarray(picture[0].permute(1, 2, 0).numpy())


def main(arguments: list[str]) -> None:
    """Make the library of the checkout from the folder that is named."""
    torch.set_num_threads(1)
    stylist = load_stylist(registry.path("style:arbitrary", registry.default_models_dir()))
    looks, vectors = make_looks(Path(arguments[0]), stylist)
    save_looks(looks, vectors, registry.CHECKOUT / "weights" / "looks")


if __name__ == "__main__":
    main(sys.argv[1:])
