"""Forms that show nothing but themselves."""

from media.scenes.motif import Motif
from media.scenes.motifs.forms.contours import CONTOURS
from media.scenes.motifs.forms.cutouts import CUTOUTS
from media.scenes.motifs.forms.halves import HALVES
from media.scenes.motifs.forms.ribbons import RIBBONS
from media.scenes.motifs.forms.rings import RINGS
from media.scenes.motifs.forms.shards import SHARDS
from media.scenes.motifs.forms.weave import WEAVE

FORMS: tuple[Motif, ...] = (CONTOURS, CUTOUTS, HALVES, RIBBONS, RINGS, SHARDS, WEAVE)
