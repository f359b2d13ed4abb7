import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from models.pictures.style.arbitrary import Stylist, load_stylist, mix
from models.pictures.style.arbitrary_conversion import FORMAT, convert_arbitrary
from models.pictures.style.arbitrary_networks import ArbitraryStyleConfig, StylePredictor, StyleTransformer
from models.pictures.style.grain import grained
from schemas.errors import CheckpointError, MediaError
from tests.models.pictures.style import onnx_files
from tests.models.pictures.style.conftest import pulled
from training.looks import neutral_scene

REFERENCE = Path(__file__).parent / "quantised_graph.json"


@pytest.fixture(scope="module")
def stylist():
    return Stylist.tiny()


def test_a_picture_of_any_size_is_painted_at_its_size(stylist):
    for height, width in ((32, 32), (33, 47), (50, 121)):
        painted = stylist.paint(torch.rand(1, 3, height, width), torch.randn(6))
        assert painted.shape == (1, 3, height, width)
        assert painted.min() >= 0
        assert painted.max() <= 1


def test_the_same_picture_and_style_give_the_same_bytes(stylist, drawing):
    vector = stylist.style_vector(drawing)
    assert vector.shape == (6,)
    assert torch.equal(stylist.paint(drawing, vector), stylist.paint(drawing, vector))


def test_regions_are_painted_each_in_its_own_style(stylist, drawing):
    vectors = torch.randn(3, 6, generator=torch.Generator().manual_seed(1))
    left = torch.zeros(52, 68)
    left[:, :30] = 1
    painted = stylist.paint_regions(drawing, vectors, torch.stack([left, 1 - left, torch.zeros(52, 68)]))
    assert torch.equal(painted[..., :30], stylist.paint(drawing, vectors[0])[..., :30])
    assert torch.equal(painted[..., 30:], stylist.paint(drawing, vectors[1])[..., 30:])


def test_masks_need_not_add_up_to_one(stylist, drawing):
    vectors = torch.randn(2, 6, generator=torch.Generator().manual_seed(1))
    masks = torch.rand(2, 52, 68, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(
        stylist.paint_regions(drawing, vectors, masks * 7), stylist.paint_regions(drawing, vectors, masks)
    )
    nowhere = stylist.paint_regions(drawing, vectors, torch.zeros(2, 52, 68))
    assert torch.equal(nowhere, stylist.paint(drawing, vectors[0]))


def test_styles_are_mixed_by_weights():
    vectors = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    torch.testing.assert_close(mix(vectors, [3, 1]), torch.tensor([0.75, 0.5]))
    for weights in ([1], [0, 0], [-1, 2], []):
        with pytest.raises(MediaError, match="do not mix"):
            mix(vectors, weights)


@pytest.mark.parametrize(
    ("shape", "message"),
    [((1, 3, 31, 64), "at least"), ((3, 64, 64), "at least"), ((1, 3, 2305, 2305), "smaller and enlarge")],
)
def test_a_picture_that_cannot_be_painted_says_why(stylist, shape, message):
    with pytest.raises(MediaError, match=message):
        stylist.paint(torch.zeros(1).expand(shape), torch.zeros(6))


def test_vectors_and_masks_that_do_not_fit_say_so(stylist, drawing):
    with pytest.raises(MediaError, match="numbers each"):
        stylist.paint(drawing, torch.zeros(100))
    with pytest.raises(MediaError, match="masks do not fit"):
        stylist.paint_regions(drawing, torch.zeros(2, 6), torch.ones(2, 51, 68))


def test_the_networks_learn_one_picture_in_one_style(drawing):
    torch.manual_seed(0)
    network = StyleTransformer(ArbitraryStyleConfig.tiny())
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01)
    wanted, vector = 1 - drawing, torch.randn(6)
    losses = []
    for _ in range(25):
        optimiser.zero_grad()
        features = drawing
        for conv in network.contract:
            features = conv(features).relu()
        loss = (_painted_by_training(network, features, vector) - wanted).square().mean()
        torch.autograd.backward(loss)
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 3


