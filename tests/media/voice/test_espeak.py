import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from media.voice.espeak import speak
from schemas.errors import MediaError


def fingerprint(text, pitch_hz=130.0):
    return hashlib.sha256(speak(text, variant="en-us", pitch_hz=pitch_hz).audio.tobytes()).hexdigest()


def test_an_utterance_has_the_same_bytes_whatever_was_said_before():
    first = fingerprint("[[s|'aI|f|z]]")
    fingerprint("[[l|'A:|m]]", 220.0)
    speak("river", variant="en-us+f2", pitch_hz=190.0)
    assert fingerprint("[[s|'aI|f|z]]") == first


def test_threads_and_other_processes_say_the_same():
    text = "[[k|'V|n s|'i:]]"
    with ThreadPoolExecutor(4) as pool:
        here = set(pool.map(fingerprint, [text] * 8))
    code = (
        "import hashlib; from media.voice.espeak import speak;"
        f"print(hashlib.sha256(speak({text!r}, variant='en-us', pitch_hz=130.0).audio.tobytes()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert here == {there}


def test_phonemes_lie_in_order_inside_the_sound():
    speech = speak("[[m|'aI]]", variant="en-us", pitch_hz=130.0)
    assert [p.mnemonic.strip("'") for p in speech.phonemes] == ["m", "aI"]
    assert 0 <= speech.phonemes[0].start_s < speech.phonemes[0].end_s == speech.phonemes[1].start_s
    assert speech.phonemes[1].end_s <= len(speech.audio) / speech.rate_hz


def test_an_unknown_voice_is_refused():
    with pytest.raises(MediaError, match="no voice 'xx-none'"):
        speak("la", variant="xx-none", pitch_hz=130.0)


def test_a_text_without_end_is_refused():
    with pytest.raises(MediaError, match="5000 characters.*at most 4000"):
        speak("a" * 5000, variant="en-us", pitch_hz=130.0)


def test_data_under_a_very_long_path_is_still_found(tmp_path, monkeypatch):
    import espeakng_loader

    deep = tmp_path / ("a" * 100) / ("b" * 100)
    deep.mkdir(parents=True)
    (deep / "espeak-ng-data").symlink_to(espeakng_loader.get_data_path(), target_is_directory=True)
    here = fingerprint("[[l|'A:]]")
    monkeypatch.setattr(espeakng_loader, "get_data_path", lambda: str(deep / "espeak-ng-data"))
    assert fingerprint("[[l|'A:]]") == here


def test_nothing_is_left_in_the_temporary_folder(tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    fingerprint("[[l|'A:]]")
    assert not list(tmp_path.iterdir())
