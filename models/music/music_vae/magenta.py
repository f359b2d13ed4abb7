"""Magenta's published MusicVAEs in our network, read without TensorFlow.

TensorFlow keeps an LSTM as one kernel [inputs + units, 4 units] and one bias, gates in the order i, j, f, o, and adds 1
to the forget gate when it runs; torch keeps two transposed kernels, gates i, f, g (j), o. A first state is made as
c, h of each layer in turn; so is ours.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from models.checkpoints.tf_bundle import TensorBundle, open_bundle
from models.music.music_vae.config import MusicVAEConfig
from models.music.music_vae.magenta_names import check_shapes, config_of, named_config, pairs
from models.music.music_vae.network import MusicVAE
from schemas.errors import CheckpointError


def load_magenta(path: Path, config_name: str = "") -> MusicVAE:
    """The network of a checkpoint of Magenta's: a `.tar`, or TensorFlow's own files.

    Args:
        path: the archive, or the checkpoint beside its files, without an ending.
        config_name: Magenta's name of the config, e.g. 'cat-mel_2bar_small'; empty: found from the shapes.

    Raises:
        CheckpointError: the file is damaged, or no MusicVAE of that config; the message names the first tensor that
            differs and the config that would fit.
    """
    bundle = open_bundle(path)
    shapes = {name: tensor.shape for name, tensor in bundle.tensors.items()}
    if config_name:
        config = named_config(config_name)
        check_shapes(bundle.name, shapes, config, config_name)
    else:
        config = config_of(bundle.name, shapes)
    return _filled(bundle, config)


def _filled(bundle: TensorBundle, config: MusicVAEConfig) -> MusicVAE:
    state: dict[str, torch.Tensor] = {}
    for ours, name, shape in pairs(config):
        kernel, bias = (bundle.read(f"{name}/{part}").astype(np.float32) for part in ("kernel", "bias"))
        if not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
            raise CheckpointError(f"{bundle.name} holds numbers that are not finite, in {name}: get it again")
        if "*" not in ours:
            state |= {f"{ours}.weight": _tensor(kernel.T), f"{ours}.bias": _tensor(bias)}
            continue
        units = shape[1] // 4
        order = np.arange(4 * units).reshape(4, units)[[0, 2, 1, 3]].ravel()
        bias[2 * units : 3 * units] += 1.0
        inputs = shape[0] - units
        parts = {"weight_ih": kernel[:inputs].T, "weight_hh": kernel[inputs:].T, "bias_ih": bias}
        state |= {ours.replace("*", part): _tensor(rows[order]) for part, rows in parts.items()}
        state[ours.replace("*", "bias_hh")] = torch.zeros(4 * units)
    with torch.device("meta"):
        model = MusicVAE(config)
    model.load_state_dict(state, assign=True)
    return model.eval()


def _tensor(numbers: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(numbers))
