from __future__ import annotations

import dataclasses
import re
from collections import Counter
from uuid import UUID

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from flows.prefect_rest.api import ScheduleEntry
from schemas.errors import ArtifactError
from studio.api.document import document
from tests.studio.routes import routes_of


def operations(app):
    for path, found in document(app)["paths"].items():
        for method, operation in found.items():
            yield method.upper(), path, operation


def test_the_document_names_every_route_of_the_api_once(still_studio):
    told = {(method, path) for method, path, _ in operations(still_studio.app)}
    served = {
        (asked.method, re.sub(r":path\}", "}", asked.template))
        for asked in routes_of(still_studio.app)
        if asked.template.startswith("/api/v1/") and asked.method != "HEAD"
    }
    assert told == served
    ids = [operation["operationId"] for _, _, operation in operations(still_studio.app)]
    assert len(ids) == len(set(ids))


def test_every_operation_says_what_it_does_and_how_it_fails(still_studio):
    for method, path, operation in operations(still_studio.app):
        assert operation["description"], path
        assert operation["tags"], path
        if "open" in operation["tags"]:
            assert operation["security"] == []
            continue
        assert operation["security"] == [{"token": []}]
        for status in ("401", "403", "422", "429"):
            content = operation["responses"][status]["content"]
            assert content["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
        if "requestBody" in operation:
            assert "413" in operation["responses"], (method, path)


def test_every_body_has_an_example(still_studio):
    schemas = document(still_studio.app)["components"]["schemas"]
    without = []
    for _, path, operation in operations(still_studio.app):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            text = str(content)
            names = re.findall(r"#/components/schemas/(\w+)", text)
            if "example" not in text and not any("examples" in schemas[name] for name in names):
                without.append(path)
    assert without == []


def test_every_reference_leads_somewhere(still_studio):
    made = document(still_studio.app)
    names = set(re.findall(r"#/components/schemas/([\w-]+)", str(made)))
    assert names - set(made["components"]["schemas"]) == set()


def test_the_document_is_for_those_who_may_read(still_studio):
    assert still_studio.stranger().get("/api/v1/openapi.json").status_code == 401
    assert still_studio.api().get("/api/v1/openapi.json").json()["info"]["title"] == "Hibari"


class KeptSchedules:
    """A Prefect server's schedules, kept in memory."""

    def __init__(self) -> None:
        self.made: dict[str, ScheduleEntry] = {}

    def healthy(self) -> bool:
        return True

    def schedules(self) -> list[ScheduleEntry]:
        return list(self.made.values())

    def add_schedule(self, deployment, *, name, cron, timezone, parameters, active) -> ScheduleEntry:
        made = ScheduleEntry(str(UUID(int=len(self.made))), deployment, name, cron, timezone, active, parameters, None)
        self.made[made.id] = made
        return made

    def set_schedule(self, schedule_id, active) -> ScheduleEntry:
        if schedule_id not in self.made:
            raise ArtifactError(f"there is no schedule {schedule_id!r}")
        self.made[schedule_id] = dataclasses.replace(self.made[schedule_id], active=active)
        return self.made[schedule_id]

    def remove_schedule(self, schedule_id) -> None:
        self.set_schedule(schedule_id, False)
        del self.made[schedule_id]


@pytest.mark.slow
def test_no_request_that_the_document_allows_is_a_fault(studio_home):
    """Schemathesis asks every operation with made-up values: no 5xx, and answers as they were declared."""
    load_all_checks()
    studio_home.app.state.studio.prefect = KeptSchedules()
    headers = {"Authorization": f"Bearer {studio_home.secrets['admin']}"}
    schema = schemathesis.openapi.from_dict(document(studio_home.app)).exclude(operation_id=["stream_events"])
    schema.app = studio_home.app
    song = studio_home.api().get(f"/api/v1/albums/{studio_home.album_id}/songs").json()[0]
    there = {
        "album_id": studio_home.album_id,
        "song_id": "song-1",
        "digest": song["master"],
        "sha256": song["audio"]["sha256"],
    }
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    statuses = Counter()

    def ask(case) -> None:
        case.path_parameters.update({name: value for name, value in there.items() if name in case.path_parameters})
        answer = case.call(base_url="http://127.0.0.1:8420", headers=headers)
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=checks)

    limits = hypothesis.settings(
        max_examples=8,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    for found in schema.get_all_operations():
        limits(hypothesis.given(case=found.ok().as_strategy())(ask))()
    assert statuses[200] > 100
    assert statuses[201] > 5
    assert statuses[422] > 5
