import pytest

from media.voice.espeak import speak
from media.voice.phones import CONSONANTS, VOWELS, is_vowel, phoneme_text, spoken_syllable
from media.voice.source import spoken_line
from media.voice.voices import VOICES
from schemas.errors import MediaError
from schemas.music import SungSyllable


def syllable(phones, stress=1, ends_word=True):
    return SungSyllable(
        text="x", phones=phones, stress=stress, section=0, line=0, word=0, word_text="x", ends_word=ends_word
    )


def vowels_said(syllables):
    text = phoneme_text([spoken_syllable(s) for s in syllables])
    said = speak(text, variant="en-us", pitch_hz=130).phonemes
    return sum(is_vowel(phoneme.mnemonic) for phoneme in said)


@pytest.mark.parametrize("vowel", sorted(VOWELS))
def test_every_consonant_around_a_vowel_says_one_vowel_a_syllable(vowel):
    onsets = [c for c in sorted(CONSONANTS) if c != "NG"]
    codas = [c for c in sorted(CONSONANTS) if c != "HH"]
    line = [
        syllable((onset, vowel, coda), stress=n % 2, ends_word=n % 3 != 0)
        for n, (onset, coda) in enumerate(zip(onsets, codas, strict=True))
    ]
    assert vowels_said(line) == len(line)


@pytest.mark.parametrize("first", sorted(VOWELS))
def test_vowels_that_meet_stay_two_syllables(first):
    for ends_word in (True, False):
        line = [part for second in sorted(VOWELS) for part in (syllable((first,), 0, ends_word), syllable((second,)))]
        assert vowels_said(line) == len(line)


def test_clusters_and_r_colours_say_one_vowel_a_syllable():
    line = [
        syllable(("S", "T", "R", "EH", "NG", "K", "TH", "S")),
        syllable(("T", "W", "EH", "L", "F", "TH", "S")),
        syllable(("F", "AY", "R")),
        syllable(("AW", "R")),
        syllable(("OY", "L")),
        syllable(("W", "ER", "L", "D")),
        syllable(("Y", "UH", "R")),
        syllable(("AA", "R", "M", "Z")),
        syllable(("UW", "R")),
        syllable(("AE", "R")),
    ]
    assert vowels_said(line) == len(line)


def test_a_hummed_syllable_is_given_a_vowel():
    assert vowels_said([syllable(("M",)), syllable(("HH", "M")), syllable(("S", "T"))]) == 3


def test_an_unknown_phone_is_refused_by_name():
    with pytest.raises(MediaError, match="'QX'.*ARPAbet"):
        spoken_syllable(syllable(("K", "QX")))


def test_two_vowels_on_a_syllable_are_refused_with_the_remedy():
    with pytest.raises(MediaError, match="2 vowels.*split it"):
        spoken_syllable(syllable(("IY", "AH")))


@pytest.mark.parametrize("voice", sorted(VOICES))
def test_the_spans_of_a_line_follow_each_other(voice):
    said = tuple(spoken_syllable(syllable(p)) for p in (("S", "IY"), ("IH", "T"), ("B", "L", "UW", "M", "Z")))
    spans = spoken_line(said, VOICES[voice]).spans
    assert len(spans) == 3
    for span in spans:
        assert span.start_s <= span.vowel_s < span.coda_s <= span.end_s
    for before, after in zip(spans, spans[1:], strict=False):
        assert before.end_s == pytest.approx(after.start_s)


@pytest.mark.parametrize("first", [("DH", "AH"), ("F", "ER"), ("S", "IH"), ("T", "UW")])
@pytest.mark.parametrize("second", [("R", "EY", "N"), ("R", "IH", "NG"), ("L", "AY", "T"), ("IH", "N")])
def test_a_vowel_that_the_next_sound_colours_is_still_one_syllable(first, second):
    unstressed = syllable(first).model_copy(update={"stress": 0})
    said = (spoken_syllable(unstressed), spoken_syllable(syllable(second)))
    assert len(spoken_line(said, VOICES["en"]).spans) == 2
