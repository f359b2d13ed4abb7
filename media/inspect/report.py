"""The figures of a song as a table that a person can read."""

from __future__ import annotations

from schemas.inspection import Figure, SharedRun

_HEAD = ("", "figure", "value", "bound", "worst place")


def song_report(figures: tuple[Figure, ...], shared: tuple[SharedRun, ...] = (), *, title: str = "") -> str:
    """An aligned table, one line a figure: 'ok', 'MISS' or '-' (no bound), value with unit, bound, worst place.

    Shared runs follow, each marked 'ok' or 'LOOK' by its limit. The last line counts the misses.
    """
    rows = [_HEAD]
    for figure in figures:
        mark = "MISS" if not figure.ok else "ok" if figure.bound else "-"
        rows.append((mark, figure.name, _value(figure), figure.bound, figure.where))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [title] if title else []
    for row in rows:
        cells = [row[0].ljust(widths[0]), row[1].ljust(widths[1]), row[2].rjust(widths[2]), row[3].ljust(widths[3])]
        lines.append("  ".join([*cells, row[4]]).rstrip())
    for run in shared:
        mark = "LOOK" if run.flagged else "ok"
        unit = "words" if run.of == "words" else "notes"
        found = f": '{run.shared}' ({run.where})" if run.length else ""
        lines.append(f"{mark.ljust(4)}  longest shared run of {run.of}: {run.length} {unit}, limit {run.limit}{found}")
    missed = sum(not figure.ok for figure in figures)
    measured = sum(bool(figure.bound) for figure in figures)
    lines.append(f"{measured - missed} of {measured} bounds kept" if measured else "no bounds were measured")
    return "\n".join(lines) + "\n"


def _value(figure: Figure) -> str:
    text = f"{figure.value:.{1 if abs(figure.value) >= 100 else 3}f}".rstrip("0").rstrip(".")
    return f"{text} {figure.unit}".rstrip()
