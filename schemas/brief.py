"""What was asked: the brief, from which everything else follows."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from schemas.base import Artifact, Record, sha256_hex
from schemas.plan import TONICS, Genre, Key, Mood, OwnTune

ModelName = Annotated[str, StringConstraints(pattern=r"^[a-z]+:[a-z0-9][a-z0-9._-]*$", max_length=80)]
"""A registered model, `family:name`; never a path, a URL or a hub id."""

Text = Annotated[str, StringConstraints(strip_whitespace=True)]


class TempoRange(Record):
    """Tempos the songs may take."""

    low: int = Field(default=72, ge=50, le=180, description="slowest, quarter notes a minute")
    high: int = Field(default=124, ge=50, le=180, description="fastest, quarter notes a minute")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}: swap them")
        return self


class LengthRange(Record):
    """How long a song may be."""

    low: int = Field(default=45, ge=20, le=360, description="shortest, seconds")
    high: int = Field(default=75, ge=20, le=360, description="longest, seconds")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.high - self.low < 15:
            raise ValueError(f"{self.low} to {self.high} s leaves less than 15 s of room for whole bars: widen it")
        return self


class OwnWords(Record):
    """The user's own words for one song; `[verse]`, `[chorus]` and `[bridge]` lines mark its sections."""

    title: Text = Field(default="", max_length=120)
    text: str = Field(min_length=1, max_length=8000)


class OwnMusic(Record):
    """What is fixed of one song's music; what is left out is left to the composer."""

    form: Text = Field(
        default="", max_length=400, description="sections and bars, e.g. 'intro 2, verse 8, chorus 8, outro 2'"
    )
    verse: OwnTune = OwnTune()
    chorus: OwnTune = OwnTune()
    bridge: OwnTune = OwnTune()


class Models(Record):
    """Which registered model makes what."""

    lyrics: ModelName = "lyrics:smollm2"
    music: ModelName = "music:transformer"
    cover: ModelName = "cover:painted"


class Art(Record):
    """What the pictures are to show, and whose painting they are to look like; '' lets both be chosen."""

    motif: str = Field(
        default="", pattern=r"^([a-z_]+)?$", max_length=40, description="family of scenes, e.g. 'harbour'"
    )
    look: str = Field(
        default="",
        pattern=r"^([a-z0-9-]+)?$",
        max_length=80,
        description="a look of the library, see `hibari cover looks`",
    )


FilmWish = Literal["auto", "none", "move", "vid2vid", "few-shot", "latent"]


class Film(Record):
    """What film each song gets."""

    style: FilmWish = Field(
        default="auto", description="auto: a film where the album's pictures are painted, none where its cover is drawn"
    )
    width_px: int = Field(default=1280, ge=64, le=1920, multiple_of=2)
    height_px: int = Field(default=720, ge=64, le=1920, multiple_of=2)
    fps: int = Field(default=24, ge=1, le=60, description="frames a second")


class Brief(Artifact):
    """What a user asks for. Only the theme is needed; everything else has a default or is chosen from the seed."""

    kind: Literal["brief"] = "brief"
    schema_version: int = 4

    latest_version: ClassVar[int] = 4

    theme: Text = Field(min_length=1, max_length=400, description="what the album is about, in a line")
    title: Text = Field(default="", max_length=120, description="album title; '' lets one be found")
    artist: Text = Field(default="Hibari", min_length=1, max_length=120)
    songs: int = Field(default=3, ge=1, le=20, description="how many songs")
    language: Literal["en"] = "en"
    genre: Genre | None = Field(default=None, description="None: chosen to suit mood and seed")
    mood: Mood | None = Field(default=None, description="None: chosen to suit the theme and seed")
    tempo_bpm: TempoRange = TempoRange()
    keys: tuple[str, ...] = Field(default=(), max_length=24, description="keys allowed, e.g. 'D major'; empty: any")
    voice: str = Field(default="auto", max_length=40, description="singing voice, or 'auto'")
    length_s: LengthRange = LengthRange()
    lyrics: tuple[OwnWords, ...] = Field(default=(), max_length=20, description="own words, one entry a song, in order")
    music: tuple[OwnMusic, ...] = Field(default=(), max_length=20, description="own music, one entry a song, in order")
    seed: int = Field(default=1, ge=0, le=2**53 - 1)
    takes: int = Field(default=1, ge=1, le=8, description="attempts at words and tune of each song; the best is kept")
    models: Models = Models()
    art: Art = Art()
    film: Film = Film()

    @field_validator("theme", "title", "artist")
    @classmethod
    def _printable(cls, value: str) -> str:
        for character in value:
            if unicodedata.category(character) in ("Cc", "Cs", "Co", "Zl", "Zp"):
                raise ValueError(f"holds the control character U+{ord(character):04X}: remove it")
        return value

    @field_validator("keys")
    @classmethod
    def _known_keys(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            parse_key(name)
        return value

    @model_validator(mode="after")
    def _words_fit_songs(self) -> Self:
        if len(self.lyrics) > self.songs:
            raise ValueError(f"lyrics for {len(self.lyrics)} songs but songs is {self.songs}: raise songs or drop some")
        if len(self.music) > self.songs:
            raise ValueError(f"music for {len(self.music)} songs but songs is {self.songs}: raise songs or drop some")
        return self

    @property
    def album_id(self) -> str:
        """The album's stable name: readable words and the start of the brief's digest."""
        return f"{slugify(self.title or self.theme)}-{self.digest()[:8]}"

    def key_choices(self) -> tuple[Key, ...]:
        """The keys named, parsed; empty when any will do."""
        return tuple(parse_key(name) for name in self.keys)


def parse_key(name: str) -> Key:
    """A key from its name: 'D major', 'f# minor', 'Bb', 'Am'.

    Raises:
        ValueError: the name is not a key.
    """
    match = re.fullmatch(r"\s*([A-Ga-g])([#b♯♭]?)\s*(major|minor|maj|min|m)?\s*", name)
    if match is None:
        raise ValueError(f"{name!r} is not a key: write a tonic and a mode, e.g. 'D major' or 'F# minor'")
    letter, accidental, mode = match.groups()
    tonic = letter.upper() + accidental.replace("♯", "#").replace("♭", "b")
    enharmonic = {
        "C#": "Db",
        "D#": "Eb",
        "Gb": "F#",
        "G#": "Ab",
        "A#": "Bb",
        "Cb": "B",
        "Fb": "E",
        "E#": "F",
        "B#": "C",
    }
    spelled = enharmonic.get(tonic, tonic)
    known = next(candidate for candidate in TONICS if candidate == spelled)
    return Key(tonic=known, mode="minor" if mode in ("minor", "min", "m") else "major")


def slugify(text: str, *, longest: int = 40) -> str:
    """A name made of a-z, 0-9 and hyphens, at most `longest` characters; a hash where no letter survives."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    slug = "-".join(words)[:longest].strip("-")
    return slug or f"album-{sha256_hex(text.encode())[:6]}"
