from __future__ import annotations

import pytest

from media.inspect.disclosure import disclose, disclosure_credits, disclosure_tag
from tests import examples

ENGINES = {
    "write_lyrics": "lyrics:smollm2",
    "compose_lead_sheet": "music:transformer",
    "arrange_score": "rules:arranger",
    "sing": "voice:en",
    "mix": "rules:mixer",
    "paint_cover": "cover:typographic",
}


def test_what_took_part_is_disclosed():
    found = disclose(examples.lyrics(), engines=ENGINES)
    assert found.ai_generated
    assert (found.lyrics, found.composition, found.instrumentation, found.vocals) == ("ai", "ai", "rules", "ai")
    assert disclosure_tag(found) == (
        "AI-generated: lyrics, composition, vocals; by rules: instrumentation, mixing and mastering, artwork"
    )


@pytest.mark.parametrize(
    ("written_by", "edited", "made_by"),
    [
        ("user", (), "person"),
        ("model and person", (), "ai and person"),
        ("model", ("write_lyrics",), "ai and person"),
        ("user", ("write_lyrics",), "person"),
    ],
)
def test_a_persons_words_are_a_persons(written_by, edited, made_by):
    words = examples.lyrics().replaced(written_by=written_by)
    assert disclose(words, engines=ENGINES, edited_steps=edited).lyrics == made_by


def test_an_edited_melody_is_made_by_both_and_an_instrumental_has_no_words():
    found = disclose(None, engines={"compose_lead_sheet": "music:transformer"}, edited_steps=("compose_lead_sheet",))
    assert (found.lyrics, found.composition, found.vocals) == ("none", "ai and person", "none")
    credits = disclosure_credits(found)
    assert "AI-generated, wholly or in part" in credits
    assert "- Composition: AI-generated and edited by a person." in credits
    assert "Vocals" not in credits


def test_a_song_without_ai_says_so():
    found = disclose(examples.lyrics().replaced(written_by="user"), engines={"mix": "rules"})
    assert not found.ai_generated
    assert disclosure_credits(found).startswith("No AI made this song.")
