import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.music import tokens as t
from schemas.errors import MediaError

NOTES = st.one_of(st.integers(t.LOWEST_PITCH, t.HIGHEST_PITCH).map(t.pitch_token), st.just(t.REST))
CHORDS = st.builds(t.chord_token, st.integers(0, 11), st.sampled_from(t.CHORD_CLASSES))


@st.composite
def pieces(draw: st.DrawFn) -> t.Piece:
    """Pieces of up to twelve bars, at most one note or rest and one chord a sixteenth."""
    meter = draw(st.sampled_from(t.METERS))
    slots = st.integers(0, 12 * t.BAR_SLOTS[meter] - 1)
    placed = [draw(st.dictionaries(slots, CHORDS, max_size=9)), draw(st.dictionaries(slots, NOTES, min_size=1))]
    events = tuple(t.Event(slot, token) for tokens in placed for slot, token in tokens.items())
    notes = sorted(event.slot for event in events if t.is_pitch(event.token))
    phrases = draw(st.sets(st.sampled_from(notes))) if notes else set()
    style = draw(st.sampled_from(t.STYLES))
    return t.Piece(meter, draw(st.sampled_from(t.MODES)), style, events, frozenset(phrases))


@given(pieces())
@settings(max_examples=150, deadline=None)
def test_a_piece_is_read_back_from_its_tokens(piece):
    spelled = t.spell(piece)
    read = t.read_piece(spelled)
    assert (read.meter, read.mode, read.style) == (piece.meter, piece.mode, piece.style)
    assert read.events == tuple(sorted(piece.events, key=lambda event: (event.slot, not t.is_chord(event.token))))
    assert piece.phrases <= read.phrases
    assert t.spell(read) == spelled


@given(pieces(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_gap_s_context_holds_what_is_before_and_after_it(piece, drawn):
    spelled = t.spell(piece)
    cuts = t.bar_openings(spelled)
    first = drawn.draw(st.integers(0, len(cuts) - 1))
    last = drawn.draw(st.integers(first, len(cuts) - 1))
    before, middle, after = spelled[: cuts[first]], spelled[cuts[first] : cuts[last]], spelled[cuts[last] :]
    context = t.infill_context(before, after, bars=last - first)
    assert context[: t.PREFIX_TOKENS] == spelled[: t.PREFIX_TOKENS]
    assert middle.count(t.BAR) == last - first
    assert [x for x in context if x < t.AFTER and x not in before[:4]].count(t.BAR) == len(cuts) - (last - first)
    limit = drawn.draw(st.integers(16, 80))
    short = t.infill_context(before, after, bars=last - first, limit=limit)
    assert len(short) <= limit
    assert short[-2:] == context[-2:]


def test_a_phrase_s_controls_say_its_bars_notes_and_stresses():
    said = t.controls(bars=2, notes=3, stress=(False, True, False))
    assert said == [t.span_token(2), said[1], t.UNSTRESSED, t.STRESSED, t.UNSTRESSED]
    assert all(t.is_control(token) for token in said)
    assert t.controls() == []
    assert t.controls(notes=40, stress=[True] * 40) == []
    assert t.controls(bars=90) == [t.span_token(16)]


def test_a_bar_opens_with_its_section_and_phrase_and_a_song_s_controls_are_no_part_of_it():
    song = [*t.prefix("4/4", "major", "folk"), *t.song_controls(tempo_bpm=120, harmonised=False)]
    bar = [*t.section_controls(8), t.PHRASE, *t.controls(bars=2, notes=1), t.BAR, t.position_token(0), t.pitch_token(0)]
    assert t.bar_openings([*song, *bar, t.BAR]) == [len(song), len(song) + len(bar)]
    assert t.bar_openings([*song, t.BAR]) == [len(song)]
    assert t.infill_context([*song, *bar], [], bars=1) == [*song, t.AFTER, t.BEFORE, *bar, t.MIDDLE, t.span_token(1)]


def test_tempo_has_four_classes():
    classes = [t.song_controls(tempo_bpm=bpm) for bpm in (60, 72, 110, 200)]
    assert len({*map(tuple, classes)}) == 4


def test_older_weights_do_not_know_controls():
    assert not t.knows_controls(t.CONTROL_0)
    assert t.knows_controls(t.VOCABULARY)


@pytest.mark.parametrize(
    "tokens", [[], [t.SONG, 8, 11], [t.SONG, 8, 11, 0], [*t.prefix("3/4", "minor"), t.pitch_token(0)]]
)
def test_tokens_that_spell_no_piece_are_refused(tokens):
    with pytest.raises(MediaError):
        t.read_piece(tokens)
