"""The errors a user can act on. Each message gives the value, the bound and the remedy.

```
HibariError
├── BriefError        what was asked cannot be made (exit code 2)
├── ArtifactError     the store or the catalogue is damaged or does not hold what was named (3)
│   └── BlobError     bytes are missing or do not match their hash
│       └── StoreError  store or catalogue cannot be read or written just now: full, locked, out of reach
├── CheckpointError   weights are missing, refused or of another architecture (4)
├── MediaError        sound, score or picture could not be read, made or encoded (5)
├── ReviewError       a verdict, take or edit does not fit the state of the album (6)
├── StepError         a step failed for one request (7)
└── SettingsError     a setting is wrong (2)
```
"""

from __future__ import annotations

from typing import ClassVar, Self


class HibariError(Exception):
    """The root of every error that Hibari raises on purpose."""

    exit_code: ClassVar[int] = 1


class BriefError(HibariError):
    """A brief names something that cannot be made: the message names the field, the value, the bound and the remedy."""

    exit_code: ClassVar[int] = 2


class SettingsError(HibariError):
    """A setting is out of its bounds or contradicts another."""

    exit_code: ClassVar[int] = 2


class ArtifactError(HibariError):
    """The catalogue or the store does not hold what was named, or holds it damaged.

    `digest` names the record or blob, where it is about one.
    """

    exit_code: ClassVar[int] = 3
    digest: str | None = None

    def about(self, digest: str) -> Self:
        """The same error, naming the record or blob it is about."""
        self.digest = digest
        return self


class BlobError(ArtifactError):
    """A blob is missing, cut short, or does not match its hash."""


class StoreError(BlobError):
    """The store or the catalogue cannot be read or written now: full, locked, out of reach. Trying again may help."""


class CheckpointError(HibariError):
    """Weights are missing, refused, damaged, or of another architecture than asked for."""

    exit_code: ClassVar[int] = 4


class MediaError(HibariError):
    """Sound, score or picture could not be read, made or encoded."""

    exit_code: ClassVar[int] = 5


class ReviewError(HibariError):
    """A verdict, a take or an edit does not fit the state of the album."""

    exit_code: ClassVar[int] = 6


class StepError(HibariError):
    """A step failed for one request; the others went on."""

    exit_code: ClassVar[int] = 7
