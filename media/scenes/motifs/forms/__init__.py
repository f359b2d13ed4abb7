"""Forms that show nothing but themselves."""

from media.scenes.motif import Motif

FORMS: tuple[Motif, ...] = ()
