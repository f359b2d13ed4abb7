"""Lines of equal height: a map of hills, ridge before ridge, the grain of wood."""

from __future__ import annotations

import numpy as np

from media.scenes.layers import Floats, Region
from media.scenes.motif import Composition, Motif
from media.scenes.spots import spots
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp


def _levels(stage: Stage, field: Floats, count: int) -> list[Floats]:
    """The masks of all that lies above each of so many heights, edges one pixel soft."""
    across, down = np.gradient(field, axis=1), np.gradient(field, axis=0)
    steep = np.maximum(np.hypot(across, down), 1e-5)
    return [np.clip((field - height) / steep + 0.5, 0, 1) for height in np.linspace(-1.15, 1.15, count)]


def _map(stage: Stage) -> None:
    """Paper cut in steps, one sheet on another, as a model of a landscape."""
    stage.lay("ground", "form", 1.0, "shade", depth=0.0, region="above")
    drift = 0.01 * stage.t_s
    field = stage.noise("land", scale=0.4, octaves=2, gain=0.35, shift=(drift, 0.4 * drift))
    thrown = stage.noise("land", scale=0.4, octaves=2, gain=0.35, shift=(drift - 0.012, 0.4 * drift - 0.018))
    count = 7 + round(5 * stage.scene.energy)
    sheets, shadows = _levels(stage, field, count), _levels(stage, thrown, count)
    for at in range(count):
        share = np.float32(at / (count - 1))
        stage.lay(f"shadow {at}", "form", shadows[at] * 0.35, "shade", depth=0.1 + 0.8 * at / count)
        tone = ramp(stage, share, "sky_high", "water", "sky_low", "accent", "light")
        stage.lay(
            f"sheet {at}",
            "form",
            sheets[at],
            tone,
            depth=0.12 + 0.8 * at / count,
            region="subject" if at > count // 2 else "below",
        )


def _stacked(stage: Stage) -> None:
    """Ridge before ridge down the whole frame, from the colours of the far to those of the near."""
    rng = stage.chance("places")
    stage.lay("ground", "form", 1.0, ramp(stage, 0.4 + 0.5 * stage.y, "light", "sky_low"), depth=0.0, region="above")
    count = 11 + round(7 * stage.scene.energy)
    x = stage.x[0]
    middle, phase = float(rng.uniform(-0.3, 0.3)), float(rng.uniform(0, 6.28))
    for at in range(count):
        share = at / (count - 1)
        base = (-0.8 + 1.75 * share) * stage.bottom
        here = middle + 0.22 * np.sin(phase + 2.6 * share)
        swell = np.exp(-(((x - here) / 0.22) ** 2))
        rough = stage.profile(f"line {at}", scale=0.3, octaves=2, gain=0.4, shift=0.02 * stage.t_s)
        line = base - (0.12 + 0.12 * stage.scene.energy) * swell * (1 + 0.3 * rough) - 0.012 * rough
        tone = ramp(stage, np.float32(share), "light", "sky_low", "accent", "far", "water", "near", "shade")
        into = np.clip((stage.y - line[None, :]) / 0.12, 0, 1)
        colour = mix(mix(tone, stage.colour("light"), 0.3), tone, into * 1.6)
        low = line + (4.0 if at == count - 1 else 0.9 * stage.bottom)
        throw, body = stage.between(line - 0.014, line + 0.1) * 0.25, stage.between(line, low)
        stage.lay(f"shadow {at}", "form", throw, "shade", depth=0.2 + 0.7 * share)
        region: Region = "subject" if at % 2 else "below"
        stage.lay(f"ridge {at}", "form", body, colour, depth=0.21 + 0.7 * share, region=region)


