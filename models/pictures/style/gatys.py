"""Neural style transfer: a picture is changed until its features say the content of one and the style of another.

Paper: Gatys, Ecker and Bethge, "A neural algorithm of artistic style" (2015), arXiv:1508.06576. Content is a feature
map of a network that knows pictures, style the Gram matrices of five of its layers; the picture itself is what is
optimised, by L-BFGS or Adam, from the content picture on.

Where we differ: each layer's loss is divided by what it would be for an empty picture, so that no layer outweighs the
others whatever the network's scale (the paper divides by sizes alone); total variation is added; and the work goes from
coarse to fine: large strokes are settled at a quarter of the size, where an iteration costs a sixteenth, and the full
size only adds detail. For the paper's VGG19 there is SqueezeNet, or a VGG16 (see `feature_stacks`).

The optimiser begins anew every `round_iterations`. A picture saved at the end of a round is all it takes to go on, and
going on after a kill gives the same bytes as never having been killed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Self

import torch
import torch.nn.functional as F
from torch import Tensor

from models.pictures.style.feature_stacks import FeatureStack
from schemas.base import canonical_json, sha256_hex
from schemas.errors import MediaError

LARGEST_SIDE_PX = 1024


@dataclass(frozen=True)
class GatysSettings:
    """How a picture is restyled; sizes are of the longer side."""

    size_px: int = 512
    levels: int = 3
    """From coarse to fine, each half the next; 1 is the paper's way."""
    iterations: tuple[int, ...] = (120, 60, 20)
    """Of each level, the coarsest first."""
    round_iterations: int = 20
    style_weight: float = 1.0
    content_weight: float = 0.05
    variation_weight: float = 0.1
    optimiser: Literal["lbfgs", "adam"] = "lbfgs"
    adam_rate: float = 0.02

    def __post_init__(self) -> None:
        if not 64 <= self.size_px <= LARGEST_SIDE_PX:
            raise MediaError(f"a size of {self.size_px} px is out of bounds: give 64 to {LARGEST_SIDE_PX}")
        if len(self.iterations) != self.levels or not 1 <= self.levels <= 5 or min(self.iterations) < 1:
            raise MediaError(f"{self.levels} levels need as many numbers of iterations, not {self.iterations}")
        if self.size_px >> (self.levels - 1) < 32:
            raise MediaError(f"{self.levels} levels of {self.size_px} px begin under 32 px: use fewer levels")
        if self.round_iterations < 1 or min(self.style_weight, self.content_weight, self.variation_weight) < 0:
            raise MediaError("iterations must be at least 1 and weights at least 0")

    @classmethod
    def textbook(cls, size_px: int, iterations: int) -> Self:
        """The paper's way: one size, one run of L-BFGS."""
        return cls(size_px=size_px, levels=1, iterations=(iterations,), round_iterations=iterations)


@dataclass(frozen=True)
class Step:
    """How far the work is."""

    done: float
    """Share of the work, 0 to 1, by its cost."""
    loss: float
    left_s: float
    size_px: int


@dataclass(frozen=True)
class _Targets:
    content: Tensor
    content_energy: Tensor
    grams: dict[str, Tensor]


