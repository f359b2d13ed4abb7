from training.sung_words import stresses_of


def test_syllables_are_stressed_as_the_dictionary_has_their_word():
    parts = [(0, "The", "single"), (4, "riv", "begin"), (8, "er,", "end"), (12, "sings", "single")]
    assert stresses_of(parts) == {0: False, 4: True, 8: False, 12: True}


def test_words_that_are_not_known_or_sung_to_other_syllables_are_passed_over():
    assert stresses_of([(0, "Xyzzyq", "single")]) == {}
    assert stresses_of([(0, "ri", "begin"), (4, "i", "middle"), (8, "ver", "end")]) == {}
    assert stresses_of([(0, "riv", "begin"), (4, "love", "single")]) == {4: True}
