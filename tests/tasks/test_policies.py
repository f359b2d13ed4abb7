from __future__ import annotations

import pytest

from schemas.inspection import Figure, SharedRun
from tasks.policies import SUNG, policy_of


class _Inspected:
    def __init__(self, *figures, shared=()):
        self.figures, self.shared = figures, shared


def _run(length):
    return SharedRun(of="words", corpus="some poems", length=length, limit=8, where="a poem")


@pytest.mark.parametrize(
    ("inspected", "words"),
    [
        (_Inspected(Figure(name=SUNG, value=1.0)), ""),
        (_Inspected(Figure(name=SUNG, value=0.9, ok=False, where="verse 1, bar 3")), "verse 1, bar 3"),
        (_Inspected(), "does not say"),
        (_Inspected(Figure(name=SUNG, value=1.0), shared=[_run(8)]), "a poem"),
        (_Inspected(Figure(name=SUNG, value=1.0), shared=[_run(7)]), ""),
    ],
)
def test_the_demonstration_policy_holds_what_its_text_says(inspected, words):
    objection = policy_of("demo").objection(inspected)
    assert words in objection
    assert bool(objection) == bool(words)


def test_the_figure_the_policy_reads_is_one_that_the_inspection_gives(made):
    from schemas.inspection import Inspection

    state, _ = made.make()
    inspection = made.bench.get(state.of("inspect", state.plan.songs[0]), Inspection)
    assert SUNG in {figure.name for figure in inspection.figures}
