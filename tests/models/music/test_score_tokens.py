import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.music.score_alphabet import (
    GENRES,
    LENGTHS,
    MOODS,
    PART_ROLES,
    QUALITIES,
    SCORE_VOCABULARY,
    SECTION_ROLES,
    STEP_TICKS,
    meaning,
    nearest_length,
    nearest_step,
    token,
    token_name,
)
from models.music.score_reading import score_of
from models.music.score_tokens import ScoreControls, score_tokens, tokens_as_text
from schemas.errors import MediaError
from schemas.music import ChordSpan, Part, Score, ScoreNote
from schemas.plan import TONICS, Key, SectionSpan

keys = st.builds(Key, tonic=st.sampled_from(TONICS), mode=st.sampled_from(["major", "minor"]))


@st.composite
def scores(draw, on_grid: bool = True) -> Score:
    """Any score; on the grid it is one that comes back as it was, names included."""
    ticks = st.integers(0, 200).map(lambda step: step * STEP_TICKS) if on_grid else st.integers(0, 9000)
    lengths = st.sampled_from(LENGTHS).map(lambda steps: steps * STEP_TICKS) if on_grid else st.integers(1, 9000)
    velocities = st.integers(0, 15).map(lambda bucket: 8 * bucket + 4) if on_grid else st.integers(1, 127)
    notes = st.lists(st.builds(ScoreNote, ticks, lengths, st.integers(0, 127), velocities), max_size=6)
    chords = st.lists(
        st.builds(
            ChordSpan,
            onset_ticks=ticks,
            duration_ticks=lengths,
            root=st.integers(0, 5),
            quality=st.sampled_from(QUALITIES),
            bass=st.none() | st.integers(6, 11),
        ),
        max_size=4,
        unique_by=lambda chord: chord.onset_ticks,
    )
    beats = draw(st.sampled_from([3, 4]))
    roles = draw(st.lists(st.sampled_from(PART_ROLES), min_size=1, max_size=4, unique=True))
    parts = [draw(parts_of(role, notes)) for role in roles]
    return Score(
        title="a song",
        key=draw(keys),
        tempo_bpm=draw(st.integers(10, 36)) * 5 if on_grid else draw(st.integers(50, 180)),
        beats_per_bar=beats,
        sections=draw(form()),
        chords=tuple(sorted(draw(chords), key=lambda chord: chord.onset_ticks)),
        parts=tuple(parts),
        end_ticks=beats * 480 * 8 if on_grid else draw(st.integers(1, 20000)),
    )


@st.composite
def parts_of(draw, role, notes) -> Part:
    drums = role == "drums"
    sounding = sorted(draw(notes), key=lambda n: (n.onset_ticks, n.pitch, n.duration_ticks, n.velocity))
    program = 0 if drums else draw(st.integers(0, 127))
    return Part(name=role, role=role, program=program, is_drums=drums, notes=tuple(sounding))


@st.composite
def form(draw) -> tuple[SectionSpan, ...]:
    roles = draw(st.lists(st.sampled_from(SECTION_ROLES), max_size=3))
    return tuple(
        SectionSpan(
            name=f"{role} {1 + roles[:number].count(role)}",
            role=role,
            first_bar=2 * number,
            bars=draw(st.integers(1, 8)),
            energy=draw(st.integers(0, 10)) / 10,
            melody="tune a" if number == 1 else "",
        )
        for number, role in enumerate(roles)
    )


def some_controls(score: Score, genre, mood) -> ScoreControls:
    lines = tuple(("0101", "1")[: number % 3] for number in range(1, len(score.sections) + 1))
    return ScoreControls(genre, mood, lines)


@settings(max_examples=60, deadline=None)
@given(scores(), st.sampled_from((None, *GENRES)), st.sampled_from((None, *MOODS)))
def test_a_score_on_the_grid_comes_back_as_it_was_with_its_controls(score, genre, mood):
    controls = some_controls(score, genre, mood)
    assert score_of(score_tokens(score, controls), title=score.title) == (score, controls)


@settings(max_examples=60, deadline=None)
@given(scores(on_grid=False))
def test_any_score_comes_back_near_and_a_second_time_exactly(score):
    once, controls = score_of(score_tokens(score))
    assert score_of(score_tokens(once, controls)) == (once, controls)
    for before, after in zip(score.parts, once.parts, strict=True):
        assert len(before.notes) == len(after.notes)
        onsets = sorted(note.onset_ticks for note in before.notes)
        assert all(
            abs(onset - note.onset_ticks) <= STEP_TICKS // 2 for onset, note in zip(onsets, after.notes, strict=True)
        )
    assert once.end_ticks >= score.end_ticks


def a_score(**changes) -> Score:
    """Two bars of a melody, a bass and drums in A minor."""
    parts = (
        Part(name="melody", role="melody", program=73, notes=(ScoreNote(0, 480, 69, 100), ScoreNote(480, 960, 72, 84))),
        Part(name="bass", role="bass", program=33, notes=(ScoreNote(0, 1920, 45, 92),)),
        Part(name="drums", role="drums", program=0, is_drums=True, notes=(ScoreNote(1920, 40, 36, 124),)),
    )
    plain = {
        "title": "a song",
        "key": Key(tonic="A", mode="minor"),
        "tempo_bpm": 90,
        "sections": (SectionSpan(name="verse 1", role="verse", first_bar=0, bars=2, energy=0.4, melody="tune a"),),
        "chords": (ChordSpan(onset_ticks=0, duration_ticks=1920, root=9, quality="min7"),),
        "parts": parts,
        "end_ticks": 3840,
    }
    return Score(**{**plain, **changes})


