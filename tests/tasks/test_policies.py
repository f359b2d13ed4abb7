from __future__ import annotations

import pytest

from schemas.inspection import Figure, SharedRun
from schemas.settings import CHECKOUT
from tasks import policies
from tasks.policies import POLICIES, SUNG, policy_of


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


def _sound(loudness=-14.0, peak=-1.5, spread=7.0):
    return (
        Figure(name=policies.LOUDNESS, value=loudness, unit="LUFS"),
        Figure(name=policies.PEAK, value=peak, unit="dBTP"),
        Figure(name=policies.RANGE, value=spread, unit="LU"),
    )


def _song(*figures, **sound):
    return _Inspected(Figure(name=SUNG, value=1.0, bound=">= 1"), *_sound(**sound), *figures)


@pytest.mark.parametrize(
    ("inspected", "words"),
    [
        (_song(), ""),
        (_song(loudness=-13.5), ""),
        (_song(loudness=-13.4), "loudness is -13.4 LUFS, bound -14 ± 0.5"),
        (_song(peak=-1.4), "true peak is -1.40 dBTP, bound -1.5"),
        (
            _song(Figure(name="rhymes kept", value=0.5, bound=">= 0.85", ok=False, where="verse 1")),
            "rhymes kept is 0.5",
        ),
        (_song(Figure(name="perfect rhymes", value=0.1)), ""),
        (_Inspected(Figure(name=SUNG, value=1.0), shared=[_run(8)]), "a poem"),
        (_Inspected(Figure(name=SUNG, value=1.0)), "does not give loudness"),
    ],
)
def test_the_careful_policy_holds_what_its_text_says(inspected, words):
    objection = policy_of("careful").objection(inspected)
    assert words in objection
    assert bool(objection) == bool(words)


def test_the_careful_policy_leaves_a_song_that_stands_out_of_its_album_to_people():
    careful, others = policy_of("careful"), (_song(spread=6.0), _song(spread=7.0))
    assert careful.objection(_song(spread=8.0), others) == ""
    assert "loudness range is 7.0 LU from the median" in careful.objection(_song(spread=14.0), others)
    assert careful.objection(_song(spread=14.0), others[:1]) == ""
    assert "integrated loudness is 0.8 LU" in careful.objection(
        _song(loudness=-13.6), (_song(loudness=-14.4), _song(loudness=-14.4))
    )
    assert not careful.rejects


def test_the_careful_policy_reads_figures_that_the_inspection_gives(made):
    from schemas.inspection import Inspection
    from schemas.picture import CoverArt

    state, _ = made.make()
    inspection = made.bench.get(state.of("inspect", state.plan.songs[0]), Inspection)
    names = {figure.name for figure in inspection.figures}
    assert {policies.LOUDNESS, policies.PEAK, policies.RANGE} <= names
    cover = made.bench.get(state.of("paint_cover", None), CoverArt)
    careful = policy_of("careful")
    assert careful.cover(cover) == ""
    assert "contrast of its title is 2.0, bound 4.5" in careful.cover(cover.replaced(title_contrast=2.0))


def test_what_the_careful_policy_does_not_approve_waits_for_people(made):
    from schemas.inspection import Inspection
    from tasks.review import judge_by_policy

    state, _ = made.make()
    song = state.plan.songs[0]
    inspection = made.bench.get(state.of("inspect", song), Inspection)
    worse = inspection.replaced(figures=(*inspection.figures, Figure(name="echo", value=2, bound="<= 1", ok=False)))
    state.fill(state.slot("inspect", song), made.bench.catalogue.put(worse))
    assert policy_of("careful").objection(worse, []) == "echo is 2, bound <= 1"
    verdicts = judge_by_policy(state, "careful")
    assert [(verdict.song_id, verdict.decision) for verdict in verdicts] == [(None, "approved")]


def test_the_documentation_holds_the_text_of_every_policy_word_by_word():
    page = " ".join((CHECKOUT / "docs" / "policies.md").read_text().split())
    for name, policy in POLICIES.items():
        assert f"## {name}" in page
        assert " ".join(policy.text.split()) in page


def test_the_documentation_names_the_bounds_of_the_careful_policy():
    page = (CHECKOUT / "docs" / "policies.md").read_text()
    for bound in (
        f"{policies.LOUDNESS_LUFS:g} ± {policies.LOUDNESS_LU:g} LUFS",
        f"{policies.PEAK_DBTP:g} dBTP",
        f"{policies.ALBUM_LOUDNESS_LU:g} LU",
        f"{policies.ALBUM_RANGE_LU:g} LU",
        f"{policies.TITLE_CONTRAST:g}",
    ):
        assert f"| {bound} |" in page
