"""Names and shapes of the variables of Magenta's MusicVAEs, and the config that they say. No numbers are read here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from models.music.music_vae.config import MAGENTA, MusicVAEConfig
from models.music.music_vae.vocabulary import DRUM_INPUTS, DRUM_TOKENS, MELODY_TOKENS
from schemas.errors import CheckpointError

Shapes = Mapping[str, tuple[int, ...]]
"""Shapes of variables by their names."""

_FIRST = "encoder/cell_0/bidirectional_rnn/fw/multi_rnn_cell/cell_0/lstm_cell/kernel"
_MU, _PROJECTION = "encoder/mu/kernel", "decoder/output_projection/kernel"
_FLAT_BARS, _HIERARCHICAL_BARS = 2, 16
_UNLIKE: tuple[tuple[str, str], ...] = (
    ("nade/w_enc", "a drum model whose output is a NADE (nade-drums_…)"),
    ("core_decoder_0/decoder/", "a trio model with three decoders (hierdec-trio_…)"),
    ("encoder/hierarchical_level_0/", "a model with a hierarchical encoder (hier-…)"),
    ("control_preprocessing/", "a model that needs controls"),
)


def is_music_vae(shapes: Shapes) -> bool:
    """Whether variables are those of a MusicVAE of Magenta's, of whatever config."""
    return _MU in shapes and any(name.endswith(_PROJECTION) for name in shapes)


def named_config(name: str) -> MusicVAEConfig:
    """The config that Magenta calls so.

    Raises:
        CheckpointError: there is no such config, or none that has a network here.
    """
    if name not in MAGENTA:
        raise CheckpointError(f"no config is called {name!r}: those that are read are {', '.join(MAGENTA)}")
    return MAGENTA[name]


def known_as(shapes: Shapes) -> str:
    """Magenta's name of the config whose every variable is there in its shape; '' where none fits."""
    return next((name for name, config in MAGENTA.items() if not _unfitting(shapes, config)), "")


def config_of(source: str, shapes: Shapes) -> MusicVAEConfig:
    """The config that variables have: a known one, or sizes of the same design, 2 bars where flat and 16 where not.

    Args:
        source: what the checkpoint is called, for the message.
        shapes: its variables.

    Raises:
        CheckpointError: it is no MusicVAE, or of a design that has no network here.
    """
    if not is_music_vae(shapes):
        raise CheckpointError(f"{source} holds no MusicVAE: {_MU} and {_PROJECTION} are not both among its variables")
    for part, what in _UNLIKE:
        if any(part in name for name in shapes):
            raise CheckpointError(f"{source} is {what}, which has no network here: bring one of {', '.join(MAGENTA)}")
    if name := known_as(shapes):
        return MAGENTA[name]
    config = _measured(source, shapes)
    check_shapes(source, shapes, config, "a network of its first sizes")
    return config


def check_shapes(source: str, shapes: Shapes, config: MusicVAEConfig, called: str) -> None:
    """Refuse variables that are not those of a config.

    Raises:
        CheckpointError: one is missing or has another shape; the message says which, and which config would fit.
    """
    wrong = _unfitting(shapes, config)
    if not wrong:
        return
    name, wanted = wrong[0]
    held = f"is {list(shapes[name])}" if name in shapes else "is missing"
    asked = f"{list(wanted)} is wanted" if wanted else "which it does not have"
    fitting = known_as(shapes)
    remedy = f"the config that fits is {fitting}" if fitting else f"none of {', '.join(MAGENTA)} fits"
    raise CheckpointError(f"{source} does not match {called}: {name} {held}, {asked}; {remedy}")


def variables(config: MusicVAEConfig) -> dict[str, tuple[int, ...]]:
    """Name and shape of every variable that Magenta's program makes of a config."""
    found: dict[str, tuple[int, ...]] = {}
    for _, name, shape in pairs(config):
        found |= {f"{name}/kernel": shape, f"{name}/bias": shape[-1:]}
    return found


