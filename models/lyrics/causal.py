"""Any causal language model in Hugging Face form, GPT-2 first of all, through transformers.

Safetensors only, no code of the checkpoint's own. The prefix is processed once and its cache copied to the rows. All in
float32: this engine is for generality, `models.lyrics.llama` for speed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from models.lyrics import sampling
from models.lyrics.engine import Candidate, Guide, Vocabulary, one_thread
from schemas.errors import CheckpointError


class TransformersModel:
    """A transformers model that samples and scores; see `models.lyrics.engine.LanguageModel`."""

    def __init__(self, model: Any, tokenizer: Tokenizer, *, device: str) -> None:  # noqa: ANN401 - untyped
        self.tokenizer = tokenizer
        self.tokens_sampled = self.tokens_scored = 0
        self._model, self._device = model, device
        self._limit = int(getattr(model.config, "max_position_embeddings", 1024))
        self._everything = Vocabulary(torch.arange(int(model.config.vocab_size)))

    @classmethod
    def load(cls, folder: Path, *, device: str = "cpu") -> TransformersModel:
        """The model in a folder; nothing is fetched and no code of the folder's runs.

        Raises:
            CheckpointError: transformers does not know the architecture, or the tensors do not fit it.
        """
        from transformers import AutoModelForCausalLM

        try:
            model = AutoModelForCausalLM.from_pretrained(
                str(folder),
                use_safetensors=True,
                trust_remote_code=False,
                local_files_only=True,
                dtype=torch.float32,
                attn_implementation="sdpa",
            )
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise CheckpointError(
                f"{folder.name} is not a causal language model that transformers reads: {error}"
            ) from error
        model.eval().to(device)
        return cls(model, Tokenizer.from_file(str(folder / "tokenizer.json")), device=device)

    def embeddings(self, tokens: Sequence[int]) -> Tensor:
        """The input embeddings of some tokens, float32 [T, width]."""
        table: Tensor = self._model.get_input_embeddings().weight
        return table.detach()[torch.tensor(list(tokens), dtype=torch.long, device=table.device)].float()

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
        """`n` continuations of the prefix; see `LanguageModel.sample`."""
        self._check(prefix, max_new)
        used = vocabulary or self._everything
        with one_thread(self._device == "cpu"):
            ids = used.ids.to(self._device)
            logits, cache = self._prefix(prefix)
            first = logits[:, -1, ids].log_softmax(-1)
            cache.batch_repeat_interleave(n)
            held = n

            def advance(rows: Tensor, tokens: Tensor) -> Tensor:
                nonlocal held
                if len(rows) < held:
                    cache.batch_select_indices(rows)
                    held = len(rows)
                out = self._model(tokens.unsqueeze(-1), past_key_values=cache, use_cache=True)
                log_probs: Tensor = out.logits[:, -1, ids].log_softmax(-1)
                return log_probs

            rows, sampled = sampling.run(
                first, advance, n=n, max_new=max_new, seed=seed, temperature=temperature, top_p=top_p,
                stops=stops, vocabulary=used, guide=guide,
            )  # fmt: skip
        self.tokens_sampled += sampled
        return sampling.candidates(rows, used, self.tokenizer.decode)

    def score(
        self, prefix: Sequence[int], continuations: Sequence[Sequence[int]], *, vocabulary: Vocabulary | None = None
    ) -> list[float]:
        """The mean log-probability of each continuation; see `LanguageModel.score`."""
        longest = max((len(continuation) for continuation in continuations), default=0)
        if not continuations or not longest:
            return [0.0] * len(continuations)
        self._check(prefix, longest)
        used = vocabulary or self._everything
        tokens = sampling.padded(continuations, longest).to(self._device)
        with one_thread(self._device == "cpu"):
            logits, cache = self._prefix(prefix)
            logits = logits[:, -1:].expand(len(tokens), -1, -1)
            if longest > 1:
                cache.batch_repeat_interleave(len(tokens))
                more = self._model(tokens[:, :-1], past_key_values=cache, use_cache=True).logits
                logits = torch.cat([logits, more], dim=1)
            means = sampling.means(
                logits[..., used.ids.to(self._device)], tokens, [len(c) for c in continuations], used
            )
        self.tokens_scored += sum(len(continuation) for continuation in continuations)
        return means

    def _prefix(self, prefix: Sequence[int]) -> tuple[Tensor, Any]:
        out = self._model(torch.tensor([list(prefix)], device=self._device), use_cache=True, logits_to_keep=1)
        return out.logits, out.past_key_values

    def _check(self, prefix: Sequence[int], max_new: int) -> None:
        if not prefix or len(prefix) + max_new > self._limit:
            raise CheckpointError(
                f"a prefix of {len(prefix)} tokens and {max_new} new ones: the model takes 1 to {self._limit}"
            )
