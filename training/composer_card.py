"""The card of a composer that was trained: what it learned from, what was left out, how it does on songs held out."""

from __future__ import annotations

from pathlib import Path

from models.music.tokens import VOCABULARY
from training.composer import nats_per_token
from training.composer_controls import Told, bare, told
from training.composer_corpus import read_refused, read_songs
from training.composer_settings import ComposerTraining
from training.ngram import Trigram

_NAMED_REASONS = 40


def write_card(config: ComposerTraining) -> Path:
    """Writes `.md` beside the weights of a training, and returns it.

    Raises:
        CheckpointError: the weights cannot be read.
    """
    from models.music.transformer import load_music_transformer

    model = load_music_transformer(config.out)
    songs = read_songs(config.data, config.work, config.corpora)
    sizes = model.config
    lines = [
        f"# {config.out.stem}",
        "",
        f"A Music Transformer ({sum(p.numel() for p in model.parameters()):,} parameters: {sizes.layers} layers, width "
        f"{sizes.width}, {sizes.context} tokens) that composes melody and chords.",
        "",
        "| corpus | to learn | to choose the step | to test | nats a token, test | 3-gram of the corpus |",
        "|---|---|---|---|---|---|",
    ]
    for name in sorted({song.corpus for found in songs.values() for song in found}):
        counts = [len({song.title for song in songs[split] if song.corpus == name}) for split in songs]
        test = [song.tokens for song in songs["test"] if song.corpus == name]
        trigram = Trigram([bare(song.tokens) for song in songs["train"] if song.corpus == name], VOCABULARY)
        unsaid = [told(tokens, Told.nothing()) for tokens in test]
        ours = f"{nats_per_token(model, unsaid, sizes.context):.3f}" if test else "none"
        theirs = f"{trigram.nats_per_token([bare(tokens) for tokens in test]):.3f}" if test else "none"
        lines.append(f"| {name} | {counts[0]} | {counts[1]} | {counts[2]} | {ours} | {theirs} |")
    began = config.start.name if config.start else "chance"
    lines += [
        "",
        f"Trained by `training.composer` from {began}, seed {config.seed}, batch {config.batch}; no song that is "
        "tested was learned, nor any with its title or much of its melody. The licence of the weights is for you to "
        "settle with the owners of what they learned from.",
        *_left_out(config),
    ]
    file = config.out.with_suffix(".md")
    part = file.with_suffix(".part")
    part.write_text("\n".join(lines) + "\n")
    part.replace(file)
    return file


def _left_out(config: ComposerTraining) -> list[str]:
    refused = read_refused(config.work)
    if not refused:
        return []
    named = [f"- {item.name}: {item.reason}" for item in refused[:_NAMED_REASONS]]
    more = [f"- and {len(refused) - _NAMED_REASONS} more"] if len(refused) > _NAMED_REASONS else []
    return ["", f"## Left out: {len(refused)}", *named, *more]
