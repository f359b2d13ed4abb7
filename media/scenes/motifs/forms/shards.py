"""Facets: a crystal that stands, a pane that has burst, a plain of prisms."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp

_TONES = ("accent", "water", "far", "light", "sky_low", "near")


def _crystal(stage: Stage) -> None:
    """Tall prisms that grow from one root, each with a light, a middle and a dark side."""
    rng = stage.chance("places")
    glow = stage.glow(0.0, 0.1, 0.5)
    stage.lay(
        "ground", "sky", 1.0, ramp(stage, 0.15 + 0.85 * glow, "shade", "sky_high", "sky_low"), depth=0.0, region="above"
    )
    count = 9 + round(8 * stage.scene.energy)
    turns = rng.permutation(np.linspace(-68, 68, count)) + rng.uniform(-5, 5, count)
    order = np.argsort(-np.abs(turns))
    prisms: Floats = np.zeros((stage.height_px, stage.width_px), np.float32)
    for at, index in enumerate(order):
        turn = np.deg2rad(float(turns[index]))
        long = (0.86 - 0.4 * abs(turn)) * float(rng.uniform(0.7, 1.05))
        wide = float(rng.uniform(0.07, 0.13)) * (1.25 - 0.5 * abs(turn))
        tone = _TONES[int(rng.choice(6, p=(0.34, 0.26, 0.12, 0.1, 0.1, 0.08)))]
        gleam = 0.5 + 0.5 * np.sin(0.6 * stage.t_s + 1.7 * at)
        prisms = np.maximum(
            prisms, _lay_prism(stage, at, (0.32 * np.sin(turn) * 0.4, 0.44), turn, long, wide, tone, 0.25 * gleam)
        )
    fall = 0.4 * np.clip((stage.y - 0.1) / 0.4, 0, 1)
    stage.lay("dark at the root", "form", prisms * fall, "shade", depth=0.93, region="subject")
    line = 0.4 + 0.03 * np.abs(stage.profile("rubble", scale=0.09, octaves=2))
    stage.lay("rock", "land", stage.under(line), ramp(stage, 6 * (stage.y - 0.4), "near", "shade"), depth=0.95)


def _lay_prism(
    stage: Stage, number: int, foot: tuple[float, float], turn: float, long: float, wide: float, tone: str, gleam: float
) -> Floats:
    """Lay one prism; its whole mask comes back. Shapes: [H, W]."""
    out, aside = np.array([np.sin(turn), -np.cos(turn)]), np.array([np.cos(turn), np.sin(turn)])
    base = np.array(foot)
    left, right = base - aside * wide / 2, base + aside * wide / 2
    seam = base + aside * wide * 0.12
    shoulder = long - wide * 1.1
    tip = base + out * long + aside * wide * 0.1
    faces = {
        "lit": [left, left + out * shoulder, seam + out * (shoulder - 0.3 * wide), seam],
        "dark": [seam, seam + out * (shoulder - 0.3 * wide), right + out * (shoulder - 0.1 * wide), right],
        "lit tip": [left + out * shoulder, tip, seam + out * (shoulder - 0.3 * wide)],
        "dark tip": [seam + out * (shoulder - 0.3 * wide), tip, right + out * (shoulder - 0.1 * wide)],
    }
    shares = {
        "lit": (0.22 + gleam, "light"),
        "dark": (0.48, "shade"),
        "lit tip": (0.62 + gleam, "light"),
        "dark tip": (0.12, "light"),
    }
    covered: Floats = np.zeros((stage.height_px, stage.width_px), np.float32)
    for name, face in faces.items():
        share, other = shares[name]
        mask = stage.polygon(face)
        covered = np.maximum(covered, mask)
        colour = mix(stage.colour(tone), stage.colour(other), share)
        layer = f"{name} of prism {number}"
        stage.lay(layer, "form", mask, colour, depth=0.3 + 0.035 * number, region="subject")
    return covered


def _burst(stage: Stage) -> None:
    """Splinters that fly out from one point, long and thin."""
    rng = stage.chance("places")
    x, y = (float(place) for place in rng.uniform((-0.16, -0.14), (0.16, 0.14)))
    away = np.hypot(stage.x - x, stage.y - y)
    stage.lay("ground", "sky", 1.0, ramp(stage, 0.9 * away, "light", "sky_low", "sky_high"), depth=0.0, region="above")
    count = 30 + round(34 * stage.scene.energy)
    groups: dict[str, list[Points]] = {name: [] for name in (*_TONES, "shade")}
    turns = np.sort(rng.uniform(0, 2 * np.pi, count))
    for at, turn in enumerate(turns):
        start = float(rng.uniform(0.02, 0.3)) * (1 + 0.03 * np.sin(0.5 * stage.t_s + at)) + 0.004 * np.sin(
            0.8 * stage.t_s
        )
        long, wide = float(rng.uniform(0.2, 0.9)) + 0.5 * start, float(rng.uniform(0.02, 0.075))
        out, aside = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
        far = start + long * (2.2 if rng.random() < 0.3 else 1.0)
        broad = wide * (0.4 + far)
        middle = start + 0.6 * (far - start)
        origin = np.array([x, y])
        whole = [
            origin + out * start,
            origin + out * middle + aside * broad,
            origin + out * far,
            origin + out * middle - aside * broad,
        ]
        names = list(groups)
        groups[names[int(rng.integers(7))]].append(np.array(whole[:3]))
        groups["shade" if at % 3 == 0 else names[int(rng.integers(6))]].append(np.array([whole[0], whole[2], whole[3]]))
    for at, (name, shapes) in enumerate(groups.items()):
        colour = mix(stage.colour(name), stage.colour("light"), 0.5 - 1.1 * away)
        stage.lay(f"splinters {name}", "form", stage.polygon(*shapes), colour, depth=0.3 + 0.08 * at, region="subject")
    stage.lay("light", "disc", stage.glow(x, y, 0.09) * 0.95, "light", depth=0.95, region="subject")


def _facets(stage: Stage) -> None:
    """A surface folded into triangles, each as lit as it is turned."""
    rng = stage.chance("places")
    pitch = 0.27 - 0.11 * stage.scene.energy
    columns, rows = int(2 * 1.9 / pitch) + 2, int(2 * 1.2 / pitch) + 2
    xs = (
        -1.9
        + pitch * (np.arange(columns)[None, :] + 0.5 * (np.arange(rows)[:, None] % 2))
        + pitch * rng.uniform(-0.3, 0.3, (rows, columns))
    )
    ys = -1.2 + pitch * 0.87 * np.arange(rows)[:, None] * 1.15 + pitch * rng.uniform(-0.28, 0.28, (rows, columns))
    lift = rng.random((rows, columns)) + 0.12 * np.sin(0.5 * stage.t_s + rng.uniform(0, 6.28, (rows, columns)))
    shelves: list[list[Points]] = [[] for _ in range(9)]
    sun = rng.uniform((-0.25, -0.3), (0.25, 0.1))
    for row in range(rows - 1):
        for column in range(columns - 1):
            corners = [(row, column), (row, column + 1), (row + 1, column), (row + 1, column + 1)]
            picks = ((0, 1, 2), (1, 3, 2)) if row % 2 == 0 else ((0, 1, 3), (0, 3, 2))
            for pick in picks:
                chosen = [corners[corner] for corner in pick]
                shape = np.array([(xs[place], ys[place]) for place in chosen])
                slope = lift[chosen[0]] - 0.6 * lift[chosen[1]] - 0.4 * lift[chosen[2]]
                near = np.exp(-(np.hypot(*(shape.mean(0) - sun)) ** 2) / 0.1)
                shelves[int(np.clip(4 + 3.4 * slope + 3.2 * near - 1.2, 0, 8))].append(shape)
    stage.lay("ground", "form", 1.0, "near", depth=0.0, region="above")
    for at, shapes in enumerate(shelves):
        if shapes:
            tone = ramp(stage, np.float32(at / 8), "shade", "sky_high", "water", "accent", "light")
            stage.lay(
                f"facets {at}",
                "form",
                stage.polygon(*[_grown(shape) for shape in shapes]),
                tone,
                depth=0.2 + 0.08 * at,
                region="subject" if at > 5 else "below",
            )


def _grown(shape: Points) -> Points:
    """A shape a hair larger than it is, so that no seam shows between neighbours."""
    middle = shape.mean(0)
    return np.asarray(middle + (shape - middle) * 1.02, np.float64)


SHARDS = Motif(
    name="shards",
    words=(
        "break",
        "broken",
        "shard",
        "glass",
        "crystal",
        "sharp",
        "splinter",
        "shatter",
        "edge",
        "ice",
        "mirror",
        "fracture",
        "diamond",
        "cut",
    ),
    compositions={
        "crystal": Composition(_crystal, ("top",)),
        "burst": Composition(_burst, ("bottom", "top")),
        "facets": Composition(_facets, ("middle", "bottom")),
    },
    drawn=False,
)
