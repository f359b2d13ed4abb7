"""Two fields of colour and what passes between them: a bitten disc, a torn edge, steps, a door of light."""

from __future__ import annotations

import numpy as np

from media.scenes.motif import Composition, Motif
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp


def _bitten(stage: Stage) -> None:
    """A disc on the border, each half in the colour of the other side, with a bite out of it."""
    rng = stage.chance("places")
    lean = float(rng.uniform(-0.5, 0.5))
    line = float(rng.uniform(-0.08, 0.08)) + lean * stage.x[0]
    grain = 0.05 * stage.noise("grain", scale=0.3, octaves=3)
    below = stage.under(line)
    stage.lay(
        "upper field",
        "form",
        1.0,
        ramp(stage, 0.25 + grain - 0.3 * stage.y, "sky_low", "sky_high"),
        depth=0.1,
        region="above",
    )
    stage.lay("lower field", "form", below, ramp(stage, 0.25 + grain + 0.5 * stage.y, "near", "shade"), depth=0.2)
    x, y, radius = float(rng.uniform(-0.08, 0.08)), float(rng.uniform(-0.05, 0.05)), float(rng.uniform(0.26, 0.33))
    turn = float(rng.uniform(0, 6.28)) + 0.05 * np.sin(0.4 * stage.t_s)
    bite = stage.disc(
        x + 0.9 * radius * np.cos(turn), y + 0.9 * radius * np.sin(turn), radius * float(rng.uniform(0.4, 0.65))
    )
    disc = stage.disc(x, y, radius) * (1 - bite)
    stage.lay("disc above", "form", disc * (1 - below), "accent", depth=0.4, region="subject")
    stage.lay(
        "disc below", "form", disc * below, stage.blend("light", "water", np.float32(0.35)), depth=0.4, region="subject"
    )
    for at in range(round(3 * stage.scene.energy)):
        small = (float(rng.uniform(-0.42, 0.42)), float(rng.uniform(-0.42, 0.42)), float(rng.uniform(0.02, 0.05)))
        stage.lay(
            f"crumb {at}", "form", stage.disc(*small), "light" if small[1] > 0 else "shade", depth=0.5, region="subject"
        )


def _torn(stage: Stage) -> None:
    """Two sheets torn apart, a third colour in the gap."""
    rng = stage.chance("places")
    upright = rng.random() < 0.5
    stage.lay(
        "between",
        "form",
        1.0,
        ramp(stage, 0.5 + stage.x + 0.4 * stage.y, "accent", "light"),
        depth=0.1,
        region="subject",
    )
    middle = float(rng.uniform(-0.1, 0.1))
    gap = float(rng.uniform(0.05, 0.11)) + 0.008 * np.sin(0.5 * stage.t_s)
    along, place = (stage.y[:, 0], stage.x) if upright else (stage.x[0], stage.y)
    base = middle + 0.28 * float(rng.uniform(-1, 1)) * along
    paper = 0.03 * stage.noise("paper", scale=0.2, octaves=4)
    for name, way, tones in (("first sheet", -1, ("sky_high", "water")), ("second sheet", 1, ("near", "shade"))):
        tear = base + way * gap + 0.05 * _rough(stage, f"{name} tear", along, 0.22)
        lip = tear + way * (0.018 + 0.012 * _rough(stage, f"{name} lip", along, 0.12))
        for part, edge, colour in (("white edge", tear, "#fdfaf3"), ("", lip, "")):
            line = edge[:, None] if upright else edge[None, :]
            mask = np.clip(way * (place - line) * stage.unit_px + 0.5, 0, 1)
            if part:
                throw = np.clip(way * (place - line + way * 0.012) * stage.unit_px / 14 + 0.5, 0, 1)
                stage.lay(f"shadow of {name}", "form", throw * 0.4, "shade", depth=0.3)
                stage.lay(f"{part} of {name}", "form", mask, colour, depth=0.35)
            else:
                tone = ramp(stage, 0.3 + 0.5 * stage.y + paper * 3, *tones)
                stage.lay(name, "form", mask, tone, depth=0.4, region="above" if way < 0 else "below")


def _rough(stage: Stage, name: str, along: np.ndarray, scale: float) -> np.ndarray:
    """A rough line of about -1 to 1 along either side of the frame, the same at every size."""
    rng = stage.chance(name)
    total = np.zeros_like(along)
    for octave in range(7):
        total += np.sin(along * 2 * np.pi / scale * 1.83**octave * 0.5 + float(rng.uniform(0, 6.28))) * 0.6**octave
    return np.asarray(total / 1.6)


