from __future__ import annotations

from media.inspect.report import song_report
from schemas.inspection import Figure, SharedRun


def test_a_report_is_aligned_and_marks_what_is_missed():
    figures = (
        Figure(name="onsets kept by answering phrases", value=0.813, bound=">= 0.75", where="verse 2, bar 14"),
        Figure(name="chorus above verse", value=0.9, unit="LU", bound=">= 1.5", ok=False, where="chorus 1"),
        Figure(name="integrated loudness", value=-14.02, unit="LUFS"),
    )
    run = SharedRun(of="words", corpus="poems", length=9, shared="a b c d e f g h i", where="A. Poet, A Poem", limit=8)
    lines = song_report(figures, (run,), title="Upon the Water").splitlines()
    assert lines[0] == "Upon the Water"
    assert lines[2].startswith("ok    onsets kept by answering phrases")
    assert lines[3].startswith("MISS  chorus above verse")
    assert lines[3].endswith(">= 1.5   chorus 1")
    assert lines[4].startswith("-     integrated loudness")
    assert lines[2].index("0.813") + 5 == lines[3].index("0.9 LU") + 6 == lines[4].index("-14.02 LUFS") + 11
    assert lines[5].startswith("LOOK  longest shared run of words: 9 words, limit 8: 'a b c")
    assert lines[6] == "1 of 2 bounds kept"


def test_no_figures_is_said_in_words():
    assert "no bounds were measured" in song_report(())
