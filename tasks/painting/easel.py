"""What painting takes, loaded once a process: the looks, and the networks that paint, enlarge and compose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from media.scenes.layers import Floats, Region
from models import registry
from tasks.painting.painter import Easel, Ground
from tasks.steps.directing import PAINTED

if TYPE_CHECKING:
    from models.pictures.stylegan2 import Generator
    from schemas.picture import Latent
    from tasks.bench import Bench

_COMPOSED_PX = 512


def open_easel(bench: Bench) -> Easel:
    """The looks and networks of this machine, loaded once a process.

    Raises:
        CheckpointError: weights are not here; the message says how to get them.
    """
    from models.pictures.style.arbitrary import load_stylist
    from models.pictures.style.looks import load_looks
    from models.pictures.upscaling.upscaler import load_upscaler

    folder = bench.settings.models_dir
    stylist, upscaler = registry.path("style:arbitrary", folder), registry.path("upscale:compact", folder)
    return Easel(
        looks=bench.loaded("looks:paintings", load_looks),
        stylist=bench.loaded("style:arbitrary", lambda: load_stylist(stylist, device=bench.device)),
        upscaler=bench.loaded("upscale:compact", lambda: load_upscaler(upscaler, device=bench.device)),
    )


@dataclass(frozen=True)
class Composer:
    """A generative network that gives compositions: their pictures become what is painted over."""

    name: str
    generator: Generator

    def ground(self, latent: Latent) -> Ground:
        """The network's picture, enlarged without being sharpened: its shapes are painted anew anyway.

        What lies above the middle takes the paint of the sky, what lies below that of the ground.
        """
        import torch

        chance = torch.Generator().manual_seed(latent.seed)
        z = torch.randn(1, self.generator.config.z_width, generator=chance)
        with torch.inference_mode():
            made = self.generator(z, truncation_psi=latent.truncation, noise="const")
        pixels = ((made[0].clamp(-1, 1) + 1) * 127.5 + 0.5).byte().permute(1, 2, 0).contiguous().cpu().numpy()
        large = Image.fromarray(pixels[..., :3]).resize((_COMPOSED_PX, _COMPOSED_PX), Image.Resampling.BICUBIC)
        picture = np.asarray(large, np.float32) / np.float32(255)
        fade = np.clip((np.linspace(0, 1, _COMPOSED_PX, dtype=np.float32) - 0.45) / 0.1, 0, 1)
        below = np.broadcast_to(fade[:, None], picture.shape[:2]).copy()
        masks: dict[Region, Floats] = {"above": 1 - below, "below": below, "subject": np.zeros_like(below)}
        return Ground(picture, masks)


def open_composer(bench: Bench, name: str) -> Composer | None:
    """The network that composes for a cover model; None where scenes are drawn.

    Raises:
        CheckpointError: its weights are not here, or hold another architecture.
    """
    if name in ("", PAINTED):
        return None
    from models.pictures.stylegan2 import load_stylegan2

    path = registry.path(name, bench.settings.models_dir)
    return Composer(name, bench.loaded(name, lambda: load_stylegan2(path, device=bench.device)))
