"""A small pyramid whose networks learned nothing."""

import torch

from models.pictures.singan.networks import ScaleConfig, ScaleGenerator
from models.pictures.singan.pyramid import Pyramid, empty_pyramid

SIZES = ((12, 16), (17, 22), (24, 31))


def untrained(seed: int = 0) -> Pyramid:
    torch.manual_seed(seed)
    pyramid = empty_pyramid(SIZES, seed)
    for _ in SIZES:
        generator = ScaleGenerator(ScaleConfig.tiny()).requires_grad_(False).eval()
        # before training the detail that a scale adds is next to nothing
        for name, weight in generator.named_parameters():
            if name.endswith("weight") and weight.dim() == 4:
                weight.mul_(12)
        pyramid.generators.append(generator)
        pyramid.strengths.append(0.5)
    return pyramid
