"""Things and living beings that a picture is about."""

from media.scenes.motif import Motif
from media.scenes.motifs.things.birds import BIRDS
from media.scenes.motifs.things.flower import FLOWER

THINGS: tuple[Motif, ...] = (BIRDS, FLOWER)
