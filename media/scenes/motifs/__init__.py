"""The motifs: families of pictures that look unlike each other."""

from media.scenes.motif import Motif
from media.scenes.motifs.forms import FORMS
from media.scenes.motifs.places import PLACES
from media.scenes.motifs.things import THINGS

MOTIFS: dict[str, Motif] = {motif.name: motif for motif in (*PLACES, *THINGS, *FORMS)}
"""Every motif by name."""
