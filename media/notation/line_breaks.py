"""Which bars of a lead sheet stand together on a system: sections begin one, and the systems of a section are alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from schemas.plan import SectionSpan

MOST_BARS = 4
"""As many bars as a system has at most."""

_MOST_SHORT_BARS = 2


class BarWidths(NamedTuple):
    """How wide each bar is before it is stretched: at the start of a system, with clef and key, and further on."""

    leading: tuple[float, ...]
    inner: tuple[float, ...]

    def system(self, first_bar: int, bars: int) -> float:
        """The width of some bars on one system."""
        return self.leading[first_bar] + sum(self.inner[first_bar + 1 : first_bar + bars])


class SystemPlan(NamedTuple):
    """A system to be engraved: its first bar, and whether it takes half a line, lest few bars be pulled apart."""

    first_bar: int
    is_short: bool


def planned_systems(sections: Sequence[SectionSpan], widths: BarWidths, room: float) -> tuple[SystemPlan, ...]:
    """The systems of a song, in order.

    Args:
        sections: all sections of the song.
        widths: of all its bars.
        room: the length of a full line, in the unit of the widths.
    """
    return tuple(system for section in sections for system in _section_systems(section, widths, room))


def _section_systems(section: SectionSpan, widths: BarWidths, room: float) -> list[SystemPlan]:
    placed: list[tuple[int, int]] = []
    for sizes in _splits(section.bars, section.line_bars):
        starts = [section.first_bar + sum(sizes[:place]) for place in range(len(sizes))]
        placed = list(zip(starts, sizes, strict=True))
        if all(widths.system(*system) <= room for system in placed):
            break
    widest = {size: max(widths.system(*system) for system in placed if system[1] == size) for _, size in placed}
    return [
        SystemPlan(first_bar, is_short=size <= _MOST_SHORT_BARS and widest[size] <= room / 2)
        for first_bar, size in placed
    ]


def _splits(bars: int, line_bars: int) -> Iterator[list[int]]:
    """How many bars each system may have, best first: few systems, as alike as can be, lines of words kept whole."""
    if bars % MOST_BARS == 0:
        yield from ([size] * (bars // size) for size in (MOST_BARS, MOST_BARS // 2))
    else:
        unit = 2 if bars % 2 == 0 and line_bars % 2 == 0 else 1
        for systems in range(-(-bars // MOST_BARS), bars // unit + 1):
            size, larger = divmod(bars // unit, systems)
            sizes = [unit * (size + 1)] * larger + [unit * size] * (systems - larger)
            if sizes[0] <= MOST_BARS:
                yield sizes
    yield [1] * bars
