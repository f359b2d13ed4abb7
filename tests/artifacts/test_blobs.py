from __future__ import annotations

import errno
import hashlib
import os
import pickle
import stat
import uuid
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artifacts import folders
from artifacts.blobs import CHUNK_BYTES, BlobStore
from schemas.base import BlobRef, sha256_hex
from schemas.errors import BlobError
from tests.artifacts.made import flip_a_byte, overwrite

CONTENT = b"sixteen bytes..." * 1000


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs" if request.param == "folder" else f"memory://{uuid.uuid4().hex}")


@pytest.fixture
def folder(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def path_of(store: BlobStore, ref: BlobRef) -> Path:
    return Path(store.url) / ref.sha256[:2] / ref.sha256


def files_under(store: BlobStore) -> list[Path]:
    return [path for path in Path(store.url).rglob("*") if path.is_file()]


def test_what_is_put_can_be_read(store: BlobStore) -> None:
    ref = store.put(CONTENT, "audio/flac")
    assert ref == BlobRef(sha256=sha256_hex(CONTENT), media_type="audio/flac", size=len(CONTENT))
    assert store.read(ref) == CONTENT
    assert store.has(ref)
    store.verify(ref)
    assert [(sha256, size) for sha256, size, _ in store.list()] == [(ref.sha256, ref.size)]


def test_a_file_is_put_as_its_bytes_are(store: BlobStore, tmp_path: Path) -> None:
    source = tmp_path / "song.flac"
    source.write_bytes(os.urandom(2 * CHUNK_BYTES + 17))
    ref = store.put_file(source, "audio/flac")
    assert ref == store.put(source.read_bytes(), "audio/flac")
    store.copy_to(ref, tmp_path / "out" / "copy.flac")
    assert (tmp_path / "out" / "copy.flac").read_bytes() == source.read_bytes()


def test_a_copy_replaces_what_was_there_and_can_be_written_again(store: BlobStore, tmp_path: Path) -> None:
    target = tmp_path / "cover.png"
    target.write_bytes(b"old")
    ref = store.put(b"new", "image/png")
    store.copy_to(ref, target)
    store.copy_to(ref, target)
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & stat.S_IWUSR
    assert list(tmp_path.glob(".*.tmp")) == []


@given(content=st.binary(max_size=4000))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_come_back(folder: BlobStore, content: bytes) -> None:
    assert folder.read(folder.put(content, "application/octet-stream")) == content


def test_a_missing_blob_is_named_with_the_remedy(store: BlobStore) -> None:
    ref = BlobRef(sha256="0" * 64, media_type="image/png", size=3)
    assert not store.has(ref)
    with pytest.raises(BlobError, match="missing.*hibari make") as caught:
        store.read(ref)
    assert caught.value.digest == ref.sha256


def test_a_cut_blob_is_not_served_and_a_new_put_mends_it(folder: BlobStore) -> None:
    ref = folder.put(CONTENT, "audio/flac")
    overwrite(path_of(folder, ref), CONTENT[:100])
    assert not folder.has(ref)
    with pytest.raises(BlobError, match="100 bytes where 16000 are due"):
        folder.read(ref)
    folder.put(CONTENT, "audio/flac")
    assert folder.read(ref) == CONTENT


def test_a_flipped_byte_is_found_on_reading_and_the_blob_moved_aside(folder: BlobStore, tmp_path: Path) -> None:
    ref = folder.put(CONTENT, "audio/flac")
    flip_a_byte(path_of(folder, ref))
    assert folder.has(ref)
    with pytest.raises(BlobError, match="does not match its hash"):
        folder.copy_to(ref, tmp_path / "out.flac")
    assert not (tmp_path / "out.flac").exists()
    assert not folder.has(ref)
    folder.put(CONTENT, "audio/flac")
    assert folder.read(ref) == CONTENT


def test_repair_writes_over_a_blob_of_the_right_size(folder: BlobStore, tmp_path: Path) -> None:
    ref = folder.put(CONTENT, "audio/flac")
    flip_a_byte(path_of(folder, ref))
    folder.put(CONTENT, "audio/flac", repair=True)
    assert folder.read(ref) == CONTENT
    (tmp_path / "again").write_bytes(CONTENT)
    flip_a_byte(path_of(folder, ref))
    folder.put_file(tmp_path / "again", "audio/flac", repair=True)
    assert folder.read(ref) == CONTENT


def test_a_sound_blob_is_never_set_aside(store: BlobStore) -> None:
    ref = store.put(CONTENT, "audio/flac")
    assert not store.set_aside(ref.sha256)
    assert not store.set_aside("0" * 64)
    assert store.has(ref)


def test_stored_files_are_read_only(folder: BlobStore) -> None:
    mode = path_of(folder, folder.put(b"x", "image/png")).stat().st_mode
    assert stat.S_IMODE(mode) & 0o222 == 0


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.ENOSPC, "no space left.*hibari gc"), (errno.EROFS, "refused.*right to write"), (errno.EIO, "mounted")],
)
def test_a_full_or_read_only_disk_is_told_and_leaves_nothing(
    folder: BlobStore, monkeypatch: pytest.MonkeyPatch, number: int, remedy: str
) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(folders.os, "fsync", refuse)
    with pytest.raises(BlobError, match=remedy):
        folder.put(CONTENT, "audio/flac")
    assert files_under(folder) == []


