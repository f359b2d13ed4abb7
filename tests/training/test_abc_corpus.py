import pytest

from schemas.errors import MediaError
from tests.corpora import corpus_file
from training.abc_corpus import read_abc, read_abc_tune

HEAD = "X:1\nT:A Tune\nM:4/4\nL:1/8\nK:D\n"


def notes_of(music: str, head: str = HEAD) -> list[tuple[int, int, int]]:
    return read_abc_tune(head + music).tune.notes


def test_notes_have_their_key_s_accidentals_until_others_are_written():
    pitches = [pitch for *_, pitch in notes_of("F=FF^G|F_c,c'2z4|")]
    assert pitches == [66, 65, 65, 68, 66, 59, 85]


def test_lengths_broken_rhythms_and_triplets_keep_time():
    assert [length for _, length, _ in notes_of("A2 A/A/ A>A A<A|(3AAA A4|")] == [4, 1, 1, 3, 1, 1, 3, 1, 2, 1, 8]
    assert notes_of("A4 A4|-A4 B4|")[1] == (8, 16, 69)


def test_a_pick_up_ends_at_the_first_bar_line_and_a_bar_that_a_repeat_cuts_is_completed_by_the_next_pick_up():
    onsets = [onset for onset, *_ in notes_of("A2|d4 d4|d4 d2:|\n|:B2|e4 e4|e4 e2:|")]
    assert onsets == [12, 16, 24, 32, 40, 44, 48, 56, 64, 72]


def test_after_a_cut_bar_without_a_pick_up_the_next_begins_on_its_line():
    assert [onset for onset, *_ in notes_of("A2|d4 d2:|e4 e4|f8|]")] == [12, 16, 24, 32, 40, 48]


def test_of_two_endings_the_last_is_taken():
    assert [pitch for *_, pitch in notes_of("d8|[1e8:|[2f8||")] == [74, 78]
    assert [pitch for *_, pitch in notes_of("d8|1 e8:|2 f8||")] == [74, 78]


def test_chords_are_named_and_remarks_and_graces_are_passed_over():
    tune = read_abc_tune(HEAD + '"D"{g}A4 "^slowly""F#m7"!trill!A4|"Bb/d"[dfa]8|').tune
    assert tune.chords == [(0, 2, "maj"), (8, 6, "min7"), (16, 10, "maj")]
    assert tune.notes == [(0, 8, 69), (8, 8, 69), (16, 16, 81)]


def test_modes_have_their_signatures_and_tempo_counts_quarters():
    assert read_abc_tune("X:1\nT:x\nM:4/4\nQ:1/2=60\nK:Ador\nA8|").tune.fifths == 1
    assert read_abc_tune("X:1\nT:x\nM:4/4\nQ:1/2=60\nK:Ador\nA8|").tune.tempo_bpm == 120.0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("X:1\nM:7/8\nK:C\nA8|", "7/8"),
        ("X:1\nM:4/4\nK:C\nV:2\nA8|", "more than one voice"),
        ("X:1\nM:4/4\nK:C\n", "no meter or no notes"),
        (HEAD + "A999|", "longer than 16"),
        (HEAD + "A4|" * 9000, "longer than 20000"),
    ],
)
def test_what_does_not_fit_is_refused(text, reason):
    with pytest.raises(MediaError, match=reason):
        read_abc_tune(text)


def test_a_file_too_large_is_refused(tmp_path):
    path = tmp_path / "a.abc"
    path.write_text("X" * 4_000_001)
    with pytest.raises(MediaError, match="split it"):
        list(read_abc(path))


def test_slip_jigs_in_nine_are_left_out_by_name_and_reason(tmp_path):
    import tarfile

    with tarfile.open(corpus_file("nottingham.tar.xz")) as archive:
        member = next(name for name in archive.getnames() if name.endswith("ABC_cleaned/slip.abc"))
        archive.extract(member, tmp_path, filter="data")
    assert {found.reason[:11] for found in read_abc(tmp_path / member)} == {"meter '9/8'"}
