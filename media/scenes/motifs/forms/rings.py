"""Rings: circles that slip from their middle, two sources that cross, a target of arcs, beads on a wave."""

from __future__ import annotations

import numpy as np

from media.scenes.motif import Composition, Motif
from media.scenes.spots import spots
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp

_TONES = ("accent", "sky_low", "water", "light", "near", "far", "sky_high")


def _slipping(stage: Stage) -> None:
    """Discs one upon another, each a little off: a tunnel, or a horn."""
    rng = stage.chance("places")
    stage.lay("ground", "sky", 1.0, ramp(stage, 0.5 + 0.6 * stage.y, "sky_high", "shade"), depth=0.0, region="above")
    count = 7 + round(6 * stage.scene.energy)
    turn, shift = float(rng.uniform(0, 6.28)), int(rng.integers(7))
    for at in range(count):
        share = at / (count - 1)
        radius = 0.46 * (1 - share) + 0.035
        slip = 0.2 * share**1.1
        angle = turn + 1.6 * share + 0.1 * np.sin(0.5 * stage.t_s + at * 0.6)
        x, y = slip * np.cos(angle), slip * np.sin(angle)
        throw = stage.disc(x + 0.018, y + 0.024, radius, soft=0.035)
        stage.lay(f"shadow {at}", "form", throw * 0.45, "shade", depth=0.2 + 0.06 * at)
        lit = (stage.x - x) * -0.5 + (stage.y - y) * -0.8
        tone = mix(
            stage.colour(_TONES[(at + shift) % 7]), stage.colour("shade"), 0.12 - 0.8 * lit / (radius + 0.1) * 0.3
        )
        stage.lay(f"disc {at}", "form", stage.disc(x, y, radius), tone, depth=0.21 + 0.06 * at, region="subject")


def _crossing(stage: Stage) -> None:
    """Rings from two places that spread and cross, as sound does."""
    rng = stage.chance("places")
    away = float(rng.uniform(0.2, 0.32))
    lean = float(rng.uniform(-0.5, 0.5))
    pitch = 0.082 - 0.03 * stage.scene.energy
    stage.lay(
        "ground",
        "sky",
        1.0,
        ramp(stage, 0.5 + 0.5 * stage.y + 0.3 * stage.x, "sky_high", "sky_low"),
        depth=0.0,
        region="above",
    )
    waves = []
    for name, side, tone in (("one", -1, "accent"), ("other", 1, "water")):
        x, y = side * away, side * away * lean
        distance = np.hypot(stage.x - x, stage.y - y)
        wave = np.sin(2 * np.pi * (distance / pitch - 0.25 * stage.t_s))
        mask = np.clip(wave * pitch * stage.unit_px / 6.28 + 0.5, 0, 1) * (distance > 0.03)
        waves.append(mask)
        stage.lay(
            f"rings of {name}",
            "form",
            mask * np.clip(1.25 - 0.8 * distance, 0.3, 1),
            tone,
            depth=0.3,
            region="subject" if side > 0 else "below",
        )
        stage.lay(f"source of {name}", "form", stage.disc(x, y, 0.035), "shade", depth=0.5, region="subject")
    stage.lay("where they cross", "form", waves[0] * waves[1], "shade", depth=0.4, region="subject")


def _quarters(stage: Stage) -> None:
    """A grid of tiles, each with rings about one of its corners."""
    rng = stage.chance("places")
    count = 2 + round(2 * stage.scene.energy)
    pitch = 1.0 / count
    columns, rows = np.floor((stage.x + 0.5) / pitch), np.floor((stage.y + 0.5) / pitch)
    corner_of = rng.integers(0, 4, (24, 24))
    tone_of = rng.integers(0, 7, (24, 24))
    at_row, at_column = (rows.astype(int) + 12) % 24, (columns.astype(int) + 12) % 24
    corners, tones = corner_of[at_row, at_column], tone_of[at_row, at_column]
    x, y = (stage.x + 0.5) / pitch - columns, (stage.y + 0.5) / pitch - rows
    distance = np.hypot(x - (corners % 2), y - (corners // 2))
    stage.lay("ground", "form", 1.0, stage.blend("sky_low", "light", np.float32(0.4)), depth=0.0, region="above")
    bands = 4
    breath = 0.12 * np.sin(0.5 * stage.t_s + tones)
    for band in range(bands):
        reach = (bands - band) / bands * 0.98 + breath / bands * (band > 0)
        mask = np.clip((reach - distance) * pitch * stage.unit_px + 0.5, 0, 1)
        for tone in range(7):
            chosen = mask * ((tones + 2 * band) % 7 == tone)
            name = _TONES[tone] if (tone + band) % 4 else "shade"
            stage.lay(
                f"band {band} in {_TONES[tone]}",
                "form",
                chosen,
                name,
                depth=0.2 + 0.15 * band,
                region="subject" if band % 2 else "below",
            )


def _rising_wave(stage: Stage) -> None:
    """Beads in rows whose size is a wave that passes, as on a meter of sound."""
    rng = stage.chance("places")
    stage.lay(
        "ground", "sky", 1.0, ramp(stage, 0.55 - 0.6 * stage.y, "shade", "sky_high", "near"), depth=0.0, region="above"
    )
    pitch = 0.075 - 0.022 * stage.scene.energy
    xs, ys = np.meshgrid(np.arange(-1.9, 1.9, pitch), np.arange(-1.2, 1.2, pitch))
    phase, bend = float(rng.uniform(0, 6.28)), float(rng.uniform(2.5, 4.5))
    height = 0.17 * np.sin(bend * xs + phase + 0.6 * stage.t_s) + 0.08 * np.sin(2.3 * bend * xs - 0.4 * stage.t_s)
    near = np.exp(-(((ys - height) / 0.2) ** 2))
    sizes = pitch * (0.08 + 0.44 * near)
    places = np.stack([xs, ys], -1)
    for name, chosen, tone in (
        ("quiet beads", near < 0.25, "far"),
        ("beads", (near >= 0.25) & (near < 0.75), "water"),
        ("loud beads", near >= 0.75, "accent"),
    ):
        mask = (
            stage.dots(places[chosen], sizes[chosen]) if chosen.any() else np.zeros((stage.height_px, stage.width_px))
        )
        stage.lay(name, "form", mask, tone, depth=0.4, region="subject")
    crest = near > 0.93
    stage.lay(
        "light on the beads",
        "form",
        spots(stage, places[crest] - 0.15 * pitch, 0.12 * pitch, soft=0.8),
        "light",
        depth=0.6,
        region="subject",
        after=True,
    )


RINGS = Motif(
    name="rings",
    words=(
        "ring",
        "circle",
        "round",
        "echo",
        "sound",
        "ripple",
        "pulse",
        "wave",
        "signal",
        "orbit",
        "again",
        "loop",
        "vibrat",
        "resonan",
    ),
    compositions={
        "slipping": Composition(_slipping, ("bottom", "top")),
        "crossing": Composition(_crossing, ("bottom", "top")),
        "quarters": Composition(_quarters, ("middle", "bottom")),
        "rising_wave": Composition(_rising_wave, ("top", "bottom")),
    },
    drawn=False,
)
