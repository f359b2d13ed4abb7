from __future__ import annotations

from artifacts.catalogue import Catalogue
from artifacts.standings import StandingFacts
from schemas.brief import Brief

BRIEF = Brief(theme="the sea", title="Sea Songs")
FACTS = StandingFacts(
    state="review",
    artist="Hibari",
    theme="the sea",
    genre="folk",
    mood="calm",
    songs=3,
    finished=3,
    approved=1,
    rejected=0,
    flagged=0,
    duration_s=181.5,
    cover="c" * 64,
    reason="",
)


def change(**fields: object) -> StandingFacts:
    return StandingFacts(**{**FACTS.__dict__, **fields})  # type: ignore[arg-type]


def add(catalogue: Catalogue, name: str, title: str, facts: StandingFacts = FACTS) -> None:
    catalogue.album(name, BRIEF, title=title)
    catalogue.set_standing(name, facts)


def test_a_standing_that_did_not_change_is_not_written_again(catalogue: Catalogue) -> None:
    catalogue.album("sea-songs", BRIEF, title="Sea Songs")
    assert catalogue.set_standing("sea-songs", FACTS)
    before = catalogue.standing("sea-songs")
    assert not catalogue.set_standing("sea-songs", FACTS)
    assert catalogue.standing("sea-songs") == before
    assert catalogue.set_standing("sea-songs", change(approved=2))
    after = catalogue.standing("sea-songs")
    assert before is not None
    assert after is not None
    assert (after.approved, after.title) == (2, "Sea Songs")
    assert after.changed_at > before.changed_at


def test_albums_are_listed_by_state_genre_and_words_in_any_case(catalogue: Catalogue) -> None:
    add(catalogue, "sea-songs", "Sea Songs")
    add(catalogue, "night-train", "Night Train", change(state="pressed", genre="rock", theme="letters"))
    add(catalogue, "half_way", "100% Half_Way", change(state="making"))
    listed = lambda **by: [one.album_id for one in catalogue.standings(order="title", **by)[0]]  # noqa: E731
    assert listed() == ["half_way", "night-train", "sea-songs"]
    assert listed(states=("pressed", "making")) == ["half_way", "night-train"]
    assert listed(genre="rock") == ["night-train"]
    assert listed(search="SONGS sea") == ["sea-songs"]
    assert listed(search="sea train") == []
    assert listed(search="%") == ["half_way"]
    assert listed(search="f_w") == ["half_way"]
    assert listed(albums=("sea-songs", "unknown")) == ["sea-songs"]
    assert catalogue.standing_counts() == {"review": 1, "pressed": 1, "making": 1}


def test_pages_follow_each_other_and_the_total_is_that_of_all(catalogue: Catalogue) -> None:
    for number in range(7):
        add(catalogue, f"album-{number}", f"Album {number}")
    first, total = catalogue.standings(limit=3, order="oldest")
    second, _ = catalogue.standings(limit=3, offset=3, order="oldest")
    assert total == 7
    assert [one.album_id for one in (*first, *second)] == [f"album-{number}" for number in range(6)]
    newest, _ = catalogue.standings(limit=1, order="newest")
    assert newest[0].album_id == "album-6"
