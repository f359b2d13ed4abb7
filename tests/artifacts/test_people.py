from __future__ import annotations

import time

from sqlalchemy import text

from artifacts.catalogue import Catalogue


def test_a_token_opens_by_its_secret_alone_which_is_kept_nowhere(catalogue: Catalogue) -> None:
    token, secret = catalogue.add_token("Ada", "reviewer")
    assert secret.startswith("hib_")
    assert catalogue.token_of(secret) == token
    assert catalogue.token_of(secret[:-1]) is None
    assert catalogue.token_of("") is None
    with catalogue.database.read() as connection:
        rows = str(connection.execute(text("SELECT * FROM tokens")).all())
    assert secret not in rows
    assert (token.may("viewer"), token.may("reviewer"), token.may("producer")) == (True, True, False)


def test_a_revoked_or_expired_token_opens_nothing_and_its_sessions_end(catalogue: Catalogue) -> None:
    token, secret = catalogue.add_token("Ada", "admin")
    cookie, session = catalogue.add_session(token.id, lasts_s=60)
    assert catalogue.session_of(cookie) == session
    assert catalogue.revoke_token(token.id)
    assert not catalogue.revoke_token(token.id)
    assert catalogue.token_of(secret) is None
    assert catalogue.session_of(cookie) is None
    _, short = catalogue.add_token("Bo", "viewer", lasts_s=0.01)
    time.sleep(0.05)
    assert catalogue.token_of(short) is None
    assert [one.name for one in catalogue.tokens()] == ["Ada", "Bo"]


def test_a_session_ends_when_its_time_is_over_or_its_person_leaves(catalogue: Catalogue) -> None:
    token, _ = catalogue.add_token("Ada", "admin")
    short, _ = catalogue.add_session(token.id, lasts_s=0.01)
    time.sleep(0.05)
    assert catalogue.session_of(short) is None
    cookie, session = catalogue.add_session(token.id, lasts_s=60)
    assert len(session.csrf) > 30
    catalogue.end_session(cookie)
    assert catalogue.session_of(cookie) is None


def test_a_webhook_has_its_calls_planned_tried_and_logged(catalogue: Catalogue) -> None:
    hook = catalogue.add_webhook("https://example.org/hook", ("job.finished",), by="Ada", seen=4)
    assert (hook.wants("job.finished"), hook.wants("step.made")) == (True, False)
    event = catalogue.add_event("job.finished", job_id="job-1")
    catalogue.plan_calls(hook.id, [event], event)
    assert catalogue.webhooks(hook.id)[0].seen == event
    [call] = catalogue.due_calls()
    assert (call.state, call.attempts, call.event) == ("waiting", 0, event)
    assert catalogue.event_of(call).kind == "job.finished"
    catalogue.note_call(call.seq, "waiting", attempts=1, next_at_s=time.time() + 60, status=500, error="oops")
    assert catalogue.due_calls() == []
    catalogue.note_call(call.seq, "delivered", attempts=2, next_at_s=0, status=200, error="")
    assert [(one.state, one.attempts, one.status) for one in catalogue.calls(hook.id)] == [("delivered", 2, 200)]
    assert catalogue.remove_webhook(hook.id)
    assert not catalogue.remove_webhook(hook.id)
    assert catalogue.calls(hook.id) == []
