from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from schemas.settings import CHECKOUT, Settings


def test_every_setting_is_in_the_documentation():
    text = (CHECKOUT / "docs" / "cli.md").read_text()
    for name in Settings.model_fields:
        assert f"`HIBARI_{name.upper()}`" in text


def test_settings_come_from_the_environment_within_their_bounds(monkeypatch):
    monkeypatch.setenv("HIBARI_HOME", "/somewhere")
    assert Settings().models_dir == Path("/somewhere/models")
    monkeypatch.setenv("HIBARI_WORKERS", "0")
    with pytest.raises(ValidationError, match="workers"):
        Settings()
