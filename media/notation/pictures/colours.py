"""Colours of pictures of music: one for each role of a part, on light and on dark ground."""

from __future__ import annotations

from schemas.music import PartRole

GROUND, RAISED, INK, SOFT, LINE = "#fbfaf7", "#f1eee8", "#1d1c20", "#68646c", "#d9d4ca"
"""Light: the ground, the rows of black keys, letters, small letters, lines."""

DARK_GROUND, DARK_RAISED, DARK_INK, DARK_SOFT, DARK_LINE = "#17161a", "#1f1e23", "#f3f1ec", "#a7a2ab", "#38363d"

ROLES: dict[PartRole, tuple[str, str]] = {
    "melody": ("#b93a0b", "#ff9d66"),
    "lead": ("#a82a67", "#f08aba"),
    "counter": ("#8f6414", "#e0b466"),
    "chords": ("#2f66a3", "#82b6f2"),
    "pad": ("#1f7d70", "#6bcbbc"),
    "bass": ("#63439c", "#bba1ee"),
    "drums": ("#55585e", "#b0b4ba"),
}
"""By role: on light ground, on dark ground. In the order they are drawn in a legend."""

SECOND = 0.6
"""How opaque the second part of a role is drawn, so that it differs from the first."""


def style_css() -> str:
    """Rules for the classes of a picture; a viewer on dark ground gets dark colours.

    Plain rules rather than variables, which not every program that draws SVG understands.
    """
    return _rules(0) + "@media (prefers-color-scheme: dark){" + _rules(1) + "}"


def _rules(dark: int) -> str:
    ground, raised, ink, soft, line = (
        (GROUND, RAISED, INK, SOFT, LINE),
        (DARK_GROUND, DARK_RAISED, DARK_INK, DARK_SOFT, DARK_LINE),
    )[dark]
    rules = [
        f".ground{{fill:{ground}}}",
        f".black{{fill:{raised}}}",
        f".ink,.ink text{{fill:{ink}}}",
        f".soft,.soft text{{fill:{soft}}}",
        f".ink .sign{{stroke:{ink}}}",
        f".line{{stroke:{line};fill:none}}",
        f".bar{{stroke:{soft};fill:none}}",
    ]
    for role, pair in ROLES.items():
        rules.append(f".{role}{{fill:{pair[dark]}}}.{role}s{{stroke:{pair[dark]};fill:none}}")
    return "".join(rules)
