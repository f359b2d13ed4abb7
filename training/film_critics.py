"""The critics of a film painter: of pictures with their labels, and of three frames with their flow.

Those of vid2vid (`models.film.vid2vid.discriminators`). Where we differ: the critic of pictures sees the drawing
beside the labels, as the painter does, and the style is known to it from nothing but the drawing's company.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.film.vid2vid.discriminators import CriticConfig, ImageCritic, Judgement, VideoCritic, runs_of
from models.film.vid2vid.losses import critic_loss, feature_matching, least_squares
from schemas.scene import LABELS

if TYPE_CHECKING:
    from training.film_clips import Clip
    from training.film_settings import FilmTraining

_FRAMES = 3
_FEATURES_SHARE = 0.25


class FilmCritics(nn.Module):
    """Both critics with their optimiser."""

    def __init__(self, config: FilmTraining) -> None:
        super().__init__()
        labels = len(LABELS) + 3
        sizes = CriticConfig(labels=labels, frames=_FRAMES, width=config.critic_width)
        self.pictures = ImageCritic(sizes)
        self.films = VideoCritic(sizes)
        self.to(config.device)
        self.optimizer = torch.optim.Adam(self.parameters(), lr=config.learning_rate / 4, betas=(0.5, 0.99))

    def judge(self, clip: Clip, painted: list[Tensor]) -> Tensor:
        """What the painter is to lessen: how far its frames are from being taken for the teacher's."""
        self.requires_grad_(False)
        total = painted[0].new_zeros(())
        for ours, theirs in self._judged(clip, torch.stack(painted, 1)):
            total = total + least_squares(ours, real=True) + _FEATURES_SHARE * feature_matching(ours, theirs)
        self.requires_grad_(True)
        return total

    def learn(self, clip: Clip, painted: list[Tensor]) -> Tensor:
        """One step of both critics; answers their loss."""
        judged = self._judged(clip, torch.stack(painted, 1))
        loss = torch.stack([critic_loss(theirs, ours) for ours, theirs in judged]).sum()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        return loss.detach()

    def _judged(self, clip: Clip, painted: Tensor) -> list[tuple[Judgement, Judgement]]:
        """What each critic says of the painter's frames and of those wanted. Shapes: painted [N, T, 3, H, W]."""
        marks = F.one_hot(clip.labels, len(LABELS)).permute(0, 1, 4, 2, 3).float()
        seen = torch.cat((marks, clip.drawing * 2 - 1), 2).flatten(0, 1)
        films, pictures = [], []
        for frames in (painted * 2 - 1, clip.wanted * 2 - 1):
            pictures.append(self.pictures(seen, frames.flatten(0, 1)))
            runs = runs_of(frames, clip.flow[:, 1:], _FRAMES, 1)
            if runs is not None:
                films.append(self.films(*runs))
        return [(one[0], one[1]) for one in (pictures, films) if one]
