from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from schemas.errors import SettingsError
from schemas.settings import CHECKOUT, Settings, StudioSettings


def test_every_setting_is_in_the_documentation():
    text = (CHECKOUT / "docs" / "cli.md").read_text()
    for name in Settings.model_fields:
        assert f"`HIBARI_{name.upper()}`" in text or name == "studio"
    for name in StudioSettings.model_fields:
        assert f"`{name}`" in text


def test_settings_come_from_a_file_and_the_environment_wins(monkeypatch, tmp_path):
    file = tmp_path / "hibari.toml"
    file.write_text("workers = 3\n[studio]\ntwo_people = true\nport = 9000\n")
    monkeypatch.setenv("HIBARI_SETTINGS", str(file))
    monkeypatch.setenv("HIBARI_STUDIO__PORT", "0")
    settings = Settings()
    assert (settings.workers, settings.studio.two_people, settings.studio.port) == (3, True, 0)
    file.write_text("[studio]\ncolour = 'red'\n")
    with pytest.raises(ValidationError, match="colour"):
        Settings()


def test_a_settings_file_that_is_not_there_or_no_toml_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("HIBARI_SETTINGS", str(tmp_path / "hibari.toml"))
    with pytest.raises(SettingsError, match="no such file"):
        Settings()
    (tmp_path / "hibari.toml").write_text("workers: 3")
    with pytest.raises(SettingsError, match="write it as TOML"):
        Settings()


def test_a_password_is_not_shown_with_the_settings(monkeypatch):
    monkeypatch.setenv("HIBARI_STUDIO__PREFECT_AUTH", "ada:secret-word")
    assert "secret-word" not in repr(Settings())


def test_settings_come_from_the_environment_within_their_bounds(monkeypatch):
    monkeypatch.setenv("HIBARI_HOME", "/somewhere")
    assert Settings().models_dir == Path("/somewhere/models")
    monkeypatch.setenv("HIBARI_WORKERS", "0")
    with pytest.raises(ValidationError, match="workers"):
        Settings()
