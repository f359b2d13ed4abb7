"""The written styles, one module a genre."""

from __future__ import annotations

from media.arrange.styles.base import Style
from media.arrange.styles.bossa import BOSSA
from media.arrange.styles.folk import FOLK
from media.arrange.styles.lo_fi import LO_FI
from media.arrange.styles.piano_ballad import PIANO_BALLAD
from media.arrange.styles.rock import ROCK
from media.arrange.styles.synth_pop import SYNTH_POP
from schemas.plan import Genre

STYLES: dict[Genre, Style] = {style.genre: style for style in (PIANO_BALLAD, FOLK, SYNTH_POP, ROCK, LO_FI, BOSSA)}
"""The style of each genre."""
