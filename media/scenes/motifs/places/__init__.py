"""Places: sea, land and town."""

from media.scenes.motif import Motif
from media.scenes.motifs.places.arctic import ARCTIC
from media.scenes.motifs.places.city import CITY
from media.scenes.motifs.places.desert import DESERT
from media.scenes.motifs.places.forest import FOREST
from media.scenes.motifs.places.harbour import HARBOUR
from media.scenes.motifs.places.house import HOUSE
from media.scenes.motifs.places.lighthouse import LIGHTHOUSE
from media.scenes.motifs.places.meadow import MEADOW
from media.scenes.motifs.places.mountains import MOUNTAINS
from media.scenes.motifs.places.railway import RAILWAY
from media.scenes.motifs.places.river import RIVER
from media.scenes.motifs.places.sea import SEA
from media.scenes.motifs.places.street import STREET

PLACES: tuple[Motif, ...] = (
    SEA,
    MOUNTAINS,
    FOREST,
    MEADOW,
    DESERT,
    CITY,
    STREET,
    LIGHTHOUSE,
    HARBOUR,
    HOUSE,
    RIVER,
    RAILWAY,
    ARCTIC,
)
