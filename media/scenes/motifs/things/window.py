"""Windows: a room with a view, rain on the pane, a wall at night with one lit, a rose of coloured glass."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import placed, rectangle, smooth
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.outlines import limb, petal, ring_of
from media.scenes.people import walker
from media.scenes.sky import lay_sky
from media.scenes.spots import spots
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp, shines
from media.scenes.water import lay_water


def _room(stage: Stage) -> None:
    """Wall, an open window with the sea in it, curtains that breathe."""
    rng = stage.chance("places")
    left, right = -0.27 + float(rng.uniform(-0.04, 0.04)), 0.27 + float(rng.uniform(-0.04, 0.04))
    top, low = -0.4, float(rng.uniform(0.16, 0.22))
    horizon = float(rng.uniform(-0.08, 0.02))
    disc = (float(rng.uniform(left + 0.12, right - 0.12)), horizon - 0.12, 0.065)
    lay_sky(stage, horizon=horizon, disc=disc)
    lay_water(stage, horizon, disc=disc)
    isle = horizon - 0.05 * np.clip(stage.profile("isle", scale=0.3, octaves=4) + 0.3, 0, 1)
    stage.lay("isle", "mountain", stage.between(isle, np.full(stage.width_px, horizon)), "far", depth=0.1)
    hole = stage.polygon(rectangle(left, top, right, low))
    away = np.hypot((stage.x - (left + right) / 2) * 1.1, stage.y - (top + low) / 2)
    wall = ramp(stage, 0.15 + 0.9 * away, "near", "shade")
    stage.lay("wall", "building", 1 - hole, wall, depth=0.6)
    if shines(stage):
        shift = -0.5 * disc[0]
        patch = np.array(
            [(left * 0.9, 0.36), (right * 0.9, 0.36), (right * 1.3 + shift, 0.62), (left * 1.3 + shift, 0.62)]
        )
        stage.lay(
            "floor",
            "building",
            stage.under(np.full(stage.width_px, 0.33)),
            ramp(stage, 0.3 + 1.6 * (stage.y - 0.33), "near", "shade"),
            depth=0.62,
        )
        stage.lay("light on the floor", "building", stage.polygon(patch) * 0.6, "light", depth=0.63)
    else:
        stage.lay(
            "floor",
            "building",
            stage.under(np.full(stage.width_px, 0.33)),
            ramp(stage, 0.5 + 1.6 * (stage.y - 0.33), "near", "shade"),
            depth=0.62,
        )
    middle = (left + right) / 2
    bars = [rectangle(middle - 0.008, top, middle + 0.008, low), rectangle(left, -0.17, right, -0.154)]
    frame = [
        rectangle(left - 0.02, top - 0.02, left + 0.006, low),
        rectangle(right - 0.006, top - 0.02, right + 0.02, low),
        rectangle(left - 0.02, top - 0.02, right + 0.02, top + 0.006),
    ]
    stage.lay(
        "frame", "thing", stage.polygon(*bars, *frame), stage.blend("shade", "near", np.float32(0.25)), depth=0.65
    )
    stage.lay(
        "sill",
        "thing",
        stage.polygon(rectangle(left - 0.05, low, right + 0.05, low + 0.03)),
        stage.blend("light", "far", np.float32(0.4)),
        depth=0.66,
    )
    _lay_curtains(stage, left, right)
    _lay_plant(stage, float(rng.choice([left + 0.1, right - 0.1])), low)


def _lay_curtains(stage: Stage, left: float, right: float) -> None:
    breath = 0.5 + 0.5 * np.sin(0.8 * stage.t_s)
    heights = np.linspace(-0.5, 0.42, 24)
    fall = (heights + 0.5) / 0.92
    for name, edge, way in (("left curtain", left, 1), ("right curtain", right, -1)):
        inner = edge + way * (0.03 + 0.035 * np.sin(2.6 * fall + 0.5) + 0.05 * fall**2 * (0.4 + 0.6 * breath))
        outer = edge - way * (0.15 + 0.02 * np.sin(3 * fall))
        shape = np.concatenate([np.stack([inner, heights], 1), np.stack([outer, heights], 1)[::-1]])
        across = (stage.x - edge) * way
        folds = 0.5 + 0.5 * np.sin(
            105 * across + 14 * across * np.sin(9 * across) + 4 * (0.4 + 0.3 * breath) * stage.y + 0.8 * way
        )
        cloth = ramp(stage, 0.2 + 0.34 * folds + 1.8 * across, "shade", "accent", "light")
        stage.lay(name, "thing", stage.polygon(shape), cloth, depth=0.75, region="subject", velocity=(0.004 * way, 0.0))
    rail = stage.polygon(rectangle(left - 0.22, -0.5, right + 0.22, -0.485))
    stage.lay("rail", "thing", rail, "shade", depth=0.76)


def _lay_plant(stage: Stage, x: float, sill: float) -> None:
    pot = np.array([(-0.045, -0.075), (0.045, -0.075), (0.034, 0.0), (-0.034, 0.0)]) + (x, sill)
    leaves = [
        placed(petal(0.17, 0.05, widest=0.5), x, sill - 0.07, turn_deg=turn + 2 * np.sin(stage.t_s + turn))
        for turn in (-68, -40, -15, 12, 38, 65)
    ]
    stage.lay(
        "leaves",
        "plant",
        stage.polygon(*leaves),
        stage.blend("shade", "near", np.float32(0.35)),
        depth=0.7,
        region="subject",
    )
    stage.lay(
        "pot",
        "thing",
        stage.polygon(pot),
        stage.blend("accent", "shade", np.float32(0.25)),
        depth=0.71,
        region="subject",
    )


def _rain_on_the_pane(stage: Stage) -> None:
    """Lights out of focus behind wet glass."""
    rng = stage.chance("places")
    night = stage.scene.hour in ("night", "dusk")
    tones = ("shade", "sky_high", "far") if night else ("sky_high", "far", "sky_low")
    stage.lay(
        "street",
        "sky",
        1.0,
        ramp(stage, 0.3 + 0.4 * stage.y + 0.35 * stage.noise("blur", scale=0.5, octaves=2), *tones),
        depth=0.05,
        region="above",
    )
    walls = 0.02 + 0.22 * stage.profile("roofs", scale=0.3, octaves=2)
    soft = np.clip((stage.y - walls[None, :]) * 9 + 0.5, 0, 1)
    stage.lay("houses", "building", soft * 0.6, "shade", depth=0.1)
    count = 26 + round(30 * stage.scene.energy)
    for tone, share, name in (("light", 0.45, "lamps"), ("accent", 0.35, "signals"), ("water", 0.2, "signs")):
        many = max(3, round(count * share))
        across = np.where(rng.random(many) < 0.6, rng.uniform(-0.52, 0.52, many), rng.uniform(-1.8, 1.8, many))
        down = np.clip(rng.normal(0.06, 0.16, many), -0.5, 0.42)
        radii = rng.uniform(0.018, 0.075, many)
        glim = (
            0.55
            + 0.25 * rng.random(many)
            + 0.1 * np.sin(stage.t_s * rng.uniform(0.5, 1.5, many) + rng.uniform(0, 6.28, many))
        )
        lights = spots(stage, np.stack([across, down], 1), radii, light=glim, soft=0.12)
        stage.lay(name, "window", lights, tone, depth=0.2, region="subject")
    _lay_drops(stage)
    bars = [rectangle(-2.0, -0.155, 2.0, -0.135), rectangle(0.2, -1.2, 0.222, 1.2)]
    stage.lay("bars", "thing", stage.polygon(*bars), "shade", depth=0.95)
    low = stage.bottom - 0.1
    stage.lay(
        "sill",
        "thing",
        stage.under(np.full(stage.width_px, low)),
        ramp(stage, (stage.y - low) * 8, "near", "shade"),
        depth=0.96,
    )


def _lay_drops(stage: Stage) -> None:
    """Drops that hang, and a few that run and leave a trace."""
    rng = stage.chance("drops")
    count = 320
    hanging = np.stack([rng.uniform(-1.8, 1.8, count), rng.uniform(-1.0, 1.0, count)], 1)
    sizes = 0.002 + 0.0065 * rng.random(count) ** 2
    runs, traces, wide = [], [], []
    for _ in range(26):
        x, start, speed = float(rng.uniform(-1.0, 1.0)), float(rng.uniform(0, 2.4)), float(rng.uniform(0.03, 0.1))
        y = (start + speed * stage.t_s) % 2.4 - 1.2
        long = float(rng.uniform(0.15, 0.45))
        steps = np.linspace(0, 1, 9)
        path = np.stack([x + 0.008 * np.sin(14 * (y - long * steps) + 9 * x), y - long * steps], 1)
        runs.append(path[0])
        traces.append(path)
        wide.append(float(rng.uniform(0.003, 0.006)))
    stage.lay(
        "traces", "rain", stage.stroke(*traces, width=wide) * 0.3, "light", depth=0.9, velocity=(0.0, 0.06), after=True
    )
    dark = spots(stage, np.concatenate([hanging, runs]) + (0, 0.0015), np.concatenate([sizes, np.full(26, 0.0085)]))
    stage.lay("drops", "rain", dark * 0.5, "shade", depth=0.91, velocity=(0.0, 0.02), after=True)
    bright = spots(
        stage, np.concatenate([hanging, runs]) - (0.001, 0.002), np.concatenate([sizes * 0.7, np.full(26, 0.006)])
    )
    stage.lay("light in the drops", "rain", bright * 0.75, "light", depth=0.92, velocity=(0.0, 0.02), after=True)


def _one_lit(stage: Stage) -> None:
    """The wall of a block of flats, straight on: rows of blind windows, one of them lit with someone in it."""
    rng = stage.chance("places")
    columns, wide, high = int(rng.integers(4, 6)), 0.11, 0.145
    night = stage.scene.hour in ("night", "dusk")
    slope = 0.35 * (stage.y + 0.5) + 0.15 * stage.x
    tones = ("near", "shade") if night else ("sky_low", "far")
    stage.lay("wall", "building", 1.0, ramp(stage, slope, *tones), depth=0.3, region="below")
    pitch_x, pitch_y = 1.0 / columns, 0.25
    lines = [rectangle(-2, y - 0.005, 2, y + 0.005) for y in np.arange(-4.5, 5) * pitch_y]
    stage.lay("ledges", "building", stage.polygon(*lines) * 0.6, "shade" if night else "light", depth=0.32)
    lit_at = (int(rng.integers(1, columns - 1)), int(rng.integers(1, 3)))
    panes, blinds, frames, here = [], [], [], (0.0, 0.0)
    reach = 2 * columns
    for column in range(-reach, columns + reach):
        for row in range(-3, 7):
            x, y = -0.5 + (column + 0.5) * pitch_x, -0.5 + (row + 0.5) * pitch_y
            if (column, row) == lit_at:
                here = (x, y)
                continue
            box = rectangle(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            panes.append(box)
            frames.append(rectangle(x - wide * 0.62, y + high / 2, x + wide * 0.62, y + high / 2 + 0.012))
            if rng.random() < 0.45:
                blinds.append(
                    rectangle(
                        x - wide / 2,
                        y - high / 2,
                        x + wide / 2,
                        y - high / 2 + high * float(rng.choice([0.25, 0.5, 0.75])),
                    )
                )
    glass = ramp(stage, 0.5 + 0.5 * np.sin(5 * stage.x + 3 * stage.y), "shade", "sky_high" if night else "water")
    stage.lay("panes", "window", stage.polygon(*panes), glass, depth=0.4)
    stage.lay("blinds", "window", stage.polygon(*blinds) * 0.55, "far", depth=0.41)
    stage.lay("sills", "building", stage.polygon(*frames), "shade" if night else "light", depth=0.42)
    _lay_lit_window(stage, here, wide, high)


def _lay_lit_window(stage: Stage, here: tuple[float, float], wide: float, high: float) -> None:
    x, y = here
    glow = stage.glow(x, y, 0.15, power=1.2) * (0.95 + 0.05 * np.sin(3.1 * stage.t_s))
    stage.lay("light in the air", "building", glow * 0.5, "accent", depth=0.5, region="subject")
    pane = stage.polygon(rectangle(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2))
    stage.lay(
        "lit window",
        "window",
        pane,
        ramp(stage, stage.glow(x, y - 0.03, 0.08), "accent", "light"),
        depth=0.52,
        region="subject",
    )
    lean = 0.006 * np.sin(0.5 * stage.t_s)
    person = [placed(part, x + 0.012 + lean, y + high * 0.95, size=0.2) for part in walker(0.1)]
    stage.lay("someone", "figure", stage.polygon(*person) * pane, "shade", depth=0.53, region="subject", after=True)
    cross = [
        rectangle(x - 0.003, y - high / 2, x + 0.003, y + high / 2),
        rectangle(x - wide / 2, y - 0.02, x + wide / 2, y - 0.014),
    ]
    stage.lay("cross", "thing", stage.polygon(*cross), "shade", depth=0.54, region="subject", after=True)


def _rose(stage: Stage) -> None:
    """A round window of coloured glass in a dark wall, its colours thrown on the floor."""
    rng = stage.chance("places")
    x, y, radius = 0.0, float(rng.uniform(-0.12, -0.06)), float(rng.uniform(0.29, 0.33))
    away = np.hypot(stage.x - x, stage.y - y)
    stage.lay("wall", "building", 1.0, ramp(stage, 1.15 - away, "shade", "near"), depth=0.2)
    count = int(rng.choice([8, 10, 12]))
    passing = 0.04 * np.sin(0.4 * stage.t_s)
    bright = (0.96 if shines(stage) else 0.75) + passing
    names = ("accent", "water", "light", "sky_low", "sky_high")
    for ring, (reach, size, long) in enumerate(((0.98, 0.3, 0.42), (0.62, 0.24, 0.4), (0.3, 0.16, 0.28))):
        for way in range(2):
            shapes = ring_of(
                [petal(long * radius, size * radius * 17 / count, widest=0.62) - (0, (reach - long) * radius)]
                * (count // 2),
                x,
                y,
                start_deg=180 / count * (2 * way + ring),
            )
            glass = mix(
                stage.colour(names[(2 * ring + way + int(rng.integers(2))) % 5]),
                stage.colour("light"),
                0.5 * stage.glow(x - 0.08, y - 0.1, radius * 0.7),
            )
            stage.lay(
                f"glass {ring} {way}",
                "window",
                stage.polygon(*shapes),
                glass * bright,
                depth=0.4 + 0.05 * ring,
                region="subject",
            )
    stage.lay("eye", "window", stage.disc(x, y, radius * 0.13), "accent", depth=0.6, region="subject")
    rims = [
        smooth(
            [(x + r * np.cos(a), y + r * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 40, endpoint=False)],
            closed=True,
            steps=2,
        )
        for r in (radius * 1.03, radius * 0.6, radius * 0.16)
    ]
    closed = [np.concatenate([rim, rim[:1]]) for rim in rims]
    stage.lay(
        "rims", "building", stage.stroke(*closed, width=[0.016, 0.006, 0.006]), "far", depth=0.62, region="subject"
    )
    _lay_thrown_light(stage, x, radius, names)


def _lay_thrown_light(stage: Stage, x: float, radius: float, names: tuple[str, ...]) -> None:
    floor = 0.34
    stage.lay(
        "floor",
        "building",
        stage.under(np.full(stage.width_px, floor)),
        ramp(stage, (stage.y - floor) * 2.2, "near", "shade"),
        depth=0.7,
    )
    if not shines(stage):
        return
    slip = 0.12 + 0.01 * np.sin(0.2 * stage.t_s)
    cast: list[tuple[str, Floats]] = []
    for at, name in enumerate(names[:4]):
        turn = 2 * np.pi * (at + 0.5) / 4
        cast.append(
            (name, stage.ellipse(x + slip + 0.13 * np.cos(turn), floor + 0.085 + 0.03 * np.sin(turn), 0.12, 0.026))
        )
    for name, mask in cast:
        stage.lay(f"thrown {name}", "building", mask * 0.75, name, depth=0.72)
    beam = limb([(x, -0.08), (x + slip, floor + 0.09)], [2 * radius, 1.7 * radius])
    stage.lay("beam", "sky", stage.polygon(beam) * 0.1, "light", depth=0.75)


WINDOW = Motif(
    name="window",
    words=(
        "window",
        "room",
        "curtain",
        "glass",
        "pane",
        "inside",
        "indoor",
        "home",
        "wait",
        "house",
        "rain",
        "blind",
        "apartment",
        "neighbo",
        "bedroom",
        "church",
        "wall",
        "stay",
        "silence",
    ),
    compositions={
        "room": Composition(_room, ("bottom", "top")),
        "rain_on_the_pane": Composition(_rain_on_the_pane, ("top", "bottom")),
        "one_lit": Composition(_one_lit, ("top", "bottom")),
        "rose": Composition(_rose, ("bottom", "top")),
    },
)
