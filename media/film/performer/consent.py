"""Whose face may be moved: a person's written consent, or a painting declared to be in the public domain.

A record is a declaration: nothing here can prove who wrote it. What it says stands in the film's credits.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from schemas.errors import MediaError, ReviewError
from schemas.review import Consent

LARGEST_CONSENT_BYTES = 64 << 10
_LONGEST_DECLARATION = 200
_YEARS_PROTECTED = 70
_YEAR = re.compile(r"(?:(?:c|ca|about|before|after)\.? ?)?(\d{3,4})(?:(?:-|–|/)\d{1,4})?")

_REMEDY = (
    "give the consent of the person shown as a JSON record that covers 'likeness' (--consent FILE), or, for a painting "
    'in the public domain, declare it: --public-domain "artist, title, year"'
)


def read_consent(path: Path) -> bytes:
    """The bytes of a consent record.

    Raises:
        MediaError: the file cannot be read, or is longer than 64 KiB.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_CONSENT_BYTES + 1)
    except OSError as error:
        raise MediaError(f"the consent {path} cannot be read: {error.strerror or error}") from error
    if len(content) > LARGEST_CONSENT_BYTES:
        raise MediaError(f"the consent {path} is longer than 64 KiB: it is no consent record")
    return content


def check_likeness(consent: bytes | None, public_domain: str | None, now: datetime) -> str:
    """The line of the credits that says by what right a portrait is moved.

    Args:
        consent: a consent record (`schemas.review.Consent`) as JSON; None where there is none.
        public_domain: 'artist, title, year' of a painting; None where none is declared.
        now: the moment at which the consent must hold, with its time zone.

    Raises:
        ReviewError: neither is given, both are, the consent does not cover the likeness or does not hold now, or the
            painting cannot be in the public domain by its year.
        MediaError: the record or the declaration cannot be read.
    """
    if consent is not None and public_domain is not None:
        raise ReviewError("a portrait is moved by consent or as a painting in the public domain: name one of the two")
    if consent is not None:
        return _by_consent(consent, now)
    if public_domain is not None:
        return _by_public_domain(public_domain, now)
    raise ReviewError(f"nobody's face is moved without leave: {_REMEDY}")


def _by_consent(content: bytes, now: datetime) -> str:
    if len(content) > LARGEST_CONSENT_BYTES:
        raise MediaError("the consent is longer than 64 KiB: it is no consent record")
    try:
        consent = Consent.model_validate_json(content)
    except (ValidationError, RecursionError) as error:
        fault = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": "nested too deeply"}
        where = ".".join(str(part) for part in fault["loc"])[:80]
        raise MediaError(
            f"the consent is no consent record ({where + ': ' if where else ''}{fault['msg'][:200]}): it is a JSON "
            'object such as {"person": "…", "covers": ["likeness"], "terms": "…", "given_at": "2026-01-31T12:00:00Z"}'
        ) from error
    person = _plain(consent.person, "the person of the consent")
    if "likeness" not in consent.covers:
        raise ReviewError(f"the consent of {person} covers {', '.join(consent.covers)}, not their likeness: {_REMEDY}")
    if consent.given_at > now:
        raise ReviewError(f"the consent of {person} holds from {consent.given_at:%Y-%m-%d} on, not yet now")
    if not consent.valid_at(now):
        raise ReviewError(f"the consent of {person} ended on {consent.until:%Y-%m-%d}: ask for a new one")
    return f"Portrait of {person}, moved with their consent of {consent.given_at:%Y-%m-%d}"


def _by_public_domain(declared: str, now: datetime) -> str:
    parts = [part.strip() for part in _plain(declared, "the declaration").split(",")]
    year = _YEAR.fullmatch(parts[-1])
    artist, title = parts[0], ", ".join(parts[1:-1])
    if len(parts) < 3 or not artist or not title.strip(", ") or year is None:
        raise MediaError(
            f"a painting is declared as 'artist, title, year', for example 'Johannes Vermeer, Girl with a Pearl "
            f"Earring, 1665', not {declared[:_LONGEST_DECLARATION]!r}"
        )
    if int(year[1]) > now.year - _YEARS_PROTECTED:
        raise ReviewError(
            f"a painting of {year[1]} is not yet in the public domain: its maker lived then, and {_YEARS_PROTECTED} "
            "years have not passed. Give the consent of those who hold the rights"
        )
    return f"Portrait: {artist}, {title}, {parts[-1]}; declared to be in the public domain, moved by a program"


def _plain(text: str, what: str) -> str:
    """A text of one line that may stand in credits.

    Raises:
        MediaError: it is too long or holds what cannot be printed.
    """
    if len(text) > _LONGEST_DECLARATION or not text.isprintable() or not text.strip():
        raise MediaError(f"{what} is one line of 1 to {_LONGEST_DECLARATION} printable characters, not {text[:80]!r}")
    return text.strip()
