import numpy as np
import pytest

from models.pictures.style.onnx_weights import read_weights
from schemas.errors import CheckpointError
from tests.models.pictures.style import onnx_files


def test_integers_become_the_floats_they_stand_for(tmp_path):
    path = tmp_path / "model.onnx"
    integers = np.arange(-6, 6, dtype=np.int8).reshape(3, 4)
    scale, zero = np.array([0.5, 1.0, 2.0], np.float32), np.array([1, 0, -1], np.int8)
    graph = b"".join(onnx_files.constant(*pair) for pair in (("w", integers), ("s", scale), ("z", zero)))
    node = b"".join(onnx_files.field(1, name) for name in "wsz")
    node += onnx_files.field(2, "w_float") + onnx_files.field(4, "DequantizeLinear")
    path.write_bytes(onnx_files.model(graph + onnx_files.field(1, node)))
    weights = read_weights(path)
    assert list(weights) == ["w_float"]
    expected = (integers - zero[:, None].astype(np.float32)) * scale[:, None]
    np.testing.assert_array_equal(weights["w_float"], expected)


@pytest.mark.parametrize("cut", [1, 7, 40, 90])
def test_a_file_that_is_cut_short_is_refused(tmp_path, cut):
    path = tmp_path / "model.onnx"
    path.write_bytes(onnx_files.model(onnx_files.quantised("w", (4, 4)))[:-cut])
    with pytest.raises(CheckpointError, match="not a whole ONNX file"):
        read_weights(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"\xff" * 64, b"\x3a\xff\xff\xff\xff\x7f", bytes(1000)])
def test_what_is_no_onnx_file_is_refused(tmp_path, content):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="model.onnx"):
        read_weights(path)


def test_scales_that_do_not_fit_are_refused(tmp_path):
    path = tmp_path / "model.onnx"
    graph = onnx_files.quantised("w", (4, 4)).replace(
        onnx_files.constant("w_zero", np.zeros(4, np.int8)), onnx_files.constant("w_zero", np.zeros(3, np.int8))
    )
    path.write_bytes(onnx_files.model(graph))
    with pytest.raises(CheckpointError, match="do not fit"):
        read_weights(path)


def test_a_file_of_more_than_64_mib_is_not_even_read(tmp_path):
    path = tmp_path / "model.onnx"
    with path.open("wb") as stream:
        stream.truncate((64 << 20) + 1)
    with pytest.raises(CheckpointError, match="at most"):
        read_weights(path)
