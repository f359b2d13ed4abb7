"""Small made-up references and frames."""

import torch


def picture(seed: int = 0, height: int = 32, width: int = 48) -> torch.Tensor:
    """[1, 3, H, W] of 0-1."""
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def labels(seed: int = 0, height: int = 32, width: int = 48) -> torch.Tensor:
    """[1, H, W] of a few labels in stripes."""
    rows = torch.arange(height)[None, :, None].expand(1, height, width)
    return ((rows // 8 + seed) * 3 % 24).to(torch.uint8)


def flow(x: float = 0.0, y: float = 0.0, height: int = 32, width: int = 48) -> torch.Tensor:
    """[1, 2, H, W], the same everywhere."""
    return torch.tensor([x, y])[None, :, None, None].expand(1, 2, height, width)
