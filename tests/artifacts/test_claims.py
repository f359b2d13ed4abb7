from __future__ import annotations

import threading
import time

import pytest

from artifacts.catalogue import Catalogue
from schemas.errors import ArtifactError
from tests.artifacts.made import recipe

KEY = recipe().digest()


def test_one_holder_at_a_time(catalogue: Catalogue) -> None:
    assert catalogue.claim(KEY, "one")
    assert not catalogue.claim(KEY, "two")
    assert not catalogue.claim(recipe(), "one")
    assert [(claim.recipe, claim.holder) for claim in catalogue.claims()] == [(KEY, "one")]
    assert not catalogue.release_claim(KEY, "two")
    assert catalogue.release_claim(KEY, "one")
    assert catalogue.claim(KEY, "two")


def test_a_lapsed_lease_is_taken_over_and_cannot_be_renewed_by_the_old_holder(catalogue: Catalogue) -> None:
    assert catalogue.claim(KEY, "one", lease_s=-1)
    assert catalogue.claims() == []
    assert catalogue.claim(KEY, "two")
    assert not catalogue.renew(KEY, "one")
    assert not catalogue.release_claim(KEY, "one")
    assert catalogue.renew(KEY, "two")


def test_a_claim_is_renewed_while_the_block_runs_and_given_up_after_it(catalogue: Catalogue) -> None:
    with catalogue.claimed(KEY, "one", lease_s=1.5) as mine:
        assert mine
        time.sleep(1.8)
        assert not catalogue.claim(KEY, "two")
    assert catalogue.claims() == []
    assert "claims" not in [thread.name for thread in threading.enumerate()]


def test_a_claim_is_given_up_when_the_block_fails(catalogue: Catalogue) -> None:
    with pytest.raises(ValueError, match="boom"), catalogue.claimed(KEY, "one"):
        raise ValueError("boom")
    assert catalogue.claims() == []


def test_who_does_not_get_it_does_not_give_it_up(catalogue: Catalogue) -> None:
    assert catalogue.claim(KEY, "one")
    with catalogue.claimed(KEY, "two") as mine:
        assert not mine
    assert [claim.holder for claim in catalogue.claims()] == ["one"]


def test_waiting_ends_when_the_other_is_done_or_the_time_is_up(catalogue: Catalogue) -> None:
    assert catalogue.claim(KEY, "one")
    with catalogue.claimed(KEY, "two", wait_s=0.2) as mine:
        assert not mine
    done = threading.Timer(0.2, catalogue.release_claim, (KEY, "one"))
    done.start()
    with catalogue.claimed(KEY, "two", wait_s=20) as mine:
        assert mine
    done.join()


def test_of_many_those_that_are_free_are_claimed(catalogue: Catalogue) -> None:
    assert catalogue.claim(recipe(1), "one")
    with catalogue.claimed_many([recipe(seed) for seed in range(3)], "two", lease_s=1.5) as mine:
        assert mine == {recipe(0).digest(), recipe(2).digest()}
        time.sleep(0.8)
        assert len(catalogue.claims()) == 3
    assert [claim.holder for claim in catalogue.claims()] == ["one"]


def test_a_heart_that_cannot_reach_the_catalogue_tries_again(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write, calls = catalogue.database.write, []

    def refuse_once(**options: bool) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise ArtifactError("locked")
        return write(**options)

    monkeypatch.setattr(catalogue.database, "write", refuse_once)
    with catalogue.claimed(KEY, "one", lease_s=1.5):
        time.sleep(0.7)
        assert [claim.holder for claim in catalogue.claims()] == ["one"]
    assert "could not be renewed" in caplog.text
