"""StyleGAN2's formulas written out plainly, under the names that two foreign programs give to weights.

Written from arXiv:1912.04958 (equations 1 and 3, figure 7): every sample has weights of its own, zeros are really
inserted, filters are whole squares. Slow, and nothing here is shared with the code under test.
"""

from __future__ import annotations

import math

import torch
from torch.nn import functional


def square(taps):
    row = torch.tensor(taps, dtype=torch.float32)
    return torch.outer(row, row) / row.sum() ** 2


def spread(x):
    """A zero after every value, in both directions."""
    n, c, h, w = x.shape
    out = x.new_zeros(n, c, 2 * h, 2 * w)
    out[:, :, ::2, ::2] = x
    return out


def filtered(x, kernel, before, after):
    x = functional.pad(x, (before, after, before, after))
    planes = x.reshape(-1, 1, *x.shape[2:])
    return functional.conv2d(planes, kernel.flip(0, 1)[None, None]).reshape(
        *x.shape[:2], *[s - len(kernel) + 1 for s in x.shape[2:]]
    )


def enlarged(x, kernel):
    size = len(kernel)
    return filtered(spread(x), kernel * 4, (size + 1) // 2, (size - 2) // 2)


def convolved(x, style, weight, kernel, *, up, demodulate, eps=1e-8):
    """Equations 1 and 3: every sample with weights of its own."""
    rows = []
    for one, scales in zip(x, style, strict=True):
        own = weight * scales[None, :, None, None]
        if demodulate:
            own = own / torch.sqrt(own.square().sum((1, 2, 3), keepdim=True) + eps)
        one = one[None]
        if up:
            size = len(kernel)
            wide = functional.conv2d(functional.pad(spread(one), (2, 1, 2, 1)), own.flip(2, 3))
            one = filtered(wide, kernel * 4, (size + 1) // 2 - 1, (size - 2) // 2)
        else:
            one = functional.conv2d(one, own, padding=weight.shape[-1] // 2)
        rows.append(one)
    return torch.cat(rows)


def leaky(x):
    return functional.leaky_relu(x, 0.2) * math.sqrt(2)


def unit(x):
    return x / torch.sqrt(x.square().mean(1, keepdim=True) + 1e-8)


def linear(x, weight, bias, rate=1.0):
    return x @ (weight * rate / math.sqrt(weight.shape[1])).T + bias * rate


class Rosinality:
    """A random generator as rosinality's program names it, and its answer."""

    def __init__(self, channels, *, width=12, z_width=None, layers=3, image_channels=3, taps=(1, 3, 3, 1), seed=0):
        torch.manual_seed(seed)
        self.kernel, self.layers, self.stages = square(taps), layers, len(channels)
        self.state = state = {}
        inputs = z_width or width
        for layer in range(1, layers + 1):
            state[f"style.{layer}.weight"] = torch.randn(width, inputs) * 100
            state[f"style.{layer}.bias"] = torch.randn(width) * 10
            inputs = width
        state["input.input"] = torch.randn(1, channels[0], 4, 4)
        self._conv("conv1", channels[0], channels[0], width, up=False)
        self._rgb("to_rgb1", channels[0], width, image_channels)
        for stage, (before, after) in enumerate(zip(channels, channels[1:], strict=False)):
            self._conv(f"convs.{2 * stage}", before, after, width, up=True)
            self._conv(f"convs.{2 * stage + 1}", after, after, width, up=False)
            self._rgb(f"to_rgbs.{stage}", after, width, image_channels)
            state[f"to_rgbs.{stage}.upsample.kernel"] = self.kernel * 4
        edges = [4] + [8 << stage for stage in range(len(channels) - 1) for _ in range(2)]
        for index, edge in enumerate(edges):
            state[f"noises.noise_{index}"] = torch.randn(1, 1, edge, edge)
        self.latent_avg = torch.randn(1, width)

    def _modulation(self, name, inputs, width):
        self.state[f"{name}.conv.modulation.weight"] = torch.randn(inputs, width)
        self.state[f"{name}.conv.modulation.bias"] = torch.randn(inputs)

    def _conv(self, name, inputs, outputs, width, *, up):
        self.state[f"{name}.conv.weight"] = torch.randn(1, outputs, inputs, 3, 3)
        if up:
            self.state[f"{name}.conv.blur.kernel"] = self.kernel * 4
        self._modulation(name, inputs, width)
        self.state[f"{name}.noise.weight"] = torch.randn(1)
        self.state[f"{name}.activate.bias"] = torch.randn(outputs)

    def _rgb(self, name, inputs, width, image_channels):
        self.state[f"{name}.conv.weight"] = torch.randn(1, image_channels, inputs, 1, 1)
        self.state[f"{name}.bias"] = torch.randn(1, image_channels, 1, 1)
        self._modulation(name, inputs, width)

    def paint(self, z, psi=1.0, rate=0.01):
        w = unit(z)
        for layer in range(1, self.layers + 1):
            w = leaky(linear(w, self.state[f"style.{layer}.weight"], self.state[f"style.{layer}.bias"], rate))
        w = self.latent_avg + psi * (w - self.latent_avg)
        x = self._layer(self.state["input.input"].repeat(len(z), 1, 1, 1), w, "conv1", 0, up=False)
        picture = self._painted(x, w, "to_rgb1")
        for stage in range(self.stages - 1):
            x = self._layer(x, w, f"convs.{2 * stage}", 2 * stage + 1, up=True)
            x = self._layer(x, w, f"convs.{2 * stage + 1}", 2 * stage + 2, up=False)
            picture = enlarged(picture, self.kernel) + self._painted(x, w, f"to_rgbs.{stage}")
        return picture

    def _styled(self, x, w, name, *, up, demodulate):
        state, weight = self.state, self.state[f"{name}.conv.weight"][0]
        style = linear(w, state[f"{name}.conv.modulation.weight"], state[f"{name}.conv.modulation.bias"])
        weight = weight / math.sqrt(weight[0].numel())
        return convolved(x, style, weight, self.kernel, up=up, demodulate=demodulate)

    def _layer(self, x, w, name, index, *, up):
        x = self._styled(x, w, name, up=up, demodulate=True)
        x = x + self.state[f"{name}.noise.weight"] * self.state[f"noises.noise_{index}"]
        return leaky(x + self.state[f"{name}.activate.bias"][None, :, None, None])

    def _painted(self, x, w, name):
        return self._styled(x, w, name, up=False, demodulate=False) + self.state[f"{name}.bias"]


class NVlabs:
    """A random generator as stylegan2-ada-pytorch names it, and its answer."""

    def __init__(
        self,
        channels,
        *,
        z_width=10,
        width=12,
        hidden=None,
        labels=0,
        embedded=None,
        layers=3,
        image_channels=3,
        architecture="skip",
        taps=(1, 3, 3, 1),
        noise=True,
        clamp=None,
        rate=0.01,
        seed=0,
    ):
        torch.manual_seed(seed)
        self.channels, self.architecture, self.noise, self.clamp = channels, architecture, noise, clamp
        self.layers, self.labels, self.rate, self.kernel = layers, labels, rate, square(taps)
        self.state = state = {"mapping.w_avg": torch.randn(width)}
        inputs = z_width
        if labels:
            self._linear("mapping.embed", labels, embedded or width)
            inputs += embedded or width
        for layer in range(layers):
            outputs = width if layer == layers - 1 else hidden or width
            self._linear(f"mapping.fc{layer}", inputs, outputs, scale=1 / rate)
            inputs = outputs
        state["synthesis.b4.const"] = torch.randn(channels[0], 4, 4)
        for stage, outputs in enumerate(channels):
            edge, block, last = 4 << stage, f"synthesis.b{4 << stage}", stage == len(channels) - 1
            state[f"{block}.resample_filter"] = self.kernel
            if stage:
                self._conv(f"{block}.conv0", channels[stage - 1], outputs, width, edge)
            self._conv(f"{block}.conv1", outputs, outputs, width, edge)
            if last or architecture == "skip":
                state[f"{block}.torgb.weight"] = torch.randn(image_channels, outputs, 1, 1)
                state[f"{block}.torgb.bias"] = torch.randn(image_channels)
                self._linear(f"{block}.torgb.affine", width, outputs)
            if stage and architecture == "resnet":
                state[f"{block}.skip.weight"] = torch.randn(outputs, channels[stage - 1], 1, 1)
                state[f"{block}.skip.resample_filter"] = self.kernel
        mapping = {"num_layers": layers, "lr_multiplier": rate}
        synthesis = {"architecture": architecture, "conv_clamp": clamp}
        self.init_kwargs = {"z_dim": z_width, "mapping_kwargs": mapping, "synthesis_kwargs": synthesis}

    def _linear(self, name, inputs, outputs, scale=1.0):
        self.state[f"{name}.weight"] = torch.randn(outputs, inputs) * scale
        self.state[f"{name}.bias"] = torch.randn(outputs) * scale * 0.1

    def _conv(self, name, inputs, outputs, width, edge):
        self.state[f"{name}.weight"] = torch.randn(outputs, inputs, 3, 3)
        self.state[f"{name}.bias"] = torch.randn(outputs)
        self.state[f"{name}.resample_filter"] = self.kernel
        if self.noise:
            self.state[f"{name}.noise_strength"] = torch.randn(())
            self.state[f"{name}.noise_const"] = torch.randn(edge, edge)
        self._linear(f"{name}.affine", width, inputs)

    def paint(self, z, labels=None, psi=1.0):
        w = unit(z)
        if self.labels:
            embedded = linear(labels, self.state["mapping.embed.weight"], self.state["mapping.embed.bias"])
            w = torch.cat([w, unit(embedded)], 1)
        for layer in range(self.layers):
            weight, bias = self.state[f"mapping.fc{layer}.weight"], self.state[f"mapping.fc{layer}.bias"]
            w = leaky(linear(w, weight, bias, self.rate))
        w = self.state["mapping.w_avg"].lerp(w, psi)
        x, picture = self.state["synthesis.b4.const"].repeat(len(z), 1, 1, 1), None
        for stage in range(len(self.channels)):
            block, past = f"synthesis.b{4 << stage}", None
            gain = 1.0
            if stage and self.architecture == "resnet":
                gain, weight = math.sqrt(0.5), self.state[f"{block}.skip.weight"]
                past = functional.conv2d(x, weight / math.sqrt(weight.shape[1]))
                past = self._held(enlarged(past, self.kernel) * gain, gain)
            if stage:
                x = self._layer(x, w, f"{block}.conv0", up=True)
            x = self._layer(x, w, f"{block}.conv1", up=False, gain=gain)
            x = x if past is None else x + past
            picture = None if picture is None else enlarged(picture, self.kernel)
            if f"{block}.torgb.weight" in self.state:
                painted = self._painted(x, w, f"{block}.torgb")
                picture = painted if picture is None else picture + painted
        return picture

    def _held(self, x, gain=1.0):
        return x if self.clamp is None else x.clamp(-self.clamp * gain, self.clamp * gain)

    def _layer(self, x, w, name, *, up, gain=1.0):
        style = linear(w, self.state[f"{name}.affine.weight"], self.state[f"{name}.affine.bias"])
        x = convolved(x, style, self.state[f"{name}.weight"], self.kernel, up=up, demodulate=True)
        if self.noise:
            x = x + self.state[f"{name}.noise_const"] * self.state[f"{name}.noise_strength"]
        return self._held(leaky(x + self.state[f"{name}.bias"][None, :, None, None]) * gain, gain)

    def _painted(self, x, w, name):
        weight = self.state[f"{name}.weight"]
        style = linear(w, self.state[f"{name}.affine.weight"], self.state[f"{name}.affine.bias"])
        x = convolved(x, style / math.sqrt(weight.shape[1]), weight, self.kernel, up=False, demodulate=False)
        return self._held(x + self.state[f"{name}.bias"][None, :, None, None])