def _painted_by_training(network, x, vector):
    """The network out of place, as autograd needs it."""
    style = vector[None, :, None, None]

    def styled(layer, x):
        x = layer.conv(x)
        variance, mean = torch.var_mean(x, dim=(2, 3), correction=0, keepdim=True)
        return (x - mean) * torch.rsqrt(variance + 1e-5) * layer.scale(style) + layer.shift(style)

    for residual in network.residual:
        x = x + styled(residual.second, styled(residual.first, x).relu())
    for layer in network.expand[:2]:
        x = styled(layer, torch.nn.functional.interpolate(x, scale_factor=2.0)).relu()
    return styled(network.expand[2], x).sigmoid()


def test_the_fast_network_equals_one_written_out_of_place(drawing):
    torch.manual_seed(0)
    network = StyleTransformer(ArbitraryStyleConfig.tiny()).requires_grad_(False)
    vector = torch.randn(6)
    features = drawing
    for conv in network.contract:
        features = conv(features).relu()
    torch.testing.assert_close(network(drawing, vector), _painted_by_training(network, features, vector))


def test_a_converted_package_is_what_is_loaded(tmp_path):
    config = ArbitraryStyleConfig()
    predictor, transformer = StylePredictor(config), StyleTransformer(config)
    _write_onnx(tmp_path / "predict.onnx", "predictor", predictor)
    _write_onnx(tmp_path / "transform.onnx", "transformer", transformer)
    convert_arbitrary(tmp_path / "predict.onnx", tmp_path / "transform.onnx", tmp_path / "model.safetensors")
    stylist = load_stylist(tmp_path)
    assert stylist.style_vector(torch.rand(1, 3, 40, 90)).shape == (100,)
    with pytest.raises(CheckpointError, match="predictor"):
        convert_arbitrary(tmp_path / "transform.onnx", tmp_path / "predict.onnx", tmp_path / "other.safetensors")


def _write_onnx(path, network, module):
    from models.pictures.style import arbitrary_conversion as conversion

    names = conversion._predictor_names() if network == "predictor" else conversion._transformer_names()
    shapes = {name: tuple(weight.shape) for name, weight in module.named_parameters()}
    assert set(names) == set(shapes)
    path.write_bytes(
        onnx_files.model(b"".join(onnx_files.quantised(theirs, shapes[ours], 0.01) for ours, theirs in names.items()))
    )


def test_a_file_of_other_weights_is_refused(tmp_path):
    save_file({"weight": torch.zeros(2)}, tmp_path / "other.safetensors")
    save_file({"weight": torch.zeros(2)}, tmp_path / "half.safetensors", metadata={"format": FORMAT})
    (tmp_path / "torn.safetensors").write_bytes(b"\x08\x00\x00")
    for name in ("other", "half", "torn", "missing"):
        with pytest.raises(CheckpointError, match="pull style:arbitrary again"):
            load_stylist(tmp_path / f"{name}.safetensors")


def test_the_float_networks_paint_as_the_quantised_graphs_do():
    stylist = load_stylist(pulled("style:arbitrary"))
    reference = json.loads(REFERENCE.read_text())
    picture, style = _reference_pictures()
    vector = stylist._predictor(style)[0]
    theirs = torch.tensor(reference["vector"])
    assert torch.corrcoef(torch.stack([vector, theirs]))[0, 1] > 0.999
    painted = stylist._transformer(picture, theirs)
    small = torch.nn.functional.avg_pool2d(painted, 24)[0].permute(1, 2, 0).numpy() * 255
    assert np.abs(small - np.array(reference["painted"])).mean() < 4


def _reference_pictures():
    """The pictures that the graphs as shipped were run on with onnxruntime: 384 x 384 and 256 x 256."""
    scene = torch.from_numpy(neutral_scene(384)).permute(2, 0, 1)[None]
    style = torch.from_numpy(neutral_scene(256)).permute(2, 1, 0)[None].flip(1)
    return grained(scene, amount=0.04), grained(style, amount=0.08)
