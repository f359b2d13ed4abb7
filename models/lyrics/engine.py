"""What the lyricist asks of a language model, and the loader that finds an engine for a folder.

Vocabulary: `B` rows (candidates of one request), `T` new positions, `V` entries of the vocabulary in use, `P`
tokens of the prefix. A request's own candidates are its batch, and a request's result hangs on its arguments alone:
not on what was asked before, nor on the number of threads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from schemas.errors import CheckpointError

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor

EngineName = Literal["auto", "int8", "float32", "transformers"]


@dataclass(frozen=True)
class Candidate:
    """A sampled continuation: its tokens without the stop, its text, and the mean log-probability of its tokens."""

    tokens: tuple[int, ...]
    text: str
    mean_logprob: float


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The tokens a request may use: ids into the tokenizer, in a fixed order. `V` below is their number."""

    ids: Tensor

    def __len__(self) -> int:
        return len(self.ids)


class Guide(Protocol):
    """Steers a sampling run from outside, a step at a time."""

    def bias(self, rows: Sequence[Sequence[int]], log_probs: Tensor) -> Tensor:
        """What to add to the log-probabilities before sampling; a row that is -inf everywhere ends there.

        Shapes: rows: B sequences of vocabulary places so far; log_probs: [B, V]; returns [B, V].
        """
        ...


class LanguageModel(Protocol):
    """A causal language model as the lyricist uses it."""

    @property
    def tokenizer(self) -> Tokenizer:
        """Text to token ids and back."""
        ...

    @property
    def tokens_sampled(self) -> int:
        """Tokens sampled since the model was loaded."""
        ...

    @property
    def tokens_scored(self) -> int:
        """Tokens of continuations scored since the model was loaded."""
        ...

    def embeddings(self, tokens: Sequence[int]) -> Tensor:
        """The input embeddings of some tokens, float32 [T, width]."""
        ...

    def sample(
        self,
        prefix: Sequence[int],
        *,
        n: int,
        max_new: int,
        seed: int,
        temperature: float = 1.0,
        top_p: float = 1.0,
        stops: Sequence[int] = (),
        vocabulary: Vocabulary | None = None,
        guide: Guide | None = None,
    ) -> list[Candidate]:
        """`n` continuations of the prefix, each ended by a stop token, its guide or after `max_new` tokens.

        The prefix (1 or more tokens) is processed once and shared by all rows. Log-probabilities are the model's
        own over the vocabulary, before temperature and guide.
        """
        ...

    def score(
        self, prefix: Sequence[int], continuations: Sequence[Sequence[int]], *, vocabulary: Vocabulary | None = None
    ) -> list[float]:
        """The mean log-probability of each continuation's tokens after the prefix; -inf outside the vocabulary."""
        ...


@contextmanager
def one_thread(on_cpu: bool) -> Iterator[None]:
    """Runs torch's CPU kernels on one thread: sums split over threads differ in their last bits."""
    import torch

    before = torch.get_num_threads()
    if on_cpu and before != 1:
        torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            yield
    finally:
        if on_cpu and before != 1:
            torch.set_num_threads(before)


def load_language_model(folder: Path | str, *, device: str = "auto", engine: EngineName = "auto") -> LanguageModel:
    """The causal language model in a folder in Hugging Face form (config.json, tokenizer.json, safetensors).

    `device` is `auto` (the GPU where there is one), `cpu` or a torch device. `engine` is `int8` (Llama-shaped
    models on a CPU: our own loop with 8-bit linear layers), `float32` (the same loop, exact), `transformers` (any
    architecture) or `auto`: int8 for Llama on a CPU, float32 for Llama on a GPU, transformers for all else.

    Raises:
        CheckpointError: a file is missing, the weights are a pickle, or the engine cannot run the architecture or
        device.
    """
    folder = Path(folder)
    config = _read_config(folder)
    place = _pick_device(device)
    is_llama = config.get("model_type") == "llama" and not config.get("rope_scaling")
    if engine == "auto":
        engine = ("int8" if place == "cpu" else "float32") if is_llama else "transformers"
    if engine == "transformers":
        from models.lyrics.causal import TransformersModel

        return TransformersModel.load(folder, device=place)
    if not is_llama:
        raise CheckpointError(
            f"{folder.name}: engine {engine!r} runs Llama only, not {config.get('model_type')!r}: use 'auto'"
        )
    if engine == "int8" and place != "cpu":
        raise CheckpointError(f"engine 'int8' runs on the CPU only, not on {place!r}: use 'auto'")
    from models.lyrics.llama import LlamaModel

    return LlamaModel.load(folder, device=place, int8=engine == "int8")


def _read_config(folder: Path) -> dict[str, Any]:
    if not (folder / "config.json").is_file():
        raise CheckpointError(f"{folder} holds no config.json: name a folder in Hugging Face form")
    if not any(folder.glob("*.safetensors")):
        pickles = sorted(path.name for path in (*folder.glob("*.bin"), *folder.glob("*.pt")))
        raise CheckpointError(
            f"{folder.name} holds {pickles[0] if pickles else 'no weights'}, not safetensors: "
            "a pickle can run code; save the model again with safe_serialization=True"
        )
    if not (folder / "tokenizer.json").is_file():
        raise CheckpointError(f"{folder.name} holds no tokenizer.json: save the fast tokenizer into the folder")
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise CheckpointError(f"{folder.name}/config.json is not JSON: {error}") from error
    if not isinstance(config, dict):
        raise CheckpointError(f"{folder.name}/config.json is not an object")
    return config


def _pick_device(device: str) -> str:
    if device != "auto":
        return device
    import torch

    return "cuda:0" if torch.cuda.is_available() else "cpu"
