"""Language models by the names of their tensors."""

from __future__ import annotations

from models.checkpoints.families.finding import Finding, indices, rows_of
from models.checkpoints.outline import SAFETENSORS, Outline

_USE = "writing lyrics"
_TAKE_IN = "hibari models add lyrics:NAME FOLDER"


def gpt2(outline: Outline) -> Finding | None:
    """GPT-2 as transformers names it."""
    tensors = outline.tensors("")
    before = "transformer." if "transformer.wte.weight" in tensors else ""
    if f"{before}wte.weight" not in tensors or f"{before}h.0.attn.c_attn.weight" not in tensors:
        return None
    layers, width = len(indices(tensors, f"{before}h.")), rows_of(tensors, f"{before}wte.weight", 1)
    return _language("gpt2", "GPT-2", outline, layers, width, rows_of(tensors, f"{before}wte.weight"))


def llama(outline: Outline) -> Finding | None:
    """Llama and those built like it (Mistral, Qwen, SmolLM)."""
    tensors = outline.tensors("")
    if "model.embed_tokens.weight" not in tensors or "model.layers.0.self_attn.q_proj.weight" not in tensors:
        return None
    layers, width = len(indices(tensors, "model.layers.")), rows_of(tensors, "model.embed_tokens.weight", 1)
    return _language(
        "llama", "language model of Llama's kind", outline, layers, width, rows_of(tensors, "model.embed_tokens.weight")
    )


def _language(family: str, title: str, outline: Outline, layers: int, width: int, words: int) -> Finding:
    taken = outline.form == SAFETENSORS
    return Finding(
        family=family,
        title=title,
        use=_USE,
        command=_TAKE_IN if taken else "",
        sizes={"layers": str(layers), "width": str(width), "vocabulary": str(words)},
        remark="name the folder that holds it, with config.json and tokenizer.json"
        if taken
        else "language models are taken in as safetensors: get that file of it",
    )


def ours(outline: Outline) -> Finding | None:
    """The network that composes melodies, and the fast painter: files of Hibari's known by their metadata."""
    known = {
        "hibari-music-transformer-1": ("music-hibari", "music transformer by Hibari", "composing melodies and chords"),
        "hibari-arbitrary-style-1": (
            "style-hibari",
            "arbitrary style transfer, as Hibari keeps it",
            "painting in any look",
        ),
    }
    found = known.get(outline.metadata.get("format", ""))
    return Finding(*found, remark="Hibari uses it as it lies") if found else None
