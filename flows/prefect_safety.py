"""Prefect made safe before it is used: no pickled results, no telemetry, JSON only."""

from __future__ import annotations

import os

_DEFAULTS = {
    "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": "503",
    "DO_NOT_TRACK": "1",
}


def set_defaults(environment: dict[str, str] | os._Environ[str] = os.environ) -> None:
    """Put Hibari's Prefect settings into an environment, where the user has not set others."""
    for name, value in _DEFAULTS.items():
        environment.setdefault(name, value)


def forbid_pickled_results() -> tuple[str, ...]:
    """Take every serializer that unpickles out of Prefect's registry; the names taken out.

    A stored result names its own deserializer, so a tampered file would run code even where JSON is the default.
    """
    from prefect.serializers import Serializer
    from prefect.utilities.dispatch import get_registry_for_type

    registry = get_registry_for_type(Serializer)
    unsafe = tuple(sorted(name for name in registry or {} if "pickle" in name))
    for name in unsafe:
        (registry or {}).pop(name, None)
    return unsafe
