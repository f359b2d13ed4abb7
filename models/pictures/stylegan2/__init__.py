"""StyleGAN2: generator, discriminator, its files and those of others, and ways to explore what it can paint."""

from models.pictures.stylegan2.checkpoint import load_stylegan2, save_stylegan2
from models.pictures.stylegan2.config import StyleGAN2Config
from models.pictures.stylegan2.discriminator import Discriminator
from models.pictures.stylegan2.generator import Generator

__all__ = ["Discriminator", "Generator", "StyleGAN2Config", "load_stylegan2", "save_stylegan2"]