def restyle(
    content: Tensor,
    style: Tensor,
    network: FeatureStack,
    settings: GatysSettings | None = None,
    *,
    progress: Callable[[Step], None] | None = None,
    keep_at: Path | None = None,
) -> Tensor:
    """The content picture in the style of the other, its longer side at `settings.size_px`.

    Args:
        content: [1, 3, H, W] in 0..1.
        style: [1, 3, h, w] in 0..1, of any size; it is scaled so that its strokes fit the picture.
        network: whose layers say what content and style are.
        settings: sizes, iterations and weights.
        progress: called after each round.
        keep_at: where the unfinished picture is kept after each round; a run of the same pictures and settings goes on
            from there, and a finished one removes it.

    Returns:
        [1, 3, H', W'] in 0..1 on the CPU.

    Raises:
        MediaError: a picture is not [1, 3, H, W], or is more than 8 times as long as wide.
    """
    settings = settings or GatysSettings()
    _check(content)
    _check(style)
    device = network.device
    content, style = content.to(device), style.to(device)
    kept = _Kept(keep_at, content, style, settings, network.name)
    level, done, picture = kept.load(device)
    clock = _Clock(settings, level, done)
    for index in range(level, settings.levels):
        side = settings.size_px >> (settings.levels - 1 - index)
        target = scaled_to(content, side)
        if picture is None:
            picture = target
        elif picture.shape != target.shape:
            picture = _refined(picture, target)
        aims = _targets(network, target, scaled_to(style, side))
        while done < settings.iterations[index]:
            count = min(settings.round_iterations, settings.iterations[index] - done)
            picture, loss = _round(picture, network, aims, settings, count)
            done += count
            kept.save(index, done, picture)
            if progress:
                progress(clock.step(index, done, loss))
        done = 0
    kept.remove()
    return (content if picture is None else picture).cpu()


def style_loss(
    picture: Tensor, content: Tensor, style: Tensor, network: FeatureStack, settings: GatysSettings
) -> float:
    """What `restyle` makes small, of a picture at its full size. Shapes: as for `restyle`, picture as the content."""
    side = max(picture.shape[2:])
    with torch.no_grad():
        aims = _targets(network, scaled_to(content, side), scaled_to(style, side))
        return float(_loss(picture, network, aims, settings))


def scaled_to(picture: Tensor, longer_px: int) -> Tensor:
    """The picture with its longer side at that many pixels, none under 32. Shapes: [N, C, H, W] -> [N, C, H', W']."""
    height, width = picture.shape[2:]
    scale = longer_px / max(height, width)
    size = (max(32, round(height * scale)), max(32, round(width * scale)))
    if size == (height, width):
        return picture
    return F.interpolate(picture, size=size, mode="bilinear", antialias=True, align_corners=False).clamp(0, 1)


def _refined(picture: Tensor, target: Tensor) -> Tensor:
    """A coarser result at the next size, with the content's own detail that the coarser size could not hold."""
    size = target.shape[2:]
    coarse = F.interpolate(target, size=picture.shape[2:], mode="bilinear", antialias=True, align_corners=False)
    gained = target - F.interpolate(coarse, size=size, mode="bicubic", align_corners=False)
    return (F.interpolate(picture, size=size, mode="bicubic", align_corners=False) + gained).clamp(0, 1)


def _targets(network: FeatureStack, content: Tensor, style: Tensor) -> _Targets:
    with torch.no_grad():
        kept = network(content, (network.content_layer,))[network.content_layer]
        maps = network(style, network.style_layers)
        return _Targets(kept, kept.square().sum(), {layer: _gram(maps[layer]) for layer in network.style_layers})


def _gram(features: Tensor) -> Tensor:
    """Mean products of all pairs of channels. Shapes: [1, C, H, W] -> [C, C]."""
    flat = features[0].flatten(1)
    products: Tensor = flat @ flat.t() / flat.shape[1]
    return products


def _loss(picture: Tensor, network: FeatureStack, aims: _Targets, settings: GatysSettings) -> Tensor:
    maps = network(picture, (network.content_layer, *network.style_layers))
    content = (maps[network.content_layer] - aims.content).square().sum() / aims.content_energy
    style = torch.stack(
        [(_gram(maps[layer]) - gram).square().sum() / gram.square().sum() for layer, gram in aims.grams.items()]
    ).mean()
    down = (picture[:, :, 1:] - picture[:, :, :-1]).abs().mean()
    across = (picture[..., 1:] - picture[..., :-1]).abs().mean()
    loss: Tensor = settings.style_weight * style + settings.content_weight * content
    return loss + settings.variation_weight * (down + across)


