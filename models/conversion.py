"""Weights in other people's formats, turned once into safetensors: GGUF (Llama) and PyTorch's dictionaries of tensors.

Nothing stored in a file is ever executed. Only numpy is needed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.errors import CheckpointError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LAYER_NAMES = {
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_TOP_NAMES = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}
_CONTROL_TOKEN = 3


def convert_gguf_llama(source: Path, folder: Path) -> None:
    """A GGUF file of the Llama architecture, written to `folder` in Hugging Face form.

    The folder then holds model.safetensors (float16: exact enough for 4-bit sources, half the bytes), config.json,
    tokenizer.json and tokenizer_config.json. The same source gives the same bytes.

    Raises:
        CheckpointError: it is no GGUF file, or of another architecture or tokenizer.
    """
    import numpy as np
    from gguf import GGUFReader
    from safetensors.numpy import save_file

    try:
        reader = GGUFReader(source)
    except ValueError as error:
        raise CheckpointError(f"{source.name} is not a GGUF file: {error}") from error
    facts = {name: field.contents() for name, field in reader.fields.items()}
    if facts.get("general.architecture") != "llama" or facts.get("tokenizer.ggml.pre") != "smollm":
        raise CheckpointError(f"{source.name}: architecture {facts.get('general.architecture')!r} is not SmolLM's")
    config = _llama_config(facts)
    tensors = {name: array.astype(np.float16) for name, array in llama_tensors(reader, config).items()}
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    _write_json(folder / "config.json", config)
    _write_tokenizer(facts, folder)


def llama_tensors(reader: Any, config: dict[str, Any]) -> dict[str, NDArray[np.float32]]:  # noqa: ANN401 - a GGUFReader
    """The tensors of an open GGUF reader, float32, under Hugging Face's names and in its order of query and key
    rows.
    """
    from gguf import dequantize

    tensors: dict[str, NDArray[np.float32]] = {}
    for tensor in reader.tensors:
        stem, _, kind = tensor.name.rpartition(".")
        array: NDArray[np.float32] = dequantize(tensor.data, tensor.tensor_type)
        if stem.startswith("blk."):
            _, layer, part = stem.split(".")
            if part in ("attn_q", "attn_k"):
                heads = config["num_attention_heads" if part == "attn_q" else "num_key_value_heads"]
                array = _interleaved_to_halves(array, heads)
            stem = f"model.layers.{layer}.{_LAYER_NAMES[part]}"
        else:
            stem = _TOP_NAMES[stem]
        tensors[f"{stem}.{kind}"] = array
    return tensors


def _interleaved_to_halves(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Rows of a rotary projection from GGUF's pairs (0, 1), (2, 3) to Hugging Face's halves (0, d/2), (1, d/2 + 1)."""
    width = rows.shape[0] // heads
    return rows.reshape(heads, width // 2, 2, -1).swapaxes(1, 2).reshape(rows.shape)


def _llama_config(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": len(facts["tokenizer.ggml.tokens"]),
        "hidden_size": int(facts["llama.embedding_length"]),
        "intermediate_size": int(facts["llama.feed_forward_length"]),
        "num_hidden_layers": int(facts["llama.block_count"]),
        "num_attention_heads": int(facts["llama.attention.head_count"]),
        "num_key_value_heads": int(facts["llama.attention.head_count_kv"]),
        "max_position_embeddings": int(facts["llama.context_length"]),
        "rms_norm_eps": round(float(facts["llama.attention.layer_norm_rms_epsilon"]), 10),
        "rope_theta": float(facts["llama.rope.freq_base"]),
        "hidden_act": "silu",
        "tie_word_embeddings": True,
        "bos_token_id": int(facts["tokenizer.ggml.bos_token_id"]),
        "eos_token_id": int(facts["tokenizer.ggml.eos_token_id"]),
        "dtype": "float16",
    }


def _write_tokenizer(facts: dict[str, Any], folder: Path) -> None:
    """The byte-level BPE tokenizer that SmolLM2 was trained with: digits apart, no space put in front."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    tokens, kinds = facts["tokenizer.ggml.tokens"], facts["tokenizer.ggml.token_type"]
    merges = [tuple(merge.split(" ")) for merge in facts["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    control = [token for token, kind in zip(tokens, kinds, strict=True) if kind == _CONTROL_TOKEN]
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in control])
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": tokens[facts["tokenizer.ggml.bos_token_id"]],
            "eos_token": tokens[facts["tokenizer.ggml.eos_token_id"]],
            "chat_template": facts.get("tokenizer.chat_template", ""),
        },
    )


def _write_json(path: Path, facts: dict[str, Any]) -> None:
    path.write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def convert_torch_zip(source: Path, target: Path) -> None:
    """A dictionary of tensors that `torch.save` wrote, written to `target` as safetensors.

    Raises:
        CheckpointError: it is no such file, or its pickle names anything but what weights are made of.
    """
    from safetensors.numpy import save_file

    from models.checkpoints.reading import named_tensors, read_checkpoint

    tensors = named_tensors(read_checkpoint(source).at())
    save_file({name: stored.numpy() for name, stored in tensors.items()}, target, metadata={"format": "pt"})