def test_tokens_are_read_aloud_by_their_names():
    text = tokens_as_text(score_tokens(a_score(), ScoreControls("folk", "calm", (("01",),))))
    assert text.splitlines() == [
        "score meter=4/4 tonic=A mode=minor tempo=90 genre=folk mood=calm role=melody program=73 role=bass program=33 "
        "role=drums program=drums section=verse energy=0.4 bars=2 tune=a line syllable=light syllable=stressed",
        "bar position=0 chord=A:min7 duration=48 part=0 pitch=69 duration=12 velocity=100 "
        "part=1 pitch=45 duration=48 velocity=92 position=12 part=0 pitch=72 duration=24 velocity=84",
        "bar position=0 part=2 drum=36 duration=1 velocity=124 end",
    ]


def test_every_token_has_a_name_of_its_own_and_a_meaning_that_leads_back_to_it():
    assert len({token_name(number) for number in range(SCORE_VOCABULARY)}) == SCORE_VOCABULARY
    assert all(token(*meaning(number)) == number for number in range(1, SCORE_VOCABULARY))
    assert meaning(0) is None
    assert meaning(SCORE_VOCABULARY) is None


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(0, 100_000))
def test_lengths_and_times_go_to_the_nearest_of_their_grids(steps, ticks):
    assert abs(LENGTHS[nearest_length(steps)] - steps) == min(abs(length - steps) for length in LENGTHS)
    assert abs(nearest_step(ticks) * STEP_TICKS - ticks) <= STEP_TICKS / 2


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_damaged_tokens_are_read_or_refused_by_name(seed, whole):
    chance = random.Random(seed)  # noqa: S311 - a fuzzer, not a secret
    tokens = score_tokens(a_score(), ScoreControls("folk", "calm", (("01",),)))
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(tokens))
        damage = chance.randrange(4)
        if damage == 0:
            tokens[place] = chance.randint(-3, SCORE_VOCABULARY + 3)
        elif damage == 1:
            del tokens[place:]
        elif damage == 2:
            tokens[place:place] = tokens[place : place + 4]
        else:
            del tokens[place]
        if not tokens:
            break
    try:
        score, controls = score_of(tokens, whole=whole)
    except MediaError:
        return
    again = score_of(score_tokens(score, controls))
    assert [part.role for part in again[0].parts] == [part.role for part in score.parts]


@settings(deadline=None)
@given(st.lists(st.integers(-2, SCORE_VOCABULARY + 2), max_size=30))
def test_noise_is_refused(tokens):
    with pytest.raises(MediaError):
        score_of(tokens)


def test_a_sequence_that_was_cut_is_read_as_far_as_its_last_whole_note():
    tokens = score_tokens(a_score())
    with pytest.raises(MediaError, match="without 'end'"):
        score_of(tokens[:-2])
    score, _ = score_of(tokens[:-2], whole=False)
    assert [len(part.notes) for part in score.parts] == [2, 1, 0]
    with pytest.raises(MediaError, match="cut short"):
        score_of(tokens[:4], whole=False)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([token("end")], "token 0 of the score is 'end' where 'score' must stand"),
        ([*score_tokens(a_score()), token("bar")], "where nothing must stand"),
    ],
)
def test_a_token_out_of_place_is_named(wrong, message):
    with pytest.raises(MediaError, match=message):
        score_of(wrong)


@pytest.mark.parametrize(
    ("position", "number", "message"),
    [(0, 0, "a position from 1 to 47"), (13, 3, "a part from 0 to 2")],
)
def test_time_runs_forward_and_parts_are_those_of_the_heading(position, number, message):
    first = token("position")
    note = [token("pitch", 60), token("duration", 3), token("velocity", 9)]
    tokens = score_tokens(a_score(chords=(), sections=()))
    cut = tokens[: tokens.index(first) + 5]
    with pytest.raises(MediaError, match=message):
        score_of([*cut, token("position", position), token("part", number), *note, token("end")])


def test_a_score_too_long_to_be_read_is_refused_before_it_is_spelled():
    with pytest.raises(MediaError, match=r"bars: at most 2,000"):
        score_tokens(a_score(end_ticks=10_000_000))
    long = SectionSpan(name="verse 1", role="verse", first_bar=0, bars=65, energy=0.4)
    with pytest.raises(MediaError, match="65 bars: at most 64"):
        score_tokens(a_score(sections=(long,)))
    with pytest.raises(MediaError, match="at most 1,000,000 are read"):
        score_of([0] * 1_000_001)


@pytest.mark.parametrize("lines", [((("2",),)), (("0" * 17,),), (("",),), (("1",), ("1",)), ((("1",) * 17),)])
def test_controls_that_do_not_fit_the_score_are_refused(lines):
    with pytest.raises(MediaError, match=r"syllables|lines"):
        score_tokens(a_score(), ScoreControls(syllables=lines))