def _grain(stage: Stage) -> None:
    """A board cut along its length: years that flow round knots."""
    rng = stage.chance("places")
    places = rng.uniform((-0.36, -0.34), (0.36, 0.34), (2 + round(2 * stage.scene.energy), 2))
    bend = 0.25 * stage.noise("years", scale=0.8, octaves=2, stretch=0.35)
    field = stage.x * 2.6 + bend * 2.2 + 0.02 * stage.t_s
    for x, y in places:
        away = np.hypot((stage.x - x) * 1.4, (stage.y - y) * 0.75)
        field = field + 0.5 * np.exp(-((away / 0.15) ** 2)) * np.sign(x + 0.001)
    for at, (name, tone) in enumerate((("early wood", "sky_low"), ("wood", "accent"), ("late wood", "near"))):
        wave = np.sin(2 * np.pi * (3.4 * field + 0.24 * at))
        mask = np.float32(1.0) if at == 0 else np.clip((wave - 0.15 * at) * 4, 0, 1)
        colour = mix(stage.colour(tone), stage.colour("light" if at < 2 else "shade"), 0.25 + 0.2 * bend)
        stage.lay(
            name, "form", mask, colour, depth=0.2 + 0.2 * at, region="below" if at else "above", velocity=(-0.008, 0.0)
        )
    fine = np.clip(np.sin(2 * np.pi * 10.2 * field) * 2 - 1, 0, 1) * 0.4
    stage.lay("fine years", "form", fine, "shade", depth=0.7, after=True)
    for at, (x, y) in enumerate(places):
        for ring in range(4):
            size = 0.058 - 0.014 * ring
            tone = "shade" if ring % 2 == 0 else "accent"
            stage.lay(
                f"knot {at} {ring}",
                "form",
                stage.ellipse(float(x), float(y), size, size * 1.7, turn_deg=6),
                tone,
                depth=0.8 + 0.02 * ring,
                region="subject",
            )


def _isobars(stage: Stage) -> None:
    """Thin lines of a chart over large soft colours, with one marked place."""
    rng = stage.chance("places")
    field = stage.noise("pressure", scale=0.7, octaves=2, gain=0.3, shift=(0.012 * stage.t_s, 0.0))
    stage.lay(
        "colours",
        "form",
        1.0,
        ramp(stage, 0.5 + 0.62 * field, "near", "water", "sky_low", "light"),
        depth=0.1,
        region="below",
    )
    count = 12 + round(8 * stage.scene.energy)
    steep = np.maximum(np.hypot(np.gradient(field, axis=1), np.gradient(field, axis=0)), 1e-5)
    gap = field * count / 1.6
    off = np.abs(gap - np.round(gap)) / (steep * count / 1.6) / stage.unit_px
    thick = np.where(np.round(gap) % 4 == 0, 0.0042, 0.0018)
    lines = np.clip((thick - off) * stage.unit_px + 0.5, 0, 1) * np.minimum(1.0, thick * 2 * stage.unit_px)
    stage.lay("lines", "form", lines * 0.85, "shade", depth=0.4, after=True)
    x, y = (float(place) for place in rng.uniform((-0.3, -0.3), (0.3, 0.3)))
    pulse = 0.012 * np.sin(1.4 * stage.t_s)
    ring = stage.disc(x, y, 0.098 + pulse) * (1 - stage.disc(x, y, 0.082 + pulse))
    stage.lay("mark", "form", np.maximum(ring, stage.disc(x, y, 0.05)), "accent", depth=0.6, region="subject")
    stage.lay(
        "centre of the mark", "form", spots(stage, [(x, y)], 0.012), "light", depth=0.61, region="subject", after=True
    )


CONTOURS = Motif(
    name="contours",
    words=(
        "map",
        "line",
        "contour",
        "layer",
        "grain",
        "wood",
        "trace",
        "terrain",
        "chart",
        "skin",
        "fingerprint",
        "year",
        "height",
        "topograph",
    ),
    compositions={
        "map": Composition(_map, ("bottom", "top")),
        "stacked": Composition(_stacked, ("bottom", "top")),
        "grain": Composition(_grain, ("middle", "bottom")),
        "isobars": Composition(_isobars, ("bottom", "top")),
    },
    drawn=False,
)
