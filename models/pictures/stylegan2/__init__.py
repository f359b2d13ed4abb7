"""StyleGAN2: generator, discriminator, its files and those of others, and ways to explore what it can paint."""

from models.pictures.stylegan2.checkpoint import load_stylegan2, save_stylegan2
from models.pictures.stylegan2.config import StyleGAN2Config
from models.pictures.stylegan2.discriminator import Discriminator
from models.pictures.stylegan2.generator import Generator
from models.pictures.stylegan2.nvlabs import from_nvlabs
from models.pictures.stylegan2.rosinality import from_rosinality

__all__ = [
    "Discriminator",
    "Generator",
    "StyleGAN2Config",
    "from_nvlabs",
    "from_rosinality",
    "load_stylegan2",
    "save_stylegan2",
]
