"""Tiny random models in Hugging Face form with a small tokenizer, and plans for songs to write with them."""

from __future__ import annotations

import json
from pathlib import Path

from models.lyrics.lexicon import verse_words
from schemas.plan import Key, LinePlan, SectionPlan, SongPlan, VoiceRange


def save_tokenizer(folder: Path, vocab_size: int = 1500) -> int:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    words = verse_words()[:1200]
    tokenizer.train_from_iterator([" " + " ".join(words), *(word.capitalize() for word in words[:200]), "\n"], trainer)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    return int(tokenizer.get_vocab_size())


def save_llama(folder: Path, *, tied: bool = True) -> Path:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    size = save_tokenizer(folder)
    config = LlamaConfig(
        vocab_size=size, hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=6,
        num_key_value_heads=2, max_position_embeddings=768, tie_word_embeddings=tied, rope_theta=5000.0,
    )  # fmt: skip
    torch.manual_seed(5)
    LlamaForCausalLM(config).save_pretrained(folder, safe_serialization=True)
    return folder


def save_gpt2(folder: Path) -> Path:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    size = save_tokenizer(folder)
    torch.manual_seed(5)
    config = GPT2Config(vocab_size=size, n_embd=48, n_layer=2, n_head=4, n_positions=768)
    GPT2LMHeadModel(config).save_pretrained(folder, safe_serialization=True)
    return folder


def lines(syllables: tuple[int, ...], scheme: str) -> tuple[LinePlan, ...]:
    return tuple(
        LinePlan(
            syllables=count,
            stress=("01" * 8 if count % 2 == 0 else "10" * 8)[:count],
            rhyme=letter if scheme.count(letter) > 1 else "",
        )
        for count, letter in zip(syllables, scheme, strict=True)
    )


def song_plan(
    theme: str = "a lighthouse keeper and the storms",
    *,
    title: str = "",
    verse: tuple[int, ...] = (8, 6, 8, 6),
    verse_scheme: str = "ABCB",
    chorus: tuple[int, ...] = (7, 7, 7, 7),
    chorus_scheme: str = "ABCB",
) -> SongPlan:
    """Verse, chorus, verse, chorus; four lines each."""

    def section(name: str, words: str, tune: str, sung: tuple[LinePlan, ...]) -> SectionPlan:
        return SectionPlan(
            name=name, role="chorus" if tune == "chorus" else "verse", bars=2 * len(sung), energy=0.5,
            words=words, melody=tune, lines=sung,
        )  # fmt: skip

    of_verse, of_chorus = lines(verse, verse_scheme), lines(chorus, chorus_scheme)
    return SongPlan(
        song_id="song-1", theme=theme, title=title, genre="folk", mood="hopeful", key=Key(tonic="D", mode="major"),
        tempo_bpm=96, voice_range=VoiceRange(low=57, high=74),
        sections=(
            SectionPlan(name="intro", role="intro", bars=2, energy=0.2),
            section("verse 1", "verse 1", "verse", of_verse),
            section("chorus", "chorus", "chorus", of_chorus),
            section("verse 2", "verse 2", "verse", of_verse),
            section("last chorus", "chorus", "chorus", of_chorus),
        ),
    )  # fmt: skip


def config_of(folder: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((folder / "config.json").read_text())
    return loaded
