"""What the settings of all trainings have in common: bounds, TOML files, and a folder that remembers them."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from schemas.errors import SettingsError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Settings = TypeVar("Settings", bound="DataclassInstance")

SETTINGS = "settings.json"

Bounds = Mapping[str, tuple[float, float]]
"""By setting, the least and the most it may be."""


def check_bounds(settings: DataclassInstance, bounds: Bounds) -> None:
    """Refuses a setting that is no number within its bounds; one that may be left out, and is, passes.

    Raises:
        SettingsError: names the first that is not.
    """
    left_out = {entry.name for entry in dataclasses.fields(settings) if entry.default is None}
    for name, (low, high) in bounds.items():
        value = getattr(settings, name)
        if value is None and name in left_out:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise SettingsError(f"{name} is {value!r}: give a number from {low:g} to {high:g}")


def settings_of(
    kind: type[Settings], found: Mapping[str, Any], *, needed: Collection[str], paths: Collection[str]
) -> Settings:
    """The settings of a mapping, paths given as text.

    Args:
        kind: of settings.
        found: by name.
        needed: which cannot be left out.
        paths: which are paths.

    Raises:
        SettingsError: a setting does not exist, is missing or out of its bounds.
    """
    names = {entry.name for entry in dataclasses.fields(kind)}
    if unknown := sorted(set(found) - names):
        raise SettingsError(f"there is no setting {unknown[0]!r}: there are {', '.join(sorted(names))}")
    if missing := [name for name in needed if not found.get(name)]:
        raise SettingsError(f"{missing[0]} is missing: name its path")
    return kind(**{**found, **{name: Path(found[name]) for name in paths if found.get(name)}})


def read_settings(file: Path) -> dict[str, Any]:
    """What a TOML file says.

    Raises:
        SettingsError: it cannot be read.
    """
    try:
        return tomllib.loads(file.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file} is no readable TOML file: {error}") from error


def settle_in(folder: Path, told: Mapping[str, Any], defaults: Mapping[str, Any] | None = None) -> None:
    """Writes down what decides a training in its folder, or compares it with what the training there began with.

    Args:
        folder: of the training.
        told: every setting that decides what is learned, as JSON can hold it.
        defaults: of settings that may have come after a training began, which then has had them.

    Raises:
        SettingsError: the folder holds a training with other settings.
    """
    file = folder / SETTINGS
    told = json.loads(json.dumps(dict(told)))
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(json.dumps(told, indent=1, sort_keys=True))
        part.replace(file)
        return
    before = {**(defaults or {}), **json.loads(file.read_text())}
    if other := sorted(name for name in {*told, *before} if told.get(name) != before.get(name)):
        name = other[0]
        raise SettingsError(
            f"{folder} holds a training with {name} {before.get(name)!r}, not {told.get(name)!r}: "
            "give the same settings to go on with it, or name another folder"
        )
