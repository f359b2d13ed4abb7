from models.music.key_finding import find_key

D_MAJOR = [(index * 4, 4, pitch) for index, pitch in enumerate((62, 66, 69, 71, 69, 67, 66, 64, 61, 62))]


def test_a_scale_and_its_last_note_give_the_key():
    assert find_key(D_MAJOR) == (2, "major")


def test_chords_tell_a_minor_from_its_relative_major():
    notes = [(index * 4, 4, pitch) for index, pitch in enumerate((69, 72, 76, 74, 72, 71, 69))]
    assert find_key(notes, [(9, "min"), (2, "min"), (4, "7"), (9, "min")], 0) == (9, "minor")
