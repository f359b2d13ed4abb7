"""A portrait that sings: the picture, its face, and by what right it is moved."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from media.film.performer.consent import check_likeness, read_consent
from media.film.performer.face import read_face
from media.film.performer.finding import find_face
from media.film.performer.framing import read_portrait
from schemas.base import canonical_json, sha256_hex

if TYPE_CHECKING:
    from datetime import datetime

    from media.film.performer.face import Face
    from media.film.performer.portrait import Pixels
    from schemas.base import Digest


@dataclass(frozen=True)
class Portrait:
    """A portrait that may be moved.

    Attributes:
        picture: its file.
        face: the file of its key points; None finds them.
        credit: by what right it is moved, a line of the credits.
        lead: digest of the lead sheet it sings.
        vocal: digest of the stem it is heard with.
    """

    picture: Path
    face: Path | None
    credit: str
    lead: Digest = ""
    vocal: Digest = ""

    def digest(self) -> Digest:
        """Names the portrait, its face and what it sings."""
        files = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (self.picture, self.face) if path]
        return sha256_hex(canonical_json([*files, self.credit, self.lead, self.vocal]))

    def opened(self) -> tuple[Pixels, Face]:
        """Its pixels and its face.

        Raises:
            MediaError: a file cannot be read, or no face is found.
        """
        pixels = read_portrait(self.picture)
        height, width = pixels.shape[:2]
        return pixels, read_face(self.face, width, height) if self.face else find_face(pixels)


def portrait_of(
    picture: Path, face: Path | None, *, consent: Path | None, public_domain: str | None, now: datetime
) -> Portrait:
    """A portrait, once it is known that it may be moved and shows a face.

    Args:
        picture: a PNG, JPEG, WebP or TIFF file.
        face: the file of its key points; None finds them, where mediapipe is installed.
        consent: the consent record of the person shown.
        public_domain: 'artist, title, year' of a painting.
        now: the moment at which the consent must hold.

    Raises:
        ReviewError: there is no leave to move it.
        MediaError: a file cannot be read, or no face is found.
    """
    credit = check_likeness(read_consent(consent) if consent else None, public_domain, now)
    portrait = Portrait(picture.resolve(), face.resolve() if face else None, credit)
    portrait.opened()
    return portrait
