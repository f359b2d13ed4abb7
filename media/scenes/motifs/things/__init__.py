"""Things and living beings that a picture is about."""

from media.scenes.motif import Motif

THINGS: tuple[Motif, ...] = ()
