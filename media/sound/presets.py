"""How each genre is mixed: for every role its filters, compression, place, level and share of the room."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import get_args

from media.sound.filters import Band
from schemas.errors import MediaError
from schemas.plan import Genre


@dataclass(frozen=True)
class Chain:
    """What one stem goes through.

    `level_lu` is its loudness in its fullest section against the song's reference (0), in LU; `ratio`, `attack_ms` and
    `release_ms` its compression; `pan` -1 to 1, `width` 0 to 1; `room_db` and `echo_db` its sends, -99 for none.
    """

    level_lu: float
    bands: tuple[Band, ...] = ()
    ratio: float = 1.0
    attack_ms: float = 15.0
    release_ms: float = 140.0
    pan: float = 0.0
    width: float = 0.0
    room_db: float = -99.0
    echo_db: float = -99.0


@dataclass(frozen=True)
class Preset:
    """A genre's mix.

    `vocal_over_lu` is how far the voice lies above all else where it sings; `dip_db` how deep the accompaniment's
    presence (2.6 kHz) gives way to it; `room_s` the reverberation time; `echo_quarters` the step of the echoes.
    """

    chains: dict[str, Chain] = field(repr=False)
    vocal_over_lu: float = 1.8
    dip_db: float = -3.0
    room_s: float = 1.4
    pre_delay_s: float = 0.022
    echo_quarters: float = 0.75
    drum_punch_db: float = 4.0


def _high_pass(hz: float) -> Band:
    return Band("high_pass", hz)


_VOCAL = Chain(
    level_lu=0.0,
    bands=(
        _high_pass(90.0),
        Band("peak", 280.0, -1.5, 0.9),
        Band("peak", 4000.0, -2.5, 1.4),
    ),
    ratio=3.0,
    attack_ms=6.0,
    release_ms=110.0,
    room_db=-15.0,
    echo_db=-22.0,
)
_CHAINS: dict[str, Chain] = {
    "vocal": _VOCAL,
    "vocal-double": replace(
        _VOCAL,
        bands=(_high_pass(180.0), Band("peak", 300.0, -3.0, 0.9), Band("high_shelf", 7000.0, -2.0)),
        ratio=4.0,
        width=0.8,
        room_db=-13.0,
        echo_db=-99.0,
    ),
    "drums": Chain(
        level_lu=-1.5,
        bands=(_high_pass(32.0), Band("peak", 65.0, 3.0, 1.0), Band("peak", 380.0, -3.0, 0.9)),
        ratio=2.2,
        attack_ms=18.0,
        release_ms=90.0,
        width=0.35,
        room_db=-24.0,
    ),
    "bass": Chain(
        level_lu=-2.0,
        bands=(
            _high_pass(34.0),
            Band("peak", 240.0, -2.5, 0.9),
            Band("peak", 850.0, 3.0, 0.8),
            Band("low_pass", 6500.0),
        ),
        ratio=4.0,
        attack_ms=12.0,
        release_ms=160.0,
    ),
    "chords": Chain(
        level_lu=-5.0,
        bands=(_high_pass(110.0), Band("peak", 310.0, -2.5, 0.8), Band("high_shelf", 8000.0, 1.5)),
        ratio=1.8,
        pan=0.22,
        width=0.45,
        room_db=-19.0,
    ),
    "pad": Chain(
        level_lu=-11.0,
        bands=(_high_pass(180.0), Band("peak", 380.0, -3.0, 0.7), Band("high_shelf", 7000.0, -1.0)),
        width=0.75,
        room_db=-12.0,
    ),
    "counter": Chain(
        level_lu=-9.0,
        bands=(_high_pass(160.0), Band("peak", 2800.0, -1.5, 0.8)),
        ratio=2.0,
        pan=-0.38,
        width=0.2,
        room_db=-14.0,
        echo_db=-20.0,
    ),
    "lead": Chain(
        level_lu=-6.0,
        bands=(_high_pass(140.0), Band("peak", 3000.0, -1.0, 0.8)),
        ratio=2.0,
        pan=0.3,
        width=0.15,
        room_db=-14.0,
        echo_db=-17.0,
    ),
}


def _with(levels: dict[str, float], **changes: Chain) -> dict[str, Chain]:
    """The usual chains with a genre's levels in LU, and some chains of its own."""
    chains = {**_CHAINS, **changes}
    return {role: replace(chain, level_lu=levels.get(role, chain.level_lu)) for role, chain in chains.items()}


_PRESETS: dict[Genre, Preset] = {
    "piano-ballad": Preset(
        _with(
            {"chords": -1.5, "bass": -4.0, "drums": -5.0, "pad": -8.0},
            chords=replace(_CHAINS["chords"], pan=0.0, width=0.6, room_db=-16.0, ratio=1.4),
            vocal=replace(_VOCAL, room_db=-13.0, ratio=2.5),
        ),
        vocal_over_lu=2.0,
        room_s=2.1,
        pre_delay_s=0.03,
    ),
    "folk": Preset(
        _with({"chords": -3.0, "bass": -4.0, "drums": -4.0, "counter": -8.0}), vocal_over_lu=2.0, room_s=1.1
    ),
    "synth-pop": Preset(
        _with({"drums": 0.5, "bass": -1.5, "pad": -9.0}, vocal=replace(_VOCAL, ratio=4.0, echo_db=-19.0)),
        room_s=1.5,
        vocal_over_lu=1.5,
        drum_punch_db=5.0,
    ),
    "rock": Preset(
        _with({"drums": 0.5, "bass": -2.0, "chords": -3.0}, vocal=replace(_VOCAL, ratio=4.0, room_db=-18.0)),
        room_s=1.0,
        vocal_over_lu=1.5,
        drum_punch_db=5.0,
    ),
    "lo-fi": Preset(
        _with(
            {"drums": 0.0, "bass": -1.5, "chords": -3.0},
            chords=replace(_CHAINS["chords"], bands=(*_CHAINS["chords"].bands[:2], Band("low_pass", 5200.0))),
            drums=replace(_CHAINS["drums"], bands=(*_CHAINS["drums"].bands, Band("low_pass", 9000.0))),
        ),
        room_s=0.9,
        vocal_over_lu=1.5,
        echo_quarters=0.5,
    ),
    "bossa": Preset(
        _with(
            {"chords": -2.5, "bass": -3.0, "drums": -4.5, "counter": -8.0},
            chords=replace(_CHAINS["chords"], pan=-0.2, ratio=1.5),
        ),
        room_s=0.9,
        vocal_over_lu=2.0,
    ),
}


def find_preset(name: str) -> Preset:
    """The mix preset of a genre.

    Raises:
        MediaError: there is none of that name.
    """
    for genre in get_args(Genre):
        if genre == name:
            return _PRESETS[genre]
    raise MediaError(f"there is no mix preset {name!r}: choose one of {', '.join(get_args(Genre))}")
