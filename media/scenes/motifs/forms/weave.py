"""Bands over and under each other: a plain weave, a plaid of glass, a braid that runs through the frame."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.outlines import limb
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp

_TONES = ("accent", "water", "near", "light", "sky_low", "far", "sky_high", "shade")


def _plain(stage: Stage) -> None:
    """Broad bands seen slantwise, every second crossing over, with the round of each band shaded."""
    rng = stage.chance("places")
    turn = float(rng.choice([-1, 1])) * float(rng.uniform(0.35, 0.75))
    pitch = 0.25 - 0.12 * stage.scene.energy
    u = (stage.x * np.cos(turn) + stage.y * np.sin(turn)) / pitch + 40
    v = (stage.y * np.cos(turn) - stage.x * np.sin(turn)) / pitch + 40 + 0.02 * stage.t_s
    across, along = np.floor(u).astype(int), np.floor(v).astype(int)
    warp_tones, weft_tones = rng.integers(0, 4, 160), rng.integers(2, 8, 160)
    stage.lay("ground", "form", 1.0, "shade", depth=0.0, region="above")
    over = (across + along) % 2 == 0
    soft = pitch * stage.unit_px
    for name, place, order, tones, top in (
        ("warp", u, across, warp_tones, over),
        ("weft", v, along, weft_tones, ~over),
    ):
        part = place - np.floor(place)
        body = np.clip((0.46 - np.abs(part - 0.5)) * soft + 0.5, 0, 1)
        other = v if name == "warp" else u
        dip = np.sin(np.pi * (other - np.floor(other)))
        lit = np.clip(np.where(top, 0.55 + 0.45 * dip, 0.5 - 0.4 * dip) - 0.35 * (part - 0.35), 0, 1)
        chosen = tones[order % 160]
        for tone in np.unique(chosen):
            colour = mix(
                stage.blend(_TONES[tone], "shade", np.float32(0.55)),
                stage.blend(_TONES[tone], "light", np.float32(0.22)),
                lit,
            )
            mask = body * (chosen == tone) * (1.0 if name == "warp" else top)
            stage.lay(
                f"{name} in {_TONES[tone]}",
                "form",
                mask,
                colour,
                depth=0.4,
                region="below" if name == "warp" else "subject",
            )


def _plaid(stage: Stage) -> None:
    """Clear stripes of different widths, laid over each other; where they cross the colours add."""
    rng = stage.chance("places")
    stage.lay("paper", "form", 1.0, stage.blend("light", "sky_low", np.float32(0.5)), depth=0.0, region="above")
    count = 6 + round(5 * stage.scene.energy)
    for name, upright in (("upright", True), ("level", False)):
        edges = np.sort(rng.uniform(-0.5, 0.5, count))
        for at, edge in enumerate(edges):
            wide, tone = float(rng.uniform(0.02, 0.15)), _TONES[int(rng.choice([0, 1, 2, 5, 6, 7]))]
            sway = 0.006 * np.sin(0.4 * stage.t_s + at)
            mask = np.zeros((stage.height_px, stage.width_px), np.float32)
            place = stage.x if upright else stage.y
            for repeat in (-1.0, 0.0, 1.0):
                inside = wide / 2 - np.abs(place - edge - repeat - sway)
                mask = np.maximum(mask, np.clip(inside * stage.unit_px + 0.5, 0, 1))
            stage.lay(
                f"{name} stripe {at}",
                "form",
                mask * 0.62,
                tone,
                depth=0.2 + 0.05 * at,
                region="subject" if upright else "below",
            )
    x, y = (float(place) for place in rng.uniform((-0.25, -0.25), (0.25, 0.25)))
    stage.lay("disc", "disc", stage.disc(x, y, 0.15) * 0.85, "accent", depth=0.9, region="subject")


def _braid(stage: Stage) -> None:
    """Three strands that are plaited down the frame."""
    rng = stage.chance("places")
    glow = stage.glow(0.0, 0.0, 0.6)
    stage.lay(
        "ground", "sky", 1.0, ramp(stage, 0.15 + 0.85 * glow, "near", "far", "sky_low"), depth=0.0, region="above"
    )
    lean, wide = float(rng.uniform(-0.3, 0.3)), 0.17
    period = 0.62 - 0.2 * stage.scene.energy
    names = [("accent", "water", "light", "near")[index] for index in rng.permutation(4)[:3]]
    parts: list[tuple[float, int, int, Points]] = []
    steps = np.arange(-1.35, 1.36, period / 18)
    for strand in range(3):
        phase = 2 * np.pi * (steps / period + strand / 3) + 0.25 * stage.t_s
        xs, nears = 0.15 * np.sin(phase) + lean * steps, np.sin(2 * phase)
        for start in range(0, len(steps) - 4, 3):
            piece = np.stack([xs[start : start + 5], steps[start : start + 5]], 1)
            parts.append((float(nears[start + 2]), strand, start, piece))
    order: dict[int, list[tuple[int, Points]]] = {}
    for near, strand, _, piece in sorted(parts, key=lambda part: part[0]):
        order.setdefault(round(near * 3), []).append((strand, piece))
    for level in sorted(order):
        stage.lay(
            f"shadow {level}",
            "form",
            stage.polygon(*[limb(piece + (0.014, 0.01), [wide]) for _, piece in order[level]]) * 0.3,
            "shade",
            depth=0.4,
        )
        for strand in range(3):
            pieces = [piece for which, piece in order[level] if which == strand]
            if pieces:
                _lay_strand(stage, f"{level} {strand}", pieces, wide, names[strand], (level + 3) / 6)


def _lay_strand(stage: Stage, name: str, pieces: list[Points], wide: float, tone: str, near: float) -> None:
    shaded = mix(stage.blend(tone, "shade", np.float32(0.5)), stage.colour(tone), near)
    stage.lay(
        f"strand {name}",
        "form",
        stage.polygon(*[limb(piece, [wide]) for piece in pieces]),
        shaded,
        depth=0.5 + 0.4 * near,
        region="subject",
    )
    lines: list[Floats] = []
    for offset in (-0.3, -0.1, 0.1, 0.3):
        lines += [np.asarray(limb(piece + (offset * wide, 0.0), [0.008]), np.float32) for piece in pieces]
    stage.lay(
        f"fibres {name}",
        "form",
        stage.polygon(*lines) * 0.45,
        stage.blend(tone, "light", np.float32(0.6 * near)),
        depth=0.51 + 0.4 * near,
        after=True,
    )


WEAVE = Motif(
    name="weave",
    words=(
        "weave",
        "woven",
        "thread",
        "cloth",
        "fabric",
        "braid",
        "bind",
        "together",
        "cross",
        "pattern",
        "net",
        "stitch",
        "tie",
        "loom",
    ),
    compositions={
        "plain": Composition(_plain, ("middle", "bottom")),
        "plaid": Composition(_plaid, ("bottom", "top")),
        "braid": Composition(_braid, ("left", "right")),
    },
    drawn=False,
)
