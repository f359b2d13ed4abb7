"""Roads: straight to the vanishing point, winding over hills, wet at night with lights on it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from media.scenes.curves import Points, placed, smooth
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.outlines import limb, mirrored
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.spots import spots
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp, side_light

_Course = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""x of the middle of a road by how near it is, 0 to 1."""


def _vanishing(stage: Stage) -> None:
    rng = stage.chance("places")
    side = 1 if rng.random() < 0.5 else -1
    horizon, at = float(rng.uniform(0.02, 0.12)), side * float(rng.uniform(0.17, 0.27))
    lay_sky(stage, horizon=horizon, disc=(at, horizon - 0.03, float(rng.uniform(0.12, 0.17))))
    _lay_mesa(stage, -side, horizon)
    for row in range(2):
        line = (
            horizon
            - (0.05 - 0.03 * row)
            - (0.09 - 0.05 * row)
            * np.abs(stage.profile(f"range {row}", scale=0.35, octaves=5, gain=0.55))
            * np.clip(np.abs(stage.x[0] - at) * 3.5, 0.1, 1)
        )
        stage.lay(
            f"range {row}",
            "mountain",
            stage.under(line),
            stage.blend("far", "near", np.float32(0.15 + 0.3 * row)),
            depth=0.1 + 0.05 * row,
        )
    away = np.clip((stage.y - horizon) / (0.5 - horizon), 0.0, 1.6)
    plain = ramp(stage, away + 0.14 * stage.noise("plain", scale=0.25, octaves=4, stretch=5.0), "far", "near", "near")
    stage.lay("plain", "field", stage.under(np.full(stage.width_px, horizon)), plain, depth=0.3)
    road = np.array([(at - 0.006, horizon), (at + 0.006, horizon), (at + 1.5, 1.05), (at - 1.5, 1.05)])
    tar = mix(stage.blend("shade", "far", np.float32(0.35)), stage.colour("shade"), away * 0.8)
    stage.lay("road", "road", stage.polygon(road), tar, depth=0.5, region="subject")
    travel = (0.25 + 0.5 * stage.scene.energy) * stage.t_s
    lines = [_marking(at, horizon, side, near, near + long) for side, near, long in _markings(travel)]
    stage.lay("markings", "road", stage.polygon(*lines), "light", depth=0.55, region="subject", after=True)
    posts = [
        post
        for side in (-1, 1)
        for near in np.arange(1, 13) - travel % 1.0
        for post in _pole(at, horizon, side, float(near))
    ]
    stage.lay("poles", "thing", stage.polygon(*posts), "shade", depth=0.6)
    lay_weather(stage)


def _lay_mesa(stage: Stage, side: int, horizon: float) -> None:
    """The mountain that the road goes past: a great flat-topped mass, one flank in the light."""
    rng = stage.chance("mesa")
    x, top = side * float(rng.uniform(0.2, 0.3)), horizon - float(rng.uniform(0.3, 0.4))
    foot, wide = horizon + 0.01, float(rng.uniform(0.13, 0.2))
    outline = [(x - 2.6 * wide, foot), (x - 1.5 * wide, top + 0.2), (x - 1.1 * wide, top + 0.18), (x - wide, top)]
    outline += [
        (x + 0.9 * wide, top + 0.01),
        (x + wide, top + 0.17),
        (x + 1.5 * wide, top + 0.2),
        (x + 2.5 * wide, foot),
    ]
    mask = stage.polygon(outline)
    rock = stage.noise("strata", scale=0.09, octaves=3, stretch=3.0)
    lit = side_light(stage, x, top + 0.2, 1.6 * wide, from_deg=180 if side > 0 else 0)
    stage.lay("mesa", "mountain", mask, ramp(stage, 0.85 - 0.8 * lit + 0.1 * rock, "accent", "far", "near"), depth=0.08)


def _markings(travel: float) -> list[tuple[float, float, float]]:
    """Where lines lie on a straight road: how far aside, where they begin and how long they are."""
    dashes = [(0.0, float(near), 0.5) for near in np.arange(0.35, 14.0) - travel % 1.0 if near > 0.2]
    return [*dashes, (-0.92, 0.3, 40.0), (0.92, 0.3, 40.0)]


def _on_road(at: float, horizon: float, aside: float, near: float) -> tuple[float, float]:
    """Where a place on a level plane is seen; near is how far off it is, aside how far from the middle."""
    high = 0.5 / (near + 0.12)
    return at + aside * high * 1.43, horizon + high


