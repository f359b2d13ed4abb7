"""E, the network that makes the image generator's weights from a few reference pictures (arXiv:1910.12713, 3.2).

As in the paper: E_F makes features of every reference, E_A weighs their places by how well the references' labels
answer to what is to be painted, over the places of all references at once (so neither their order nor their number is
laid down), and E_P, a perceptron, turns the appearance that comes out into the weights of the modulations.

Where we differ: the attention is asked for each *label* instead of for each place of the frame. Its answers, one
appearance a label, hold for a whole film, so that weights are made once and not once a frame; and they become the
columns of the first generated convolution that belong to their labels, so that sky is painted like the references'
sky. A label that no reference shows takes after those whose keys are near its own. A reference comes with its flat
drawing where there is one: how the painter changed a drawing is seen from the pair, and the colours of the convolution
that is laid under the picture begin as the least-squares map from one to the other. All generated convolutions are 1x1.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.film.few_shot.config import LABELS, FewShotConfig

CONDITION = LABELS + 3
"""Channels of what is painted over: a map for each label, then the drawing's red, green and blue."""

_SLOPE = 0.2
_HELD = 0.1
"""How strongly a colour map is drawn towards the common one; chosen on painted albums."""
_SEEN = 7
"""Channels of a reference: its colours, those of its drawing, and whether there is one."""


@dataclass(frozen=True)
class Modulation:
    """The generated weights of one size: labels and drawing to hidden features, these to scales and shifts.

    Shapes: hidden [N, P, CONDITION], hidden_bias [N, P, 1], scale_shift [N, 2 C, P], scale_shift_bias [N, 2 C, 1].
    """

    hidden: Tensor
    hidden_bias: Tensor
    scale_shift: Tensor
    scale_shift_bias: Tensor


@dataclass(frozen=True)
class PainterWeights:
    """All generated weights: a modulation for each size, and what is laid under the picture.

    Shapes: ground [N, 3, CONDITION], ground_bias [N, 3, 1].
    """

    modulations: tuple[Modulation, ...]
    ground: Tensor
    ground_bias: Tensor


@dataclass(frozen=True)
class Places:
    """What is known of the places of references. Shapes: features [N, places, F], keys [N, places, D]."""

    features: Tensor
    keys: Tensor


class WeightGenerator(nn.Module):
    """E_F, E_A and E_P."""

    def __init__(self, config: FewShotConfig) -> None:
        super().__init__()
        self.config = config
        self.features = _FeatureExtractor(config)
        self.keys = _LabelKeys(config)
        self.colours = _ColourMap()
        width = config.reference_widths[-1] + _SEEN
        whole = width + self.colours.numbers
        self.whole = nn.Sequential(nn.Linear(whole, config.code), nn.LeakyReLU(_SLOPE), _linear(config.code))
        self.each = nn.Sequential(
            nn.Linear(whole + width + config.key, config.code), nn.LeakyReLU(_SLOPE), _linear(config.code)
        )
        for layer in (*self.features.modules(), *self.whole.modules(), *self.each.modules()):
            if isinstance(layer, nn.Conv2d | nn.Linear):
                # so strong that references tell from the beginning; with the usual values they fade layer by layer
                nn.init.kaiming_normal_(layer.weight, a=_SLOPE)
                layer.bias = nn.Parameter(torch.zeros(len(layer.weight)))
        self.makers = nn.ModuleList(_ModulationMaker(config, width) for width in config.widths)
        self.ground = _ColumnMaker(config, 3)
        # at first nothing but the colour map is laid under the picture
        nn.init.zeros_(self.ground.own_columns)
        nn.init.zeros_(self.ground.rest.bias)

    def places(self, reference: Tensor, labels: Tensor, drawing: Tensor, drawn: Tensor) -> Places:
        """What is seen of one reference.

        Shapes: reference [N, 3, H, W] of 0-1, labels [N, LABELS, H, W] of 0-1, drawing [N, 3, H, W] of 0-1,
        drawn [N, 1, 1, 1], 1 where there is a drawing and 0 where it is empty; H and W are multiples of 2 to the number
        of reference widths -> the places at the last of these sizes.
        """
        known = drawn.expand(-1, -1, *reference.shape[2:])
        features = self.features(torch.cat((reference, drawing * known, known), 1))
        keys = self.keys(F.adaptive_avg_pool2d(labels, features.shape[2:]))
        return Places(features.flatten(2).transpose(1, 2), keys.flatten(2).transpose(1, 2))

    def forward(self, places: Places) -> PainterWeights:
        """The weights for what is seen of all references.

        Shapes: places [N, places, …] -> weights of N painters.
        """
        count = len(places.features)
        queries = self.keys.of_labels()
        attention = (queries @ places.keys.transpose(1, 2) / self.config.key**0.5).softmax(-1)
        appearance = attention @ places.features
        colours = self.colours(places.features[..., -_SEEN:])
        known = torch.cat((places.features.mean(1), (colours - self.colours.common).flatten(1)), 1)
        whole = self.whole(known)
        seen = (appearance, known[:, None].expand(-1, LABELS, -1), queries.expand(count, -1, -1))
        each = self.each(torch.cat(seen, -1))
        modulations = tuple(maker(whole, each) for maker in self.makers)
        ground, bias = self.ground(whole, each)
        ground = ground + F.pad(colours[:, :, :3], (LABELS, 0))
        return PainterWeights(modulations, ground, bias + colours[:, :, 3:])


