"""Pickles and torch files put together by hand, honest and hostile."""

from __future__ import annotations

import io
import struct
import zipfile

MAGIC = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."


def text(value):
    raw = value.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw


def integer(value):
    raw = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(raw)]) + raw


def name(module, what):
    return f"c{module}\n{what}\n".encode()


def storage(key="0", count=4, kind="FloatStorage"):
    return b"(" + text("storage") + name("torch", kind) + text(key) + text("cpu") + integer(count) + b"tQ"


def numbers(values):
    return b"(" + b"".join(integer(value) for value in values) + b"t"


def tensor(offset=0, shape=(2, 2), stride=(2, 1), held=None):
    body = (held or storage()) + integer(offset) + numbers(shape) + numbers(stride) + b"\x89N"
    return name("torch._utils", "_rebuild_tensor_v2") + b"(" + body + b"tR"


def entry(value):
    """A pickle of {'w': value}."""
    return b"\x80\x02}" + text("w") + value + b"s."


def write_zip(path, pickled, storages=None, extra=(), compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("archive/data.pkl", pickled)
        for key, content in (storages if storages is not None else {"0": bytes(16)}).items():
            archive.writestr(f"archive/data/{key}", content)
        for member, content in extra:
            archive.writestr(member, content)
    return path


def write_legacy(path, pickled, storages=None, keys=None):
    """An old file; `storages` are (count, bytes) by key."""
    held = {"0": (4, bytes(16))} if storages is None else storages
    listed = list(held) if keys is None else keys
    stream = io.BytesIO()
    stream.write(MAGIC + b"\x80\x02M\xe9\x03.")
    stream.write(b"\x80\x02}" + text("little_endian") + b"\x88s.")
    stream.write(pickled)
    stream.write(b"\x80\x02](" + b"".join(text(key) for key in listed) + b"e.")
    for key in listed:
        count, content = held[key]
        stream.write(struct.pack("<q", count) + content)
    path.write_bytes(stream.getvalue())
    return path
