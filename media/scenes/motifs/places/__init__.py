"""Places: sea, land and town."""

from media.scenes.motif import Motif
from media.scenes.motifs.places.sea import SEA

PLACES: tuple[Motif, ...] = (SEA,)
