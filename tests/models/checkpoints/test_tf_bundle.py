from __future__ import annotations

import io
import struct
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.checkpoints.crc32c import crc32c
from models.checkpoints.inspecting import inspect_checkpoint
from models.checkpoints.tf_bundle import open_bundle
from schemas.errors import CheckpointError
from tests.models.checkpoints import bundles

TENSORS = {
    "encoder/mu/kernel": np.arange(12, dtype=np.float32).reshape(3, 4),
    "encoder/mu/bias": np.zeros(4, dtype=np.float32),
    "global_step": np.array(7, dtype=np.int64),
    **{f"layer/{number}": np.full(number, number, dtype=np.float16) for number in range(1, 60)},
}


@pytest.fixture
def archive(tmp_path):
    return bundles.write_tar(tmp_path / "model.tar", bundles.files_of(TENSORS))


def test_the_checksum_is_castagnolis_also_over_many_lanes():
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(b"\xff" * 32) == 0x62A8AB43
    content = np.random.default_rng(0).integers(0, 256, 70_003, dtype=np.uint8).tobytes()
    crc = 0xFFFFFFFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    assert crc32c(content) == crc ^ 0xFFFFFFFF


def test_every_tensor_comes_back_bit_for_bit(archive):
    bundle = open_bundle(archive)
    assert set(bundle.tensors) == set(TENSORS)
    for name, wanted in TENSORS.items():
        found = bundle.read(name)
        assert (found.dtype, found.shape, found.tobytes()) == (wanted.dtype, wanted.shape, wanted.tobytes())


def test_a_checkpoint_beside_its_files_is_found_by_its_name_or_either_of_them(tmp_path):
    for name, content in bundles.files_of(TENSORS, "model.ckpt").items():
        (tmp_path / name).write_bytes(content)
    for name in ("model.ckpt", "model.ckpt.index", "model.ckpt.data-00000-of-00001"):
        assert open_bundle(tmp_path / name).read("global_step") == 7
    assert inspect_checkpoint(tmp_path / "model.ckpt").form == "TensorFlow checkpoint"


def test_a_damaged_number_is_seen_when_it_is_read(tmp_path):
    files = bundles.files_of(TENSORS)
    name = next(name for name in files if "data" in name)
    files[name] = files[name][:20] + bytes([files[name][20] ^ 1]) + files[name][21:]
    bundle = open_bundle(bundles.write_tar(tmp_path / "model.tar", files))
    with pytest.raises(CheckpointError, match="checksum of encoder/mu/kernel is wrong"):
        bundle.read("encoder/mu/kernel")


@pytest.mark.parametrize("missing", ["index", "data"])
def test_what_is_missing_is_named(tmp_path, missing):
    files = {name: content for name, content in bundles.files_of(TENSORS).items() if missing not in name}
    with pytest.raises(CheckpointError, match="files that end in .index" if missing == "index" else "is missing"):
        open_bundle(bundles.write_tar(tmp_path / "model.tar", files))


def forged(records: list[tuple[bytes, bytes]], numbers: bytes = bytes(64)) -> dict[str, bytes]:
    return {"m.index": bundles.table(records), "m.data-00000-of-00001": numbers}


FLOATS = np.zeros(4, dtype=np.float32)
FORGED = {
    "a shape that its bytes do not fill": (
        [(b"", bundles.header()), (b"w", bundles.entry(FLOATS, 0, shape=(9, 9)))],
        "of shape",
    ),
    "a place after the end": ([(b"", bundles.header()), (b"w", bundles.entry(FLOATS, 60))], "outside its files"),
    "a huge place": ([(b"", bundles.header()), (b"w", bundles.entry(FLOATS, 1 << 63))], "outside its files"),
    "a file that is not there": (
        [(b"", bundles.header()), (b"w", bundles.entry(FLOATS, 0, shard=3))],
        "outside its files",
    ),
    "a thousand files": ([(b"", bundles.header(1000))], "1 to 64"),
    "axes without end": ([(b"", bundles.header()), (b"w", bundles.part(2, bundles.part(2, b"") * 20))], "axes"),
    "a record cut short": ([(b"", bundles.header()), (b"w", b"\x12\x7f")], "cut short"),
    "a name twice": ([(b"", bundles.header()), (b"w", b""), (b"w", b"")], "named twice"),
    "one place for many": (
        [(b"", bundles.header()), *((f"w{i}".encode(), bundles.entry(FLOATS, 0)) for i in range(9))],
        "more than its files hold",
    ),
}


