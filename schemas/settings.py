"""Settings: where things are kept, how many workers there are, how the studio is served. Passed in, never global."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from schemas.errors import SettingsError

CHECKOUT = Path(__file__).resolve().parent.parent
"""The folder Hibari runs from."""

HostName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$")]


class StudioSettings(BaseModel):
    """How the studio is served and what it lets happen. Each field can be set as `HIBARI_STUDIO__<FIELD>`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    port: int = Field(default=8420, ge=0, le=65_535, description="port on loopback; 0 takes a free one")
    hosts: tuple[HostName, ...] = Field(
        default=(), max_length=16, description="names, besides loopback's own, that a request's Host may give"
    )
    prefect_url: str = Field(
        default="", pattern=r"^(https?://\S+)?$", description="API of a Prefect server of one's own; '' starts one"
    )
    prefect_auth: str = Field(default="", repr=False, description="user:password of that server")
    body_kib: int = Field(default=1024, ge=16, le=65_536, description="longest request body, KiB")
    body_s: float = Field(default=20.0, gt=0, le=600, description="how long a request's body may take to arrive")
    requests_a_minute: int = Field(default=6000, ge=10, le=1_000_000, description="requests a minute of one token")
    listeners: int = Field(default=500, ge=1, le=10_000, description="most event streams open at once")
    session_hours: float = Field(default=72.0, gt=0, le=8760, description="how long a browser stays signed in")
    webhook_private: bool = Field(default=False, description="whether webhooks may call private and loopback addresses")
    webhook_tries: int = Field(default=6, ge=1, le=20, description="how often a webhook call is tried")
    webhook_timeout_s: float = Field(default=10.0, gt=0, le=60)
    two_people: bool = Field(default=False, description="whether pressing needs the approval of two people")
    auto_policy: str = Field(
        default="", max_length=40, description="written policy that judges what is made; '' leaves it to people"
    )
    events_days: float = Field(default=30.0, gt=0, le=3650, description="how long events are kept")


class Settings(BaseSettings):
    """Everything that differs between a laptop and a cluster.

    Each field can be set as `HIBARI_<FIELD>` or in a TOML file: the one that `HIBARI_SETTINGS` names, or `hibari.toml`
    in the checkout. The environment wins over the file.
    """

    model_config = SettingsConfigDict(
        env_prefix="HIBARI_",
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        nested_model_default_partial_update=True,
    )

    home: Path = Field(default=CHECKOUT / ".hibari", description="folder of the store, the catalogue and pulled models")
    releases: Path = Field(default=CHECKOUT / "releases", description="folder that releases are pressed into")
    models: Path | None = Field(default=None, description="folder of pulled models; None is home/models")
    blobs_url: str = Field(default="", description="fsspec URL of the blob store; '' is home/blobs")
    catalogue_url: str = Field(default="", description="SQLAlchemy URL of the catalogue; '' is SQLite in home")
    device: str = Field(default="auto", pattern=r"^(auto|cpu|cuda(:\d+)?|mps)$", description="where networks run")
    workers: int = Field(default=2, ge=1, le=64, description="worker processes; each computes on one thread")
    lease_s: float = Field(default=30.0, ge=2, le=3600, description="how long a claim lasts without a heartbeat")
    font: str = Field(default="auto", pattern=r"^(auto|fluidr3|timgm6mb)$", description="sound font of the instruments")
    studio: StudioSettings = StudioSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is passed in wins over the environment, which wins over the file.

        Raises:
            SettingsError: the file that is named is not there, or is no TOML.
        """
        named = os.environ.get("HIBARI_SETTINGS")
        file = Path(named) if named else CHECKOUT / "hibari.toml"
        if named and not file.is_file():
            raise SettingsError(f"HIBARI_SETTINGS is {named!r}, but there is no such file: name one, or unset it")
        try:
            return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)
        except (ValueError, OSError) as error:
            raise SettingsError(f"settings file {file}: {error}; write it as TOML, e.g. workers = 4") from error

    @property
    def blobs(self) -> str:
        """The blob store's URL or folder."""
        return self.blobs_url or str(self.home / "blobs")

    @property
    def catalogue(self) -> str:
        """The catalogue's SQLAlchemy URL."""
        return self.catalogue_url or f"sqlite:///{self.home / 'catalogue.sqlite'}"

    @property
    def models_dir(self) -> Path:
        """Where pulled and added models lie."""
        return self.models or self.home / "models"