def test_a_disk_that_fills_during_a_copy_leaves_the_old_file(
    folder: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = folder.put(CONTENT, "audio/flac")
    target = tmp_path / "song.flac"
    target.write_bytes(b"old")
    monkeypatch.setattr(folders.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(BlobError, match="no space left"):
        folder.copy_to(ref, target)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["song.flac"]


def test_a_file_that_changes_while_it_is_put_is_refused(
    folder: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "growing.wav"
    source.write_bytes(CONTENT)

    real = hashlib.file_digest

    def digest_then_change(file: object, name: str) -> object:
        found = real(file, name)
        source.write_bytes(CONTENT[::-1])
        return found

    monkeypatch.setattr("artifacts.blobs.hashlib.file_digest", digest_then_change)
    with pytest.raises(BlobError, match="changed while it was read"):
        folder.put_file(source, "audio/wav")
    assert files_under(folder) == []


def test_a_put_refreshes_a_blob_so_that_gc_leaves_it(folder: BlobStore) -> None:
    ref = folder.put(CONTENT, "audio/flac")
    os.utime(path_of(folder, ref), (1000, 1000))
    folder.put(CONTENT, "audio/flac")
    assert not folder.delete_if_older(ref.sha256, 2000)
    assert folder.has(ref)


def test_a_put_between_the_look_and_the_deletion_wins(folder: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = folder.put(CONTENT, "audio/flac")
    os.utime(path_of(folder, ref), (1000, 1000))
    move = folders.LocalFolder.move

    def put_first(self: folders.LocalFolder, name: str, target: str) -> bool:
        monkeypatch.setattr(folders.LocalFolder, "move", move)
        folder.put(CONTENT, "audio/flac")
        return self.move(name, target)

    monkeypatch.setattr(folders.LocalFolder, "move", put_first)
    assert not folder.delete_if_older(ref.sha256, 2000)
    assert folder.read(ref) == CONTENT


def test_an_old_blob_goes(store: BlobStore) -> None:
    ref = store.put(CONTENT, "audio/flac")
    assert store.delete_if_older(ref.sha256, 1e12)
    assert not store.has(ref)
    assert not store.delete(ref.sha256)


def test_sizes_of_many_are_those_present(store: BlobStore) -> None:
    refs = [store.put(bytes([n]) * (n + 1), "image/png") for n in range(70)]
    found = store.sizes([*(ref.sha256 for ref in refs), "0" * 64])
    assert found == {ref.sha256: ref.size for ref in refs}


def test_leftovers_of_a_killed_writer_are_cleared_once_they_are_old(folder: BlobStore) -> None:
    folder.put(CONTENT, "audio/flac")
    left = Path(folder.url) / folders.TEMPORARY / "half"
    left.write_bytes(b"half")
    assert folder.clear_leftovers(left.stat().st_mtime - 1) == (0, 0)
    assert folder.clear_leftovers(left.stat().st_mtime + 1) == (1, 4)
    assert not left.exists()
    assert len(list(folder.list())) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63])
def test_only_a_hash_names_a_blob(folder: BlobStore, name: str) -> None:
    with pytest.raises(BlobError, match="64 hexadecimal digits"):
        folder.delete(name)


def test_an_unknown_protocol_is_told() -> None:
    with pytest.raises(BlobError, match="cannot be opened"):
        BlobStore("nosuch://place")


def test_a_store_goes_to_another_process_by_its_place(folder: BlobStore) -> None:
    ref = folder.put(CONTENT, "audio/flac")
    assert pickle.loads(pickle.dumps(folder)).read(ref) == CONTENT  # noqa: S301, TID251 - our own bytes