def _unfitting(shapes: Shapes, config: MusicVAEConfig) -> list[tuple[str, tuple[int, ...]]]:
    """Variables that are missing or of another shape, with the shape wanted; then those that no such config has."""
    wanted = variables(config)
    beside = sorted(name for name in shapes if name.endswith(("/kernel", "/bias")) and name not in wanted)
    wrong = [(name, shape) for name, shape in wanted.items() if shapes.get(name) != shape]
    return [*wrong, *((name, ()) for name in beside)]


def pairs(config: MusicVAEConfig) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Our layer (a star for the kinds of weights of an LSTM), Magenta's, and the shape of its kernel."""
    width = config.inputs
    for index, units in enumerate(config.encoder):
        for way, ours in (("fw", ""), ("bw", "_reverse")):
            name = f"encoder/cell_{index}/bidirectional_rnn/{way}/multi_rnn_cell/cell_0/lstm_cell"
            yield f"encoder.layers.{index}.*_l0{ours}", name, (width + units, 4 * units)
        width = 2 * units
    for part in ("mu", "sigma"):
        yield f"encoder.{part}", f"encoder/{part}", (width, config.z)
    if config.conductor:
        level = "decoder/hierarchical_level_0"
        yield from _recurrence("conductor", f"{level}/initial_state", level, (1, config.z), config.conductor)
    core = "core_decoder/decoder" if config.conductor else "decoder"
    vector = config.conductor[-1] if config.conductor else config.z
    sizes = (config.outputs + vector, vector)
    first = f"{core}/z_to_initial_state"
    yield from _recurrence("decoder.recurrence", first, f"{core}/multi_rnn_cell", sizes, config.decoder)
    yield "decoder.project", f"{core}/output_projection", (config.decoder[-1], config.outputs)


def _recurrence(
    ours: str, first: str, cells: str, sizes: tuple[int, int], units: tuple[int, ...]
) -> Iterator[tuple[str, str, tuple[int, int]]]:
    width, vector = sizes
    yield f"{ours}.initial_state", first, (vector, 2 * sum(units))
    for index, size in enumerate(units):
        yield f"{ours}.cells.{index}.*", f"{cells}/cell_{index}/lstm_cell", (width + size, 4 * size)
        width = size


def _measured(source: str, shapes: Shapes) -> MusicVAEConfig:
    """The sizes that some of the variables say."""
    hierarchical = f"core_decoder/{_PROJECTION}" in shapes
    core = "core_decoder/decoder" if hierarchical else "decoder"
    outputs = _axis(shapes, f"{core}/output_projection/kernel", 1)
    encoder = _units(shapes, r"encoder/cell_(\d)/bidirectional_rnn/fw/multi_rnn_cell/cell_0/lstm_cell/bias")
    inputs = _axis(shapes, _FIRST, 0) - (encoder[0] if encoder else 0)
    kind = {(MELODY_TOKENS, MELODY_TOKENS): "melody", (DRUM_INPUTS, DRUM_TOKENS): "drums"}.get((inputs, outputs))
    if kind is None:
        raise CheckpointError(
            f"{source} reads {inputs} numbers a step and writes {outputs}: melodies have {MELODY_TOKENS} and "
            f"{MELODY_TOKENS}, drums {DRUM_INPUTS} and {DRUM_TOKENS}; models with chords, GrooVAE and the like have "
            "no network here"
        )
    return MusicVAEConfig(
        kind="melody" if kind == "melody" else "drums",
        bars=_HIERARCHICAL_BARS if hierarchical else _FLAT_BARS,
        z=_axis(shapes, _MU, 1),
        encoder=encoder,
        decoder=_units(shapes, rf"{core}/multi_rnn_cell/cell_(\d)/lstm_cell/bias"),
        conductor=_units(shapes, r"decoder/hierarchical_level_0/cell_(\d)/lstm_cell/bias"),
    )


def _axis(shapes: Shapes, name: str, axis: int) -> int:
    shape = shapes.get(name, ())
    return shape[axis] if axis < len(shape) else 0


def _units(shapes: Shapes, pattern: str) -> tuple[int, ...]:
    """The units of each layer whose bias has such a name, in order."""
    found = {int(match[1]): name for name in shapes if (match := re.fullmatch(pattern, name))}
    return tuple(_axis(shapes, found[index], 0) // 4 for index in sorted(found))
