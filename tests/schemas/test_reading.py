from __future__ import annotations

import json
from typing import Any, ClassVar, Literal

import pytest

from schemas import reading
from schemas.base import Artifact, canonical_json, sha256_hex
from schemas.errors import ArtifactError
from schemas.reading import kinds, read_artifact
from tests.examples import lead_sheet, lyrics, song_plan


class Bell(Artifact):
    """A made-up kind at its third version: `tone_hz` was `pitch` (MIDI), and before that `note` (text)."""

    kind: Literal["bell"] = "bell"
    schema_version: int = 3
    tone_hz: float

    latest_version: ClassVar[int] = 3


def _note_to_pitch(facts: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "bell", "pitch": {"A4": 69}[facts["note"]]}


def _pitch_to_tone(facts: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "bell", "tone_hz": 440.0 * 2 ** ((facts["pitch"] - 69) / 12)}


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "kinds", lambda: {"bell": Bell})
    monkeypatch.setitem(reading.UPGRADES, ("bell", 1), _note_to_pitch)
    monkeypatch.setitem(reading.UPGRADES, ("bell", 2), _pitch_to_tone)


@pytest.mark.parametrize("made", [song_plan(), lyrics(), lead_sheet()], ids=lambda made: made.kind)
def test_what_was_written_is_read_back_with_the_same_digest(made: Artifact) -> None:
    found = read_artifact(made.canonical())
    assert found == made
    assert found.digest() == made.digest()


def test_every_artifact_of_the_schemas_has_a_kind_of_its_own() -> None:
    named = [
        kind.model_fields["kind"].default for kind in Artifact.__subclasses__() if kind.__module__[:8] == "schemas."
    ]
    assert sorted(named) == sorted(kinds())
    assert {"brief", "lyrics", "score", "master", "cover_art", "verdict", "inspection", "release"} <= set(kinds())


def test_an_old_record_is_lifted_through_every_version_and_keeps_its_digest(bells: None) -> None:
    old = canonical_json({"kind": "bell", "schema_version": 1, "note": "A4"})
    found = read_artifact(old)
    assert found == Bell(tone_hz=440.0).kept_as(sha256_hex(old))
    assert found.schema_version == 3
    assert found.digest() == sha256_hex(old)
    assert found.replaced(tone_hz=441.0).digest() == Bell(tone_hz=441.0).digest()


def test_a_version_that_nothing_upgrades_is_refused(bells: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(reading.UPGRADES, ("bell", 2))
    with pytest.raises(ArtifactError, match="schema_version 2, which can no longer be read"):
        read_artifact(canonical_json({"kind": "bell", "schema_version": 1, "note": "A4"}))


@pytest.mark.parametrize("version", [4, 0, "1", True, None])
def test_a_version_from_the_future_or_of_no_sense_is_refused(bells: None, version: object) -> None:
    with pytest.raises(ArtifactError, match="known are 1 to 3: read it with a newer Hibari"):
        read_artifact(canonical_json({"kind": "bell", "schema_version": version, "tone_hz": 440.0}))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b'{"kind": "lyrics", "x": NaN}', "no JSON"),
        (b"[1]", "a JSON list"),
        (b"{}", "kind 'None' is not known"),
        (b'{"kind": ["lyrics"]}', "is not known"),
        (b'{"kind": "spell"}', "kind 'spell' is not known"),
        (b'{"kind": "lyrics"}', "does not fit its fields: title"),
        (b"[" * 100_000, "no JSON"),
        (b'{"kind": "edit", "x": ' + b"[" * 120 + b"]" * 120 + b"}", "more than 100 levels deep"),
    ],
)
def test_what_is_no_record_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(ArtifactError, match=problem):
        read_artifact(content)


def test_a_record_over_the_bound_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    with pytest.raises(ArtifactError, match="over the bound of 10"):
        read_artifact(json.dumps({"kind": "lyrics"}).encode())


def test_an_unknown_field_is_refused() -> None:
    facts = {**lyrics().model_dump(mode="json"), "mood": "blue"}
    with pytest.raises(ArtifactError, match="mood"):
        read_artifact(canonical_json(facts))
