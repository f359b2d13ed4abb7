from __future__ import annotations

import pytest

from media.notation.line_breaks import BarWidths, planned_systems
from schemas.plan import SectionSpan

_ROOM = 100.0


def sizes(bars: int, width: float, line_bars: int = 1) -> list[int]:
    """How many bars each system of a section has whose bars are all of one width."""
    return [size for size, _ in systems([width] * bars, line_bars)]


def systems(widths: list[float], line_bars: int = 1) -> list[tuple[int, bool]]:
    """Bars of each system, and whether it is short; a system's head takes 4 of the 100 units of a line."""
    section = SectionSpan(name="verse", role="verse", first_bar=0, bars=len(widths), energy=0.5, line_bars=line_bars)
    found = planned_systems([section], BarWidths(tuple(w + 4 for w in widths), tuple(widths)), _ROOM)
    ends = [system.first_bar for system in found[1:]] + [len(widths)]
    return [(end - system.first_bar, system.is_short) for system, end in zip(found, ends, strict=True)]


@pytest.mark.parametrize(
    ("bars", "width", "expected"),
    [
        (4, 24, [4]),
        (4, 25, [2, 2]),
        (4, 49, [1, 1, 1, 1]),
        (8, 24, [4, 4]),
        (8, 30, [2, 2, 2, 2]),
        (12, 24, [4, 4, 4]),
        (3, 20, [3]),
        (5, 20, [3, 2]),
        (6, 20, [3, 3]),
        (7, 24, [4, 3]),
        (9, 20, [3, 3, 3]),
        (10, 40, [2, 2, 2, 2, 2]),
        (1, 300, [1]),
        (2, 300, [1, 1]),
    ],
)
def test_the_systems_of_a_section_are_alike(bars, width, expected):
    assert sizes(bars, width) == expected


@pytest.mark.parametrize("bars", range(2, 33))
@pytest.mark.parametrize("width", [5, 20, 24, 28, 33, 45])
def test_no_bar_is_left_alone_where_it_can_have_company(bars, width):
    for line_bars in (1, 2, 4):
        found = sizes(bars, width, line_bars)
        assert sum(found) == bars
        assert max(found) <= 4
        assert found.count(1) == int(bars % 2 == 1 and 3 * width + 4 > _ROOM)
        assert all(size * width + 4 <= _ROOM for size in found)


@pytest.mark.parametrize(("bars", "expected"), [(6, [4, 2]), (10, [4, 4, 2]), (5, [3, 2])])
def test_two_bar_lines_stay_whole_where_the_bars_are_even(bars, expected):
    assert sizes(bars, 20, line_bars=2) == expected


def test_one_crowded_bar_splits_its_whole_section_alike():
    assert [size for size, _ in systems([20, 20, 20, 20, 20, 60, 20, 20])] == [2, 2, 2, 2]


def test_one_or_two_bars_take_half_a_line_where_they_fit_in_it():
    assert systems([20, 20]) == [(2, True)]
    assert systems([30, 20]) == [(2, False)]
    assert systems([40]) == [(1, True)]
    assert systems([10, 10, 10, 10]) == [(4, False)]


def test_the_systems_of_a_section_are_equally_long():
    assert systems([36, 12, 20, 28]) == [(4, False)]
    assert systems([36, 12, 20, 40]) == [(2, False), (2, False)]


def test_each_section_begins_a_system():
    sections = [
        SectionSpan(name="intro", role="intro", first_bar=0, bars=2, energy=0.5),
        SectionSpan(name="verse", role="verse", first_bar=2, bars=8, energy=0.5),
    ]
    widths = BarWidths((24.0,) * 10, (20.0,) * 10)
    assert [system.first_bar for system in planned_systems(sections, widths, _ROOM)] == [0, 2, 6]