class _FeatureExtractor(nn.Module):
    """E_F. Nothing is normalised, and colours are handed on beside the features: they are what is looked for first."""

    def __init__(self, config: FewShotConfig) -> None:
        super().__init__()
        widths = (_SEEN, *config.reference_widths)
        layers: list[nn.Module] = []
        for entering, leaving in zip(widths, widths[1:], strict=False):
            layers += [nn.Conv2d(entering, leaving, 4, stride=2, padding=1), nn.LeakyReLU(_SLOPE)]
        last = widths[-1]
        self.layers = nn.Sequential(*layers, nn.Conv2d(last, last, 3, padding=1), nn.LeakyReLU(_SLOPE))

    def forward(self, seen: Tensor) -> Tensor:
        """Shapes: [N, 7, H, W] of 0-1 -> [N, F, h, w]."""
        features: Tensor = self.layers(seen * 2 - 1)
        colours = F.adaptive_avg_pool2d(seen, (features.shape[2], features.shape[3]))
        return torch.cat((features, colours * 2 - 1), 1)


class _ColourMap(nn.Module):
    """What turned the references' drawings into the references, by least squares: a 3x4 matrix.

    It is drawn towards one that holds for all, the more the fewer colours the references show; where no reference has a
    drawing it is that one.
    """

    numbers = 12

    def __init__(self) -> None:
        super().__init__()
        self.common = nn.Parameter(torch.eye(3, 4))

    def forward(self, colours: Tensor) -> Tensor:
        """Shapes: colours [N, places, 7] of -1..1, as E_F hands them on -> [N, 3, 4], for colours of 0-1."""
        given = (colours + 1) / 2
        painted, drawing, drawn = given[..., :3], given[..., 3:], given[..., 6:]
        left = painted * drawn - drawing @ self.common.T
        count = drawn.sum(1, keepdim=True).clamp_min(1)
        spread = drawing.transpose(1, 2) @ drawing / count + _HELD * torch.eye(4, device=colours.device)
        turned: Tensor = torch.linalg.solve(spread, drawing.transpose(1, 2) @ left / count)
        return self.common + turned.transpose(1, 2)


class _LabelKeys(nn.Module):
    """The label features of E_A, made in the same way of references and of what is asked for."""

    def __init__(self, config: FewShotConfig) -> None:
        super().__init__()
        around = nn.Conv2d(LABELS, 2 * config.key, 3, padding=1, padding_mode="replicate")
        there = nn.Conv2d(2 * config.key, config.key, 1)
        # labels are told apart from the beginning, so that the attention has something to sharpen
        nn.init.normal_(around.weight, std=1.0 / 3)
        nn.init.normal_(there.weight, std=(2.0 / config.key) ** 0.5)
        self.layers = nn.Sequential(around, nn.LeakyReLU(_SLOPE), there)

    def forward(self, labels: Tensor) -> Tensor:
        """Shapes: [N, LABELS, h, w] -> [N, D, h, w]."""
        keys: Tensor = self.layers(labels)
        return keys

    def of_labels(self) -> Tensor:
        """What a map of one label alone would have everywhere, for each label. Shapes: [1, LABELS, D]."""
        alone = torch.eye(LABELS, device=next(self.parameters()).device)
        keys: Tensor = self(alone[:, :, None, None])
        return keys[:, :, 0, 0][None]


class _ColumnMaker(nn.Module):
    """Weights of a 1x1 convolution of labels and drawing: a column from each label's code, the rest from the whole."""

    def __init__(self, config: FewShotConfig, outputs: int) -> None:
        super().__init__()
        self._outputs = outputs
        self.columns = nn.Linear(config.code, outputs)
        self.own_columns = nn.Parameter(torch.randn(LABELS, outputs) * 0.1)
        self.rest = nn.Linear(config.code, 4 * outputs)
        nn.init.normal_(self.columns.weight, std=0.3 / config.code**0.5)
        nn.init.normal_(self.rest.weight, std=0.3 / config.code**0.5)
        nn.init.normal_(self.rest.bias, std=0.5)

    def forward(self, whole: Tensor, each: Tensor) -> tuple[Tensor, Tensor]:
        """Shapes: whole [N, code], each [N, LABELS, code] -> [N, outputs, CONDITION], [N, outputs, 1]."""
        columns = (self.columns(each) + self.own_columns).transpose(1, 2)
        rest = self.rest(whole).view(-1, self._outputs, 4)
        return torch.cat((columns, rest[:, :, :3]), 2), rest[:, :, 3:]


class _ModulationMaker(nn.Module):
    """Makes the weights of one size's modulation."""

    def __init__(self, config: FewShotConfig, width: int) -> None:
        super().__init__()
        self._shape = (2 * width, config.hidden + 1)
        self.hidden = _ColumnMaker(config, config.hidden)
        self.scale_shift = nn.Linear(config.code, 2 * width * (config.hidden + 1))
        nn.init.normal_(self.scale_shift.weight, std=0.3 / (config.code * config.hidden) ** 0.5)
        nn.init.normal_(self.scale_shift.bias, std=0.5 / config.hidden**0.5)

    def forward(self, whole: Tensor, each: Tensor) -> Modulation:
        """Shapes: whole [N, code], each [N, LABELS, code]."""
        made = self.scale_shift(whole).view(-1, *self._shape)
        hidden, hidden_bias = self.hidden(whole, each)
        return Modulation(hidden, hidden_bias, made[:, :, :-1], made[:, :, -1:])


def _linear(width: int) -> nn.Module:
    return nn.Sequential(nn.Linear(width, width), nn.LeakyReLU(_SLOPE))