def _fields(stage: Stage) -> None:
    """Soft-edged blocks of colour that float on a ground, one above the other."""
    rng = stage.chance("places")
    names = [("accent", "sky_low", "near", "water", "light", "shade")[index] for index in rng.permutation(6)]
    stage.lay("ground", "form", 1.0, stage.blend(names[0], "shade", np.float32(0.4)), depth=0.0, region="above")
    shares = np.array([0.26, 0.5, 0.24][: 2 + int(stage.scene.energy > 0.35)])
    shares = rng.permutation(shares) / shares.sum() * 0.86
    top = -0.45
    fray = 0.012 * stage.noise("fray", scale=0.08, octaves=4)
    breath = 0.012 * np.sin(0.35 * stage.t_s)
    for at, share in enumerate(shares):
        high, low = top * 2 * stage.bottom, (top + share) * 2 * stage.bottom
        side = stage.right - 0.07
        inside = (
            np.minimum(np.minimum(stage.y - high, low - stage.y), np.minimum(stage.x + side, side - stage.x)) + fray
        )
        mask = np.clip(inside / 0.03 + 0.5 + breath * 10 * (at == 1), 0, 1)
        cloud = stage.noise(f"wash {at}", scale=0.35, octaves=4)
        colour = mix(stage.colour(names[at + 1]), stage.colour(names[(at + 3) % 6]), 0.16 + 0.2 * cloud)
        stage.lay(
            f"field {at}",
            "form",
            mask * 0.95,
            colour,
            depth=0.2 + 0.1 * at,
            region="subject" if at % 2 == 0 else "below",
        )
        top += share + 0.022


def _turned(stage: Stage) -> None:
    """A frame cut corner to corner again and again: half squares and quarter rounds in two colours."""
    rng = stage.chance("places")
    count = 3 + round(2 * stage.scene.energy)
    pitch = 1.0 / count
    columns, rows = np.floor((stage.x + 0.5) / pitch).astype(int), np.floor((stage.y + 0.5) / pitch).astype(int)
    x, y = (stage.x + 0.5) / pitch - columns, (stage.y + 0.5) / pitch - rows
    kind, turn = rng.integers(0, 3, (30, 30)), rng.integers(0, 4, (30, 30))
    lit = rng.random((30, 30))
    place = (rows + 15) % 30, (columns + 15) % 30
    kinds, turns = kind[place], turn[place]
    for quarter in range(1, 4):
        moved = turns >= quarter
        x, y = np.where(moved, 1 - y, x + 0 * y), np.where(moved, x + 0 * y, y + 0 * x)
    pixel = pitch * stage.unit_px
    halves = np.select([kinds == 0, kinds == 1], [x - y, 1 - np.hypot(x, y)], default=np.hypot(x - 0.5, y) * -1 + 0.5)
    mask = np.clip(halves * pixel + 0.5, 0, 1)
    glow = 0.5 + 0.5 * np.sin(0.4 * stage.t_s + 20 * lit[place])
    stage.lay(
        "ground",
        "form",
        1.0,
        ramp(stage, 0.5 + 0.6 * stage.y + 0.1 * glow, "sky_low", "light"),
        depth=0.0,
        region="above",
    )
    for at, name in enumerate(("shade", "accent", "water", "near")):
        chosen = (lit[place] * 4).astype(int) == at
        colour = mix(stage.colour(name), stage.colour("light"), 0.1 * glow)
        stage.lay(
            f"halves in {name}",
            "form",
            mask * chosen,
            colour,
            depth=0.3 + 0.1 * at,
            region="subject" if at % 2 else "below",
        )


HALVES = Motif(
    name="halves",
    words=(
        "half",
        "apart",
        "between",
        "two",
        "divide",
        "split",
        "torn",
        "edge",
        "both",
        "border",
        "side",
        "separate",
        "balance",
        "opposite",
        "tear",
    ),
    compositions={
        "bitten": Composition(_bitten, ("bottom", "top")),
        "torn": Composition(_torn, ("left", "bottom")),
        "fields": Composition(_fields, ("middle", "bottom")),
        "turned": Composition(_turned, ("middle", "bottom")),
    },
    drawn=False,
)
