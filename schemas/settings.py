"""Settings: where things are kept and how many workers there are. Passed in, never global."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent
"""The folder Hibari runs from."""


class Settings(BaseSettings):
    """Everything that differs between a laptop and a cluster. Each field can be set as `HIBARI_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="HIBARI_", frozen=True, extra="forbid")

    home: Path = Field(default=CHECKOUT / ".hibari", description="folder of the store, the catalogue and pulled models")
    releases: Path = Field(default=CHECKOUT / "releases", description="folder that releases are pressed into")
    models: Path | None = Field(default=None, description="folder of pulled models; None is home/models")
    blobs_url: str = Field(default="", description="fsspec URL of the blob store; '' is home/blobs")
    catalogue_url: str = Field(default="", description="SQLAlchemy URL of the catalogue; '' is SQLite in home")
    device: str = Field(default="auto", pattern=r"^(auto|cpu|cuda(:\d+)?|mps)$", description="where networks run")
    workers: int = Field(default=2, ge=1, le=64, description="worker processes; each computes on one thread")
    lease_s: float = Field(default=30.0, ge=2, le=3600, description="how long a claim lasts without a heartbeat")
    font: str = Field(default="auto", pattern=r"^(auto|fluidr3|timgm6mb)$", description="sound font of the instruments")

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
