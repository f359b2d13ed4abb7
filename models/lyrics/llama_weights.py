"""A Llama's sizes and weights, read out of a folder in Hugging Face form."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor

from models.lyrics.linear import FloatLinear, Int8Linear, Linear
from schemas.errors import CheckpointError


@dataclass(frozen=True)
class LlamaConfig:
    """The sizes of a Llama, named as in Hugging Face's config.json."""

    vocab_size: int
    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    rms_norm_eps: float = 1e-5
    rope_theta: float = 10_000.0
    max_position_embeddings: int = 2048
    tie_word_embeddings: bool = False

    @property
    def head_width(self) -> int:
        """Width D of a head."""
        return self.hidden_size // self.num_attention_heads

    @classmethod
    def read(cls, config: dict[str, Any]) -> LlamaConfig:
        """From the facts of a config.json.

        Raises:
            CheckpointError: a size is missing, or the config asks for what this loop does not do.
        """
        facts = dict(config)
        rope = facts.get("rope_parameters") or {}
        facts.setdefault("rope_theta", rope.get("rope_theta", 10_000.0))
        facts.setdefault("num_key_value_heads", facts.get("num_attention_heads"))
        scaled = rope.get("rope_type", "default") != "default"
        if scaled or facts.get("attention_bias") or facts.get("mlp_bias") or facts.get("hidden_act", "silu") != "silu":
            raise CheckpointError(
                "this Llama has biases, another activation or scaled positions: use engine 'transformers'"
            )
        try:
            return cls(**{field.name: facts[field.name] for field in fields(cls) if field.name in facts})
        except TypeError as error:
            raise CheckpointError(f"config.json lacks a size: {error}") from error


@dataclass(frozen=True)
class Layer:
    """The weights of one layer; query, key and value side by side, as gate and up are."""

    norm_1: Tensor
    qkv: Linear
    out: Linear
    norm_2: Tensor
    gate_up: Linear
    down: Linear


@dataclass(frozen=True)
class LlamaWeights:
    """All weights: embedding and head stay as the file has them, float16 or float32."""

    config: LlamaConfig
    embedding: Tensor
    layers: list[Layer]
    norm: Tensor
    head: Tensor


def read_llama(folder: Path, *, device: str, int8: bool) -> LlamaWeights:
    """The weights in a folder (config.json and safetensors), linear layers in 8 bits if asked.

    Raises:
        CheckpointError: a tensor is missing or of another shape than the config says.
    """
    config = LlamaConfig.read(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    linear: type[Int8Linear] | type[FloatLinear] = Int8Linear if int8 else FloatLinear
    read = _Reader(folder, device)
    table = (config.vocab_size, config.hidden_size)
    embedding = read.raw("model.embed_tokens.weight", table)
    return LlamaWeights(
        config=config,
        embedding=embedding,
        layers=[_read_layer(read, config, number, linear) for number in range(config.num_hidden_layers)],
        norm=read.floats("model.norm.weight", (config.hidden_size,)),
        head=embedding if config.tie_word_embeddings else read.raw("lm_head.weight", table),
    )


class _Reader:
    """Reads tensors by name out of the safetensors files of a folder, checking their shapes."""

    def __init__(self, folder: Path, device: str) -> None:
        self._device = device
        self._files: list[Any] = [safe_open(path, framework="pt") for path in sorted(folder.glob("*.safetensors"))]
        self._where = {name: file for file in self._files for name in file.keys()}  # noqa: SIM118 - not a dict

    def raw(self, name: str, shape: tuple[int, ...]) -> Tensor:
        if name not in self._where:
            raise CheckpointError(f"the checkpoint lacks {name}: it is not the Llama its config.json describes")
        tensor: Tensor = self._where[name].get_tensor(name)
        if tuple(tensor.shape) != shape:
            raise CheckpointError(f"{name} is {tuple(tensor.shape)}, its config.json says {shape}")
        return tensor.to(self._device)

    def floats(self, name: str, shape: tuple[int, ...]) -> Tensor:
        return self.raw(name, shape).float()


def _read_layer(read: _Reader, config: LlamaConfig, number: int, linear: type[Int8Linear] | type[FloatLinear]) -> Layer:
    root, width, wide = f"model.layers.{number}.", config.hidden_size, config.intermediate_size
    key_width = config.num_key_value_heads * config.head_width
    attention, mlp = root + "self_attn.", root + "mlp."
    qkv = [
        read.floats(attention + "q_proj.weight", (width, width)),
        read.floats(attention + "k_proj.weight", (key_width, width)),
        read.floats(attention + "v_proj.weight", (key_width, width)),
    ]
    gate_up = [read.floats(mlp + name, (wide, width)) for name in ("gate_proj.weight", "up_proj.weight")]
    return Layer(
        norm_1=read.floats(root + "input_layernorm.weight", (width,)),
        qkv=linear(torch.cat(qkv)),
        out=linear(read.floats(attention + "o_proj.weight", (width, width))),
        norm_2=read.floats(root + "post_attention_layernorm.weight", (width,)),
        gate_up=linear(torch.cat(gate_up)),
        down=linear(read.floats(mlp + "down_proj.weight", (width, wide))),
    )
