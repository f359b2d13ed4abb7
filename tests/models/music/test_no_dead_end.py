import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.music.compose import ComposeRequest, compose_lead_sheets
from models.music.constraints import PitchRules
from models.music.form import Register
from models.music.harmony import menu
from models.music.transformer import MusicTransformer, MusicTransformerConfig
from schemas.errors import StepError
from schemas.music import LeadSheet
from schemas.plan import TONICS, Key
from tests.models.music.any_plans import any_plan, faults, fixed_for


@pytest.fixture(scope="module")
def novice() -> MusicTransformer:
    torch.set_num_threads(1)
    torch.manual_seed(5)
    return MusicTransformer(MusicTransformerConfig(layers=1, width=16, heads=1, hidden=16, context=256)).eval()


@pytest.mark.parametrize("first", [0, 12])
def test_random_plans_with_random_things_given_are_composed_without_an_invalid_bar(
    novice: MusicTransformer, first: int
):
    requests = []
    for number in range(first, first + 12):
        rng = np.random.default_rng((99, number))
        plan, words = any_plan(rng)
        requests.append(ComposeRequest(plan, words, number, takes=1, given=fixed_for(rng, plan)))
    for request, lead in zip(requests, compose_lead_sheets(requests, novice), strict=True):
        if isinstance(lead, StepError):
            assert "do not fit" in str(lead)
        else:
            assert isinstance(lead, LeadSheet)
            assert faults(request.plan, request.given, lead) == []


@settings(max_examples=150, deadline=None)
@given(
    tonic=st.sampled_from(TONICS),
    mode=st.sampled_from(("major", "minor")),
    low=st.integers(36, 80),
    width=st.integers(9, 14),
    picks=st.lists(st.integers(0, 200), max_size=8),
    chord=st.integers(0, 7),
    wild=st.tuples(st.integers(24, 108), st.integers(24, 108)),
    pinned=st.dictionaries(st.integers(0, 9), st.integers(24, 108), max_size=3),
    fixed=st.dictionaries(st.integers(0, 12), st.integers(24, 108), max_size=3),
    runs=st.lists(st.tuples(st.integers(36, 95), st.integers(1, 5)), max_size=4),
)
def test_whatever_is_asked_a_note_is_left(
    tonic: str,
    mode: str,
    low: int,
    width: int,
    picks: list[int],
    chord: int,
    wild: tuple[int, int],
    pinned: dict[int, int],
    fixed: dict[int, int],
    runs: list[tuple[int, int]],
):
    key = Key(tonic=tonic, mode=mode)  # type: ignore[arg-type]
    line = [low + pick % (width + 1) for pick in picks]
    rules = PitchRules(
        key=key,
        anchor=key.pitch_class + 12 * ((low + width // 2 - key.pitch_class + 3) // 12),
        compass=(low, low + width),
        register=Register(min(wild), max(wild), 60.0),
        contour=(0.0,) * 10,
        strength=(1.0,) * 16,
        closes=True,
        pinned=pinned,
        fixed=fixed,
        peak=(len(line), 120),
        ends_tune=True,
        preceding=tuple(runs),
        following=tuple(runs),
    )
    weights = rules.weights(len(line), 0, menu(key.mode)[chord], line)
    assert np.isfinite(weights).any()
    if len(line) not in fixed:
        pitches = np.flatnonzero(np.isfinite(weights)) - 16 + rules.anchor
        assert all(low <= pitch <= low + width and pitch % 12 in key.scale for pitch in pitches)
        assert not line or all(abs(pitch - line[-1]) <= 12 for pitch in pitches)
