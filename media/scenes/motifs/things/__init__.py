"""Things and living beings that a picture is about."""

from media.scenes.motif import Motif
from media.scenes.motifs.things.balloon import BALLOON
from media.scenes.motifs.things.birds import BIRDS
from media.scenes.motifs.things.figure import FIGURE
from media.scenes.motifs.things.fire import FIRE
from media.scenes.motifs.things.flower import FLOWER
from media.scenes.motifs.things.instrument import INSTRUMENT
from media.scenes.motifs.things.moth import MOTH
from media.scenes.motifs.things.planets import PLANETS
from media.scenes.motifs.things.road import ROAD
from media.scenes.motifs.things.steps import STEPS
from media.scenes.motifs.things.theatre import THEATRE
from media.scenes.motifs.things.underwater import UNDERWATER
from media.scenes.motifs.things.window import WINDOW

THINGS: tuple[Motif, ...] = (
    BALLOON,
    BIRDS,
    FIGURE,
    FIRE,
    FLOWER,
    INSTRUMENT,
    MOTH,
    PLANETS,
    ROAD,
    STEPS,
    THEATRE,
    UNDERWATER,
    WINDOW,
)
