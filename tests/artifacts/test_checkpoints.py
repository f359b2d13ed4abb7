from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from artifacts import checkpoints
from artifacts.checkpoints import checkpoint_digest
from schemas.errors import CheckpointError


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "model" / "weights.safetensors"
    path.parent.mkdir()
    path.write_bytes(b"weights")
    os.utime(path, (1000, 1000))
    return path


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    real = hashlib.file_digest

    def counted(file: object, algorithm: str) -> object:
        names.append(Path(file.name).name)  # type: ignore[attr-defined]
        return real(file, algorithm)  # type: ignore[arg-type]

    monkeypatch.setattr(checkpoints.hashlib, "file_digest", counted)
    return names


def test_a_file_is_hashed_once(weights: Path, tmp_path: Path, hashed: list[str]) -> None:
    cache = tmp_path / "home" / "checkpoints.json"
    digest = hashlib.sha256(b"weights").hexdigest()
    assert [checkpoint_digest(weights, cache=cache) for _ in range(3)] == [digest] * 3
    assert hashed == ["weights.safetensors"]
    assert checkpoint_digest(weights) == digest
    assert len(hashed) == 2


def test_a_changed_file_is_hashed_again(weights: Path, tmp_path: Path) -> None:
    cache = tmp_path / "checkpoints.json"
    before = checkpoint_digest(weights, cache=cache)
    weights.write_bytes(b"WEIGHTS")
    os.utime(weights, (1001, 1001))
    assert checkpoint_digest(weights, cache=cache) == hashlib.sha256(b"WEIGHTS").hexdigest() != before


def test_a_file_changed_just_now_is_not_kept(weights: Path, tmp_path: Path, hashed: list[str]) -> None:
    os.utime(weights)
    for _ in range(2):
        checkpoint_digest(weights, cache=tmp_path / "checkpoints.json")
    assert len(hashed) == 2


def test_a_folder_counts_by_names_and_contents(weights: Path, tmp_path: Path, hashed: list[str]) -> None:
    cache = tmp_path / "checkpoints.json"
    before = checkpoint_digest(weights.parent, cache=cache)
    assert checkpoint_digest(weights.parent, cache=cache) == before
    assert len(hashed) == 1
    (weights.parent / ".cache").write_text("hidden")
    assert checkpoint_digest(weights.parent) == before
    (weights.parent / "config.json").write_text("{}")
    assert checkpoint_digest(weights.parent, cache=cache) != before
    weights.rename(weights.with_name("other.safetensors"))
    assert checkpoint_digest(weights.parent) not in (before, None)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"x": 3}'])
def test_a_damaged_cache_only_costs_time(weights: Path, tmp_path: Path, content: bytes) -> None:
    cache = tmp_path / "checkpoints.json"
    cache.write_bytes(content)
    assert checkpoint_digest(weights, cache=cache) == hashlib.sha256(b"weights").hexdigest()


def test_a_cache_that_cannot_be_written_only_costs_time(weights: Path) -> None:
    assert checkpoint_digest(weights, cache=weights / "below" / "a" / "file.json")


def test_a_missing_or_empty_checkpoint_is_told(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="cannot be read"):
        checkpoint_digest(tmp_path / "none.safetensors")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CheckpointError, match="holds no file"):
        checkpoint_digest(tmp_path / "empty")