def _round(
    start: Tensor, network: FeatureStack, aims: _Targets, settings: GatysSettings, count: int
) -> tuple[Tensor, float]:
    """So many iterations of a fresh optimiser; the picture, within 0..1, and the last loss."""
    picture = start.clone().requires_grad_(True)
    last = torch.zeros(())
    if settings.optimiser == "lbfgs":
        optimiser: torch.optim.Optimizer = torch.optim.LBFGS(
            [picture], max_iter=count, history_size=20, line_search_fn="strong_wolfe", tolerance_change=0.0
        )
    else:
        optimiser = torch.optim.Adam([picture], lr=settings.adam_rate)

    def closure() -> Tensor:
        nonlocal last
        optimiser.zero_grad()
        loss = _loss(picture, network, aims, settings)
        torch.autograd.backward(loss)
        last = loss.detach()
        return loss

    for _ in range(1 if settings.optimiser == "lbfgs" else count):
        optimiser.step(closure)  # type: ignore[arg-type]
    return picture.detach().clamp(0, 1), float(last)


class _Clock:
    """Tells how long the work will take from how long it took: an iteration costs by its pixels."""

    def __init__(self, settings: GatysSettings, level: int, done: int) -> None:
        self._settings = settings
        self._costs = [4.0 ** (index - settings.levels + 1) for index in range(settings.levels)]
        self._all = sum(cost * count for cost, count in zip(self._costs, settings.iterations, strict=True))
        self._before = self._spent(level, done)
        self._began = time.monotonic()

    def _spent(self, level: int, done: int) -> float:
        whole = zip(self._costs[:level], self._settings.iterations[:level], strict=True)
        return sum(cost * count for cost, count in whole) + self._costs[level] * done

    def step(self, level: int, done: int, loss: float) -> Step:
        spent = self._spent(level, done)
        took = time.monotonic() - self._began
        left = took * (self._all - spent) / max(spent - self._before, 1e-9)
        return Step(spent / self._all, loss, left, self._settings.size_px >> (self._settings.levels - 1 - level))


class _Kept:
    """The unfinished picture on the disk, under a mark of what it is made from."""

    def __init__(
        self, place: Path | None, content: Tensor, style: Tensor, settings: GatysSettings, network: str
    ) -> None:
        self._place = place
        facts = canonical_json({**asdict(settings), "iterations": list(settings.iterations), "network": network})
        pixels = b"".join(picture.detach().cpu().contiguous().numpy().tobytes() for picture in (content, style))
        self._mark = sha256_hex(facts + sha256_hex(pixels).encode()) if place else ""

    def load(self, device: torch.device) -> tuple[int, int, Tensor | None]:
        """Level, iterations done in it and the picture; from the beginning where nothing fitting is kept."""
        from safetensors import SafetensorError, safe_open

        if self._place is None or not self._place.is_file():
            return 0, 0, None
        try:
            with safe_open(self._place, framework="pt") as stored:
                facts = stored.metadata() or {}
                if facts.get("made_from") != self._mark:
                    return 0, 0, None
                return int(facts["level"]), int(facts["done"]), stored.get_tensor("picture").to(device)
        except (OSError, SafetensorError, KeyError, ValueError):
            return 0, 0, None

    def save(self, level: int, done: int, picture: Tensor) -> None:
        from safetensors.torch import save_file

        if self._place is None:
            return
        facts = {"made_from": self._mark, "level": str(level), "done": str(done)}
        work = self._place.with_name(f".{self._place.name}.part")
        save_file({"picture": picture.contiguous().cpu()}, work, metadata=facts)
        work.replace(self._place)

    def remove(self) -> None:
        if self._place is not None:
            self._place.unlink(missing_ok=True)


def _check(picture: Tensor) -> None:
    if picture.ndim != 4 or picture.shape[:2] != (1, 3) or min(picture.shape[2:]) < 1:
        raise MediaError(f"a picture of shape {tuple(picture.shape)} cannot be restyled: it must be [1, 3, H, W]")
    height, width = picture.shape[2:]
    if max(height, width) > 8 * min(height, width):
        raise MediaError(f"a picture of {width} x {height} px is more than 8 times as long as wide: crop it first")