def _marking(at: float, horizon: float, aside: float, near: float, far: float) -> Points:
    wide = 0.028
    return np.array(
        [
            _on_road(at, horizon, aside + way * wide, where)
            for way, where in ((-1, near), (1, near), (1, far), (-1, far))
        ]
    )


def _pole(at: float, horizon: float, side: int, near: float) -> list[Points]:
    x, y = _on_road(at, horizon, side * 1.9, near * 1.4 - 0.7)
    high = (y - horizon) * 1.9
    thick = high * 0.028
    post = np.array([(x - thick, y), (x + thick, y), (x + thick * 0.7, y - high), (x - thick * 0.7, y - high)])
    bar = np.array(
        [
            (x - high * 0.16, y - high * 0.93),
            (x + high * 0.16, y - high * 0.93),
            (x + high * 0.16, y - high * 0.9),
            (x - high * 0.16, y - high * 0.9),
        ]
    )
    return [post, bar]


def _winding(stage: Stage) -> None:
    rng = stage.chance("places")
    rows, top = 6, float(rng.uniform(-0.26, -0.18))
    lay_sky(stage, horizon=top, disc=(float(rng.uniform(-0.32, 0.32)), top - 0.1, float(rng.uniform(0.05, 0.09))))
    phase, way = float(rng.uniform(0, 6.28)), 1 if rng.random() < 0.5 else -1

    def middle(depth: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(way * (0.1 + 0.27 * depth**0.6) * np.sin(phase + 7.5 * depth**0.7), np.float64)

    for row in range(rows):
        near = row / (rows - 1)
        start = top + (0.66 - top) * near**1.35
        line = start + (0.03 + 0.05 * near) * stage.profile(
            f"hill {row}", scale=0.35 + 0.5 * near, octaves=3, gain=0.35
        )
        mask = stage.under(line)
        end = top + (0.66 - top) * ((row + 1) / (rows - 1)) ** 1.35
        fall = np.clip((stage.y - line[None, :]) / (end - start + 0.08), 0, 1)
        ground = mix(stage.blend("far", "near", np.float32(0.15 + 0.85 * near)), stage.colour("shade"), 0.45 * fall)
        crest = mix(ground, stage.colour("light"), 0.28 * np.exp(-8 * fall))
        stage.lay(f"hill {row}", "field", mask, crest, depth=0.15 + 0.14 * row)
        _lay_piece(stage, row, near, (start, end), line, mask, middle)
    drift = 0.02
    cover = stage.noise("shadows of clouds", scale=0.22, octaves=2, stretch=2.2, shift=(-drift * stage.t_s, 0.0))
    fields = np.clip(cover * 2.5 - 0.2, 0, 1) * stage.fade(top - 0.02, top + 0.1)
    stage.lay("shadows of clouds", "field", fields * 0.28, "shade", depth=0.9, velocity=(drift, 0.0))
    lay_weather(stage)


def _lay_piece(
    stage: Stage, row: int, near: float, span: tuple[float, float], line: Floats, mask: Floats, middle: _Course
) -> None:
    """The road over one hill: it comes up behind the next one and goes over the crest."""
    depths = np.linspace(near, near + 0.3, 16)
    ys = np.linspace(span[0] - 0.05, span[1] + 0.12, 16)
    path = np.stack([middle(depths), ys], 1)
    wide = 0.012 + 0.13 * near**1.6
    strip = stage.polygon(limb(path, [wide, wide * 1.6 + 0.012])) * mask
    stage.lay(
        f"road {row}",
        "road",
        strip,
        stage.blend("sky_low", "light", np.float32(0.3 + 0.4 * near)),
        depth=0.17 + 0.14 * row,
        region="subject",
    )
    if near > 0.3:
        dashes = [limb(path[at : at + 2], [0.05 * wide, 0.07 * wide]) for at in range(1, 15, 2)]
        stage.lay(f"dashes {row}", "road", stage.polygon(*dashes) * mask, "shade", depth=0.18 + 0.14 * row, after=True)


def _headlights(stage: Stage) -> None:
    rng = stage.chance("places")
    horizon = float(rng.uniform(-0.14, -0.06))
    dark = ramp(stage, 0.75 * stage.fade(-0.6, horizon) * np.ones_like(stage.x), "shade", "sky_high", "sky_low")
    stage.lay("sky", "sky", 1.0, dark, depth=0.0, region="above")
    for side in (-1, 1):
        edge = (
            horizon
            - 0.05
            - (0.3 + 0.1 * stage.profile(f"trees {side}", scale=0.06, octaves=3))
            * np.clip(side * stage.x[0] * 1.5 + 0.05, 0, 1)
        )
        edge = np.where(side * stage.x[0] > -0.04, edge, 9.0)
        stage.lay(f"trees {side}", "tree", stage.under(edge), stage.blend("shade", "near", np.float32(0.4)), depth=0.2)
    verge = ramp(stage, 0.2 + 0.5 * (stage.y - horizon), "near", "shade")
    stage.lay("verges", "field", stage.under(np.full(stage.width_px, horizon)), verge, depth=0.3)
    edges = [(0.02, horizon), (0.06, horizon), (0.95, 1.05), (-0.7, 1.05)]
    tar = ramp(stage, 0.75 - (stage.y - horizon) * 1.1, "shade", "near", "far")
    stage.lay("road", "road", stage.polygon(edges), tar, depth=0.35)
    sides = [limb([edges[0], edges[3]], [0.002, 0.03]), limb([edges[1], edges[2]], [0.002, 0.03])]
    stage.lay("edge lines", "road", stage.polygon(*sides) * 0.75, "light", depth=0.36, after=True)
    centre = [_centre_dash(horizon, float(near)) for near in np.arange(1.0, 9.0) - (0.5 * stage.t_s) % 1.0]
    stage.lay("centre line", "road", stage.polygon(*centre) * 0.8, "accent", depth=0.37, after=True)
    side = 1 if rng.random() < 0.5 else -1
    _lay_car(stage, 0.055 + side * 0.085, horizon + 0.2)
    lay_weather(stage)


def _centre_dash(horizon: float, near: float) -> Points:
    """A dash of the centre line; near is how many times its own length it is off."""
    ends = []
    for y in (0.62 / (near + 0.02), 0.62 / (near + 0.5)):
        x = 0.04 + 0.085 * y / (1.05 - horizon)
        ends += [(x - 0.025 * y, horizon + y), (x + 0.025 * y, horizon + y)]
    return np.array(ends)[[0, 1, 3, 2]]


def _lay_car(stage: Stage, x: float, y: float) -> None:
    """A car that comes, its lamps and their light on the wet road and in the air."""
    apart = 0.05
    lamps = [(x - apart, y), (x + apart, y)]
    drift = (0.0, -0.02 * stage.t_s)
    wet = np.clip(0.45 + 0.8 * stage.noise("wet", scale=0.03, octaves=3, stretch=5.0, shift=drift), 0, 1)
    for at, (lamp_x, lamp_y) in enumerate(lamps):
        low = np.clip(stage.y - lamp_y - 0.03, 0, 2)
        away = (stage.x - lamp_x - 0.4 * low * (lamp_x - x)) / (0.022 + 0.1 * low)
        path = np.exp(-(away**2)) * (low > 0) * np.exp(-2.2 * low) * wet * 0.95
        name = f"light on the road {at}"
        stage.lay(name, "road", path, "light", depth=0.4, region="subject", velocity=(0.0, 0.02))
    half = [(0.0, -1.1), (0.85, -1.1), (1.2, -0.35), (1.55, -0.1), (1.5, 0.5), (0.0, 0.5)]
    body = placed(smooth(mirrored(half), closed=True, steps=4), x, y, size=apart)
    stage.lay("car", "vehicle", stage.polygon(body), "shade", depth=0.5, region="subject")
    halo = sum((stage.glow(*lamp, 0.2, power=0.9) for lamp in lamps), np.zeros_like(wet))
    bright = 0.6 if stage.scene.hour == "night" else 0.42
    stage.lay("halo", "sky", np.clip(halo * bright, 0, 0.85), "light", depth=0.55, region="subject")
    lit = spots(stage, lamps, 0.02, soft=0.4)
    stage.lay("lamps", "window", lit, "#fffdf4", depth=0.6, region="subject", after=True)


ROAD = Motif(
    name="road",
    words=(
        "road",
        "drive",
        "highway",
        "car",
        "journey",
        "travel",
        "mile",
        "street",
        "wheel",
        "leave",
        "leaving",
        "home",
        "away",
        "path",
        "headlight",
        "motor",
        "ride",
        "lane",
    ),
    compositions={
        "vanishing": Composition(_vanishing, ("top",)),
        "winding": Composition(_winding, ("top", "bottom")),
        "headlights": Composition(_headlights, ("top", "bottom")),
    },
)
