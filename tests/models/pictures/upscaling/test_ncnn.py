import numpy as np
import pytest
from safetensors.numpy import load_file

from models.pictures.upscaling.convert_ncnn import convert_rrdb, convert_srvgg
from models.pictures.upscaling.ncnn import read_layers, read_weights
from schemas.errors import CheckpointError
from tests.models.pictures.upscaling.ncnn_files import convolution_line, write_pair, write_srvgg


def test_every_weight_of_a_compact_network_arrives_under_its_published_name(tmp_path):
    text_file, numbers_file, weights = write_srvgg(tmp_path)
    convert_srvgg(text_file, numbers_file, tmp_path / "m.safetensors")
    found = load_file(tmp_path / "m.safetensors")
    assert found.keys() == weights.keys()
    assert all(np.array_equal(found[name], weights[name]) for name in weights)


def test_weights_of_an_odd_number_are_followed_by_padding(tmp_path):
    text_file, numbers_file, weights = write_srvgg(tmp_path, features=1, scale=1)
    first = read_weights(read_layers(text_file), numbers_file)[0]
    assert first.weight.size % 2 == 1
    assert np.array_equal(first.bias, weights["body.0.bias"])


@pytest.mark.parametrize(
    ("change", "says"), [(lambda b: b[:-3], "cut short"), (lambda b: b + b"\0" * 4, "4 bytes more")]
)
def test_numbers_that_are_not_exactly_the_layers_are_refused(tmp_path, change, says):
    text_file, numbers_file, _ = write_srvgg(tmp_path)
    numbers_file.write_bytes(change(numbers_file.read_bytes()))
    with pytest.raises(CheckpointError, match=says):
        convert_srvgg(text_file, numbers_file, tmp_path / "m.safetensors")
    assert not (tmp_path / "m.safetensors").exists()


def test_another_tag_is_refused(tmp_path):
    text_file, numbers_file, _ = write_srvgg(tmp_path)
    numbers_file.write_bytes(bytes(4) + numbers_file.read_bytes()[4:])
    with pytest.raises(CheckpointError, match="tag 0x00000000 at byte 0"):
        read_weights(read_layers(text_file), numbers_file)


def test_numbers_that_are_not_finite_are_refused(tmp_path):
    text_file, numbers_file, _ = write_srvgg(tmp_path)
    content = bytearray(numbers_file.read_bytes())
    content[4:6] = np.array(np.nan, "<f2").tobytes()
    numbers_file.write_bytes(content)
    with pytest.raises(CheckpointError, match="not finite"):
        read_weights(read_layers(text_file), numbers_file)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "7767517 is expected first"),
        ("7767517\n9 9\nInput a 0 1 x\n", "says 9 layers and lists 1"),
        ("7767517\n1 1\nInput\n", "is no layer"),
        ("7767517\n1 1\nInput a 0 x\n", "is no layer"),
        ("7767517\n5000 1\n" + "Input a 0 1 x\n" * 5000, "1-4096 layers"),
        ("7767517\n" + " " * (1 << 20), "longer than"),
        ("7767517\n1 1\nInput ü 0 1 x\n", "not ASCII"),
    ],
)
def test_what_is_no_list_of_layers_is_refused(tmp_path, text, says):
    (tmp_path / "m.param").write_text(text, encoding="utf-8")
    with pytest.raises(CheckpointError, match=says):
        read_layers(tmp_path / "m.param")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (convolution_line(4, 3).replace("1=3", "1=5"), "not a padded 3x3"),
        (convolution_line(4, 3).replace("6=108", "6=107"), "not a padded 3x3"),
        (convolution_line(9999, 3), "9999 channels"),
        (convolution_line(4, 3).replace("0=4", "0=-4"), "whole number"),
        (convolution_line(4, 3).replace("6=108", "6=99999999999"), "whole number"),
        (convolution_line(4096, 4096), "ends at byte"),
    ],
)
def test_a_layer_of_another_shape_is_refused(tmp_path, line, says):
    text_file, numbers_file = write_pair(tmp_path, [line], bytes(4))
    numbers_file.write_bytes((0x01306B47).to_bytes(4, "little"))
    with pytest.raises(CheckpointError, match=says):
        read_weights(read_layers(text_file), numbers_file)


def test_an_activation_that_is_not_a_leaky_relu_is_refused(tmp_path):
    line = convolution_line(1, 1, leaky="0.2").replace("9=2", "9=3")
    content = (0x01306B47).to_bytes(4, "little") + bytes(20) + bytes(4)
    text_file, numbers_file = write_pair(tmp_path, [line], content)
    with pytest.raises(CheckpointError, match="something else"):
        read_weights(read_layers(text_file), numbers_file)


def test_a_compact_network_is_no_rrdb_network_and_the_other_way_round(tmp_path):
    text_file, numbers_file, _ = write_srvgg(tmp_path)
    with pytest.raises(CheckpointError, match="RRDB"):
        convert_rrdb(text_file, numbers_file, tmp_path / "m.safetensors")
    text_file.write_text(text_file.read_text().replace("PixelShuffle", "Permute"))
    with pytest.raises(CheckpointError, match="SRVGG"):
        convert_srvgg(text_file, numbers_file, tmp_path / "m.safetensors")
