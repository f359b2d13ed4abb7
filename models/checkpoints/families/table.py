"""The families in the order in which they are asked; the first that knows a file is believed."""

from __future__ import annotations

from collections.abc import Callable

from models.checkpoints.families import films, formats, music, pictures, stylegan, upscalers, words
from models.checkpoints.families.finding import Finding
from models.checkpoints.outline import Outline

Recogniser = Callable[[Outline], Finding | None]

FAMILIES: tuple[Recogniser, ...] = (
    stylegan.ours,
    words.ours,
    music.ours,
    music.magenta,
    stylegan.rosinality,
    stylegan.alias_free,
    stylegan.nvlabs,
    stylegan.tensorflow,
    upscalers.rrdb,
    upscalers.rrdb_of_2018,
    upscalers.compact,
    upscalers.discriminator,
    films.vid2vid,
    films.few_shot,
    words.gpt2,
    words.llama,
    pictures.singan,
    pictures.squeezenet,
    pictures.vgg,
    pictures.likeness,
    pictures.dcgan,
    formats.torchscript,
    formats.other_format,
    formats.whole_networks,
    formats.plain_weights,
)
