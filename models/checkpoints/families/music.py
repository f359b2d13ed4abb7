"""MusicVAEs: Magenta's as TensorFlow keeps them, and our own."""

from __future__ import annotations

from models.checkpoints.families.finding import Finding, described
from models.checkpoints.outline import BUNDLE, SAFETENSORS, Outline
from models.music.music_vae.config import MusicVAEConfig
from models.music.music_vae.magenta_names import config_of, is_music_vae, known_as, variables
from schemas.errors import CheckpointError

_OPTIMIZER = ("*/Adam", "*/Adam_1", "beta1_power", "beta2_power", "global_step")
_USE = {"melody": "motifs of an album and ways between two tunes", "drums": "drum patterns"}
_FAMILY = {"melody": "motif", "drums": "drums"}


def magenta(outline: Outline) -> Finding | None:
    """A MusicVAE of Magenta's; one of a design that has no network here is said to be so."""
    shapes = {name: tensor.shape for name, tensor in outline.tensors("").items()}
    if outline.form != BUNDLE or not is_music_vae(shapes):
        return None
    try:
        config = config_of("it", shapes)
    except CheckpointError as error:
        return Finding("music-vae-magenta", "MusicVAE by Magenta, which cannot be used here", remark=str(error))
    known = known_as(shapes)
    return Finding(
        family="music-vae-magenta",
        title=f"MusicVAE by Magenta{f', {known}' if known else ''}",
        use=_USE[config.kind],
        command=f"hibari models add {_FAMILY[config.kind]}:NAME FILE",
        sizes=_sizes(config),
        wanted=frozenset(variables(config)),
        ignored=_OPTIMIZER,
        remark="" if known else f"its sizes are none of Magenta's own: it is taken to be of {config.bars} bars",
    )


def ours(outline: Outline) -> Finding | None:
    """A MusicVAE that Hibari wrote."""
    if outline.form != SAFETENSORS or outline.metadata.get("format") != "hibari-music-vae-1":
        return None
    try:
        config = MusicVAEConfig.of_text(outline.metadata.get("config", ""))
    except CheckpointError as error:
        return Finding("music-vae-hibari", "MusicVAE of Hibari", remark=str(error))
    return Finding(
        family="music-vae-hibari",
        title="MusicVAE of Hibari",
        use=_USE[config.kind],
        command=f"hibari models add {_FAMILY[config.kind]}:NAME FILE",
        sizes=_sizes(config),
    )


def _sizes(config: MusicVAEConfig) -> dict[str, str]:
    conductor = {"conductor": described(config.conductor)} if config.conductor else {}
    return {
        "kind": config.kind,
        "bars": str(config.bars),
        "z": str(config.z),
        "encoder": described(config.encoder),
        "decoder": described(config.decoder),
        **conductor,
    }
