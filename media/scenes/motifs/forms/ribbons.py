"""Flowing bands: a sheaf that crosses the frame, folds of cloth, strands that meet in a knot."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import smooth
from media.scenes.motif import Composition, Motif
from media.scenes.outlines import limb
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp

_TONES = ("accent", "water", "light", "far", "sky_low", "near", "sky_high")


def _lay_paper(stage: Stage) -> None:
    fall = stage.fade(-stage.bottom, stage.bottom) * np.ones_like(stage.x)
    stage.lay("paper", "sky", 1.0, ramp(stage, fall, "sky_high", "sky_low"), depth=0.0, region="above")


def _sheaf(stage: Stage) -> None:
    """Bands side by side that cross the frame together, pinch and turn over."""
    rng = stage.chance("places")
    _lay_paper(stage)
    count = 7 + round(5 * stage.scene.energy)
    slope, phase = float(rng.uniform(-0.4, 0.4)), float(rng.uniform(0, 6.28))
    shift = int(rng.integers(7))
    x = stage.x[0]
    flow = 0.12 * stage.t_s
    spine = slope * x * 0.8 + 0.16 * np.sin(2.6 * x + phase + flow) + 0.04 * np.sin(6 * x - flow)
    wide = 0.5 * (0.35 + 0.65 * np.abs(np.sin(1.7 * x + phase * 0.5 + 0.5 * flow))) + 0.08
    twist = np.cos(1.9 * x + phase + 0.3 * flow)
    for at in range(count):
        share, after = at / count - 0.5, (at + 1) / count - 0.5
        one = spine + wide * twist * 2 * share + 0.02 * np.sin(5 * x + at)
        two = spine + wide * twist * 2 * after + 0.02 * np.sin(5 * x + at + 1)
        band = stage.between(np.minimum(one, two) - 0.001, np.maximum(one, two) + 0.001)
        inside = np.clip((stage.y - np.minimum(one, two)[None, :]) / np.maximum(0.01, np.abs(two - one))[None, :], 0, 1)
        colour = mix(
            stage.colour(_TONES[(at + shift) % 7]),
            stage.colour("shade"),
            0.1 + 0.5 * inside * (0.5 - 0.5 * twist[None, :]),
        )
        sheen = mix(colour, stage.colour("light"), 0.4 * np.exp(-(((inside - 0.2) / 0.16) ** 2)))
        stage.lay(f"band {at}", "form", band, sheen, depth=0.3 + 0.05 * at, region="subject", velocity=(-0.02, 0.0))


def _folds(stage: Stage) -> None:
    """Cloth that fills the frame: fold upon fold, the light on each crest."""
    rng = stage.chance("places")
    stage.lay("ground", "form", 1.0, "shade", depth=0.0, region="above")
    count = 8 + round(5 * stage.scene.energy)
    lean, phase = float(rng.uniform(-0.9, 0.9)), float(rng.uniform(0, 6.28))
    y, reach = stage.y[:, 0], stage.right + 0.6 + 0.9 * stage.bottom
    names = ("accent", "near", "accent", "water", "accent")
    for at in range(round(count * reach * 1.4)):
        edge = -reach + at * 1.4 / count
        line = (
            edge
            + lean * 0.6 * y
            + 0.08 * np.sin(3.1 * y + 0.5 * at + phase + 0.25 * stage.t_s)
            + 0.03 * np.sin(7 * y + 1.3 * at)
        )
        if line.min() > stage.right or line.max() + 4.5 / count < -stage.right:
            continue
        mask = np.clip((stage.x - line[:, None]) * stage.unit_px + 0.5, 0, 1)
        mask *= stage.x - line[:, None] < 4.5 / count
        into = np.clip((stage.x - line[:, None]) / (1.9 / count), 0, 1)
        dark = stage.blend(names[at % 5], "shade", np.float32(0.72))
        cloth = mix(
            mix(stage.colour("light"), stage.colour(names[at % 5]), np.clip(into * 5 + 0.25, 0, 1)), dark, into**0.8
        )
        stage.lay(
            f"fold {at}",
            "form",
            mask,
            cloth,
            depth=min(1.0, 0.2 + 0.03 * at),
            region="subject" if at % 2 else "below",
            velocity=(0.004, 0.0),
        )


def _knot(stage: Stage) -> None:
    """Strands that come in from all sides and are tied in the middle."""
    rng = stage.chance("places")
    glow = stage.glow(0.0, 0.0, 0.55)
    stage.lay(
        "ground", "sky", 1.0, ramp(stage, 0.2 + 0.8 * glow, "shade", "sky_high", "sky_low"), depth=0.0, region="above"
    )
    count = 5 + round(3 * stage.scene.energy)
    order = rng.permutation(count)
    start = float(rng.uniform(0, 6.28))
    for at in range(count):
        turn = start + np.pi * at / count
        out = np.array([np.cos(turn), np.sin(turn)])
        aside = np.array([-out[1], out[0]])
        bow = float(rng.uniform(0.14, 0.3)) * (1 if order[at] % 2 else -1)
        wave = 0.02 * np.sin(0.7 * stage.t_s + 2 * at)
        points = [
            -1.9 * out + 0.4 * bow * aside,
            -0.62 * out + bow * aside,
            -0.18 * out - (0.6 * bow + wave) * aside,
            0.16 * out + (0.7 * bow - wave) * aside,
            0.6 * out - bow * aside,
            1.9 * out - 0.5 * bow * aside,
        ]
        path = smooth(points, steps=16)
        wide = 0.07 + 0.05 * float(rng.random())
        tone = _TONES[at % 7]
        for name, scale, share, other, shift in (
            ("shadow", 1.35, 0.4, "shade", (0.012, 0.018)),
            ("strand", 1.0, 0.0, "shade", (0.0, 0.0)),
            ("crest", 0.4, 0.45, "light", (-0.006, -0.01)),
        ):
            moved = path + shift
            mask = stage.polygon(limb(moved, [wide * scale, wide * scale * 0.8, wide * scale]))
            if name == "shadow":
                stage.lay(f"shadow {at}", "form", mask * 0.4, "shade", depth=0.3 + 0.08 * at)
            else:
                colour = mix(stage.colour(tone), stage.colour(other), share)
                stage.lay(
                    f"{name} {at}",
                    "form",
                    mask * (1.0 if name == "strand" else 0.6),
                    colour,
                    depth=0.31 + 0.08 * at,
                    region="subject",
                )


RIBBONS = Motif(
    name="ribbons",
    words=(
        "flow",
        "ribbon",
        "silk",
        "thread",
        "river",
        "weightless",
        "smooth",
        "stream",
        "unfold",
        "bend",
        "curve",
        "tangle",
        "knot",
    ),
    compositions={
        "sheaf": Composition(_sheaf, ("top", "bottom")),
        "folds": Composition(_folds, ("bottom", "top")),
        "knot": Composition(_knot, ("bottom", "top")),
    },
    drawn=False,
)
