from models.music import tokens as t


def test_every_token_has_one_meaning():
    every = [t.PAD, t.SONG, t.END, t.PHRASE, t.BAR, t.REST]
    every += [t.meter_token(meter) for meter in t.METERS] + [t.mode_token(mode) for mode in t.MODES]
    every += [t.style_token(style) for style in t.STYLES] + [t.position_token(slot) for slot in range(16)]
    every += [t.pitch_token(pitch) for pitch in range(t.LOWEST_PITCH, t.HIGHEST_PITCH + 1)]
    every += [t.chord_token(degree, name) for degree in range(12) for name in t.CHORD_CLASSES]
    every += [t.UNHARMONISED, t.AFTER, t.BEFORE, t.MIDDLE, t.SECTION, t.UNSTRESSED, t.STRESSED]
    every += [token for bpm in (60, 90, 120, 180) for token in t.song_controls(tempo_bpm=bpm)]
    every += [t.span_token(bars) for bars in range(1, t.LONGEST_SPAN + 1)]
    every += [token for count in range(1, t.MOST_NOTES + 1) for token in t.controls(notes=count)]
    assert sorted(every) == list(range(t.VOCABULARY))


def test_notes_and_chords_are_read_back():
    assert all(t.pitch_of(t.pitch_token(pitch)) == pitch for pitch in range(-16, 21))
    assert t.chord_of(t.chord_token(7, "7")) == (7, "7")
    assert t.is_chord(t.chord_token(11, "sus"))
    assert t.is_pitch(t.pitch_token(20))
    assert t.is_position(t.position_token(15))


def test_a_note_out_of_range_is_folded_by_octaves():
    assert t.pitch_of(t.pitch_token(25)) == 13
    assert t.pitch_of(t.pitch_token(-20)) == -8


def test_the_anchor_is_the_tonic_below_the_middle_of_a_tune():
    assert t.anchor(2, 66) == 62
    assert t.anchor(2, 58) == 50
    assert t.anchor(0, 60) == 60


def test_a_piece_is_spelled_bar_by_bar_with_chords_before_notes():
    events = (
        t.Event(0, t.pitch_token(0)),
        t.Event(0, t.chord_token(0, "maj")),
        t.Event(20, t.pitch_token(4)),
        t.Event(40, t.pitch_token(7)),
    )
    piece = t.Piece("4/4", "major", "song", events, frozenset({0, 40}))
    assert t.spell(piece) == [
        *t.prefix("4/4", "major"),
        t.PHRASE,
        t.BAR,
        t.position_token(0),
        t.chord_token(0, "maj"),
        t.position_token(0),
        t.pitch_token(0),
        t.BAR,
        t.position_token(4),
        t.pitch_token(4),
        t.PHRASE,
        t.BAR,
        t.position_token(8),
        t.pitch_token(7),
        t.END,
    ]


def test_a_phrase_that_begins_within_a_bar_is_marked_there():
    events = (t.Event(0, t.pitch_token(0)), t.Event(12, t.pitch_token(2)))
    spelled = t.spell(t.Piece("4/4", "minor", "song", events, frozenset({0, 12})))
    assert spelled[-4:] == [t.PHRASE, t.position_token(12), t.pitch_token(2), t.END]


def test_silent_bars_are_counted():
    events = (t.Event(0, t.pitch_token(0)), t.Event(48, t.pitch_token(2)))
    spelled = t.spell(t.Piece("4/4", "minor", "song", events, frozenset({0})))
    assert spelled.count(t.BAR) == 4
