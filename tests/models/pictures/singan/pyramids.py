"""A small pyramid whose networks learned nothing."""

import torch

from models.pictures.singan.networks import ScaleConfig, ScaleGenerator
from models.pictures.singan.pyramid import Pyramid, empty_pyramid

SIZES = ((12, 16), (17, 22), (24, 31))


def untrained(seed: int = 0) -> Pyramid:
    torch.manual_seed(seed)
    pyramid = empty_pyramid(SIZES, seed)
    for _ in SIZES:
        pyramid.generators.append(ScaleGenerator(ScaleConfig.tiny()).requires_grad_(False).eval())
        pyramid.strengths.append(0.5)
    return pyramid
