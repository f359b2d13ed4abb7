from __future__ import annotations

from types import SimpleNamespace

import pytest

from media.arrange.voicing import Register, _tones, _voicings
from schemas.music import CHORD_INTERVALS, ChordSpan
from schemas.plan import Key

REGISTERS = [
    Register(3, 40, 59, False),
    Register(4, 55, 79, True),
    Register(4, 52, 73, True),
    Register(4, 64, 86, False),
]


@pytest.mark.parametrize("quality", CHORD_INTERVALS)
@pytest.mark.parametrize("register", REGISTERS, ids=str)
def test_every_chord_has_a_voicing_even_with_fewer_voices_than_tones(register, quality):
    song = SimpleNamespace(key=Key(tonic="C", mode="major"))
    for root in range(12):
        harmony = SimpleNamespace(chord=ChordSpan(onset_ticks=0, duration_ticks=480, root=root, quality=quality))
        assert _voicings(_tones(song, harmony, colour=register.colour), harmony, register)