@pytest.mark.parametrize("case", FORGED)
def test_an_index_that_lies_is_refused_before_memory_is_asked_for(tmp_path, case):
    records, reason = FORGED[case]
    with pytest.raises(CheckpointError, match=reason):
        open_bundle(bundles.write_tar(tmp_path / "m.tar", forged(records)))


def test_compressed_or_foreign_tables_are_refused(tmp_path):
    files = bundles.files_of(TENSORS)
    index = files["model.ckpt-7.index"]
    for content, reason in (
        (index[:-1] + b"\0", "no index"),
        (b"short", "no index"),
        (bytes(40) + index[-8:], "damaged"),
    ):
        path = bundles.write_tar(tmp_path / "m.tar", {**files, "model.ckpt-7.index": content})
        with pytest.raises(CheckpointError, match=reason):
            open_bundle(path)


def test_links_and_names_that_lead_away_are_never_followed(tmp_path):
    path = tmp_path / "m.tar"
    with tarfile.open(path, "w") as archive:
        link = tarfile.TarInfo("model.index")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(CheckpointError, match="link"):
        open_bundle(path)
    away = bundles.write_tar(tmp_path / "away.tar", bundles.files_of(TENSORS), "../../etc/")
    assert open_bundle(away).read("global_step") == 7
    assert sorted(each.name for each in tmp_path.iterdir()) == ["away.tar", "m.tar"]


def test_an_archive_of_too_many_files_or_cut_short_is_refused(tmp_path, archive):
    many = bundles.write_tar(tmp_path / "many.tar", {f"{number}.txt": b"" for number in range(300)})
    with pytest.raises(CheckpointError, match="256"):
        open_bundle(many)
    archive.write_bytes(archive.read_bytes()[:1024])
    with pytest.raises(CheckpointError, match="cut short"):
        open_bundle(archive)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_bytes_are_changed_the_answer_is_the_numbers_or_a_clear_refusal(tmp_path, data):
    files = bundles.files_of({"a": FLOATS, "b/c": np.arange(6, dtype=np.int32)})
    name = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[name])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = bundles.write_tar(tmp_path / "m.tar", {**files, name: bytes(content)})
    refusals: list[str] = []
    try:
        bundle = open_bundle(path)
        for tensor in bundle.tensors:
            bundle.read(tensor)
    except CheckpointError as error:
        refusals.append(str(error))
    assert all(refusal.startswith("m.tar") for refusal in refusals)


def test_a_tar_without_a_checkpoint_stays_what_it_was(tmp_path):
    path = bundles.write_tar(tmp_path / "notes.tar", {"notes.txt": b"hello"})
    assert inspect_checkpoint(path).form == "tar"


def test_tensorflow_checkpoints_of_other_networks_are_shown_and_not_taken_in(archive):
    facts = inspect_checkpoint(archive)
    assert facts.form == "TensorFlow checkpoint"
    assert facts.tensors == len(TENSORS)
    assert facts.command == ""


def test_numbers_that_do_not_end_are_refused(tmp_path):
    files = bundles.files_of({"a": FLOATS})
    index = files["model.ckpt-7.index"]
    broken = index[:-48] + b"\xff" * 40 + struct.pack("<Q", bundles.SIGN)
    with pytest.raises(CheckpointError, match="does not end"):
        open_bundle(bundles.write_tar(tmp_path / "m.tar", {**files, "model.ckpt-7.index": broken}))


def test_a_gzipped_archive_is_told_what_it_is(tmp_path):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("model.index"))
    path: Path = tmp_path / "m.tar.gz"
    path.write_bytes(plain.getvalue())
    with pytest.raises(CheckpointError, match="unusual tar"):
        open_bundle(path)
