import torch

from models import registry
from models.pictures.stylegan2.checkpoint import load_stylegan2


def test_the_weights_of_the_checkout_paint_64_px_and_the_same_from_the_same_seed():
    generator = load_stylegan2(registry.path("cover:scenes-64", registry.default_models_dir()))
    z = torch.randn(3, generator.config.z_width, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        one, other = (generator(z, truncation_psi=0.7, noise="const") for _ in range(2))
    assert one.shape == (3, 3, 64, 64)
    assert torch.equal(one, other)
    assert float((one[0] - one[1]).abs().mean()) > 0.05
    assert float(generator.mean_w.abs().sum()) > 0
