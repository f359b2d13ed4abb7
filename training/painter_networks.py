"""The two networks of a training, by the name of their architecture, and how a generator is made to paint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from models.pictures.stylegan2.config import StyleGAN2Config
from models.pictures.stylegan2.discriminator import Discriminator
from models.pictures.stylegan2.generator import Generator
from schemas.errors import SettingsError
from training.painter_dcgan import DcganConfig, DcganDiscriminator, DcganGenerator

if TYPE_CHECKING:
    from training.painter_settings import PainterTraining

Paint = Callable[[nn.Module, Tensor, torch.Generator, float], Tensor]
"""A generator, z [N, Z], chance and the share of mixed seeds, to pictures [N, 3, R, R] in -1..1."""


@dataclass(frozen=True)
class Networks:
    """A generator and a discriminator that fit each other."""

    generator: nn.Module
    discriminator: nn.Module
    z_width: int
    paint: Paint


def build_networks(config: PainterTraining) -> Networks:
    """Networks with fresh weights, drawn from the global seed, on the CPU.

    Raises:
        SettingsError: the settings name a size that the architecture does not have.
    """
    sizes = _tupled(config.sizes)
    try:
        if config.architecture == "dcgan":
            baseline = DcganConfig(resolution=config.resolution, **sizes)
            return Networks(
                DcganGenerator(baseline), DcganDiscriminator(baseline), baseline.z_width, lambda g, z, _, __: g(z)
            )
        network = StyleGAN2Config(resolution=config.resolution, **sizes)
    except TypeError as error:
        raise SettingsError(f"sizes {config.sizes} do not fit {config.architecture}: {error}") from error
    return Networks(Generator(network), Discriminator(network), network.z_width, _paint_mixed)


def networks_of(generator: Generator) -> Networks:
    """A trained generator beside a fresh discriminator of its sizes."""
    return Networks(generator, Discriminator(generator.config), generator.config.z_width, _paint_mixed)


def _tupled(sizes: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in sizes.items()}


def _paint_mixed(generator: nn.Module, z: Tensor, chance: torch.Generator, mixing: float) -> Tensor:
    if not isinstance(generator, Generator):
        raise TypeError(f"{type(generator).__name__} is no StyleGAN2")
    ws = mixed_ws(generator, z, chance, mixing)
    painted: Tensor = generator.synthesis(ws, "random", chance)
    return painted


def mixed_ws(generator: Generator, z: Tensor, chance: torch.Generator, mixing: float) -> Tensor:
    """The styles of every picture, some of them taken from a second z above a random layer.

    Shapes: z [N, Z] -> [N, L, W].
    """
    ws: Tensor = generator.mapping(z)
    if generator.training:
        generator.track_mean_w(ws)
    if mixing <= 0:
        return ws
    second = generator.mapping(torch.randn(z.shape, generator=chance, device=chance.device))
    layers = ws.shape[1]
    crossing = torch.randint(1, layers, (len(z), 1), generator=chance, device=chance.device)
    unmixed = torch.rand((len(z), 1), generator=chance, device=chance.device) >= mixing
    crossing = torch.where(unmixed, torch.full_like(crossing, layers), crossing)
    kept = torch.arange(layers, device=ws.device) < crossing
    return torch.where(kept[..., None], ws, second)
