"""Writes docs/examples/client.py from the OpenAPI document: `python -m studio.client.writing`."""

from __future__ import annotations

import keyword
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from schemas.settings import CHECKOUT, Settings
from studio.client import base

TARGET = CHECKOUT / "docs" / "examples" / "client.py"

_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_FOLLOW = '''
    def follow(self, job_id: str) -> Iterator[Event]:
        """Every event of a job, those of before too, until it is over."""
        for event in self.events("/api/v1/events", job=job_id, after=0):
            yield cast("Event", event)
            if event["kind"] in ("job.finished", "job.cancelled"):
                return
'''


def client_text(document: dict[str, Any]) -> str:
    """The client's source, formatted.

    Args:
        document: the OpenAPI document.
    """
    schemas = document["components"]["schemas"]
    parts = [_base(), *(_record(name, schemas[name]) for name in sorted(schemas) if name != "JsonValue")]
    parts.append('class Hibari(Connection):\n    """Every operation of the API, by its operation id."""\n')
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if operation["operationId"] != "stream_events":
                parts.append(_operation(method.upper(), path, operation))
    parts.append(_FOLLOW)
    return _formatted("\n\n".join(parts))


def _base() -> str:
    text = Path(base.__file__).read_text(encoding="utf-8")
    return text.replace("from typing import Any, cast", "from typing import Any, Literal, NotRequired, TypedDict, cast")


def _record(name: str, schema: dict[str, Any]) -> str:
    if "properties" not in schema:
        return f"{name} = {_quoted(_type(schema))}"
    needed = set(schema.get("required", ()))
    lines = [f"class {name}(TypedDict):", f'    """{_line(schema.get("description", name))}"""', ""]
    for field, inner in schema["properties"].items():
        found = _type(inner)
        lines.append(f"    {field}: {found if field in needed else f'NotRequired[{found}]'}")
    return "\n".join(lines)


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    asked = operation.get("parameters", [])
    query = [item for item in asked if item["in"] == "query"]
    names = [_name(item["name"]) for item in query]
    takes = [f"{item['name']}: {_type(item['schema'])}" for item in asked if item["in"] == "path"]
    body = _body_type(operation)
    if body:
        optional = not operation["requestBody"].get("required", False)
        takes.append(f"body: {_maybe(body)} = None" if optional else f"body: {body}")
    given = [f"{name}: {_maybe(_type(item['schema']))} = None" for name, item in zip(names, query, strict=True)]
    keyed = any(item["name"] == "Idempotency-Key" for item in asked)
    if given or keyed:
        takes += ["*", *given, *(['key: str = ""'] if keyed else [])]
    sent = [f'"{method}"', _address(path)]
    if names:
        sent.append(
            "query={" + ", ".join(f'"{item["name"]}": {name}' for name, item in zip(names, query, strict=True)) + "}"
        )
    sent += (["body=body"] if body else []) + (["key=key"] if keyed else [])
    gives, reader = _answer(operation)
    call = f"self.{reader}({', '.join(sent)})"
    if gives != "None":
        call = f"return {call}" if gives == "bytes" else f"return cast({_quoted(gives)}, {call})"
    return "\n".join(
        (
            f"    def {operation['operationId']}({', '.join(['self', *takes])}) -> {gives}:",
            f'        """{_line(operation["description"])}"""',
            f"        {call}",
        )
    )


def _address(path: str) -> str:
    if "{" not in path:
        return f'"{path}"'
    text = path
    for part in path.split("/"):
        if part.startswith("{"):
            name = part[1:-1]
            text = text.replace(part, f"{{{'path_place' if name == 'name' else 'place'}({name})}}")
    return f'f"{text}"'


def _body_type(operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    return _type(content["application/json"]["schema"]) if "application/json" in content else ""


def _answer(operation: dict[str, Any]) -> tuple[str, str]:
    """The type of an operation's answer, and the method that reads it."""
    for status in ("200", "201", "202"):
        content = operation["responses"].get(status, {}).get("content", {})
        if "application/json" in content:
            gives = _type(content["application/json"].get("schema", {}))
            return "dict[str, Any]" if gives == "Any" else gives, "read_json"
        if content:
            return "bytes", "read_bytes"
    return ("None", "read_json") if "204" in operation["responses"] else ("Any", "read_json")


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return "Any" if name == "JsonValue" else name
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return " | ".join(dict.fromkeys(_type(one) for one in schema[choice]))
    if "const" in schema or "enum" in schema:
        values = [schema["const"]] if "const" in schema else schema["enum"]
        return f"Literal[{', '.join(repr(value) for value in values)}]"
    kind = schema.get("type", "")
    if kind == "array":
        return f"list[{_items(schema)}]"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"dict[str, {_type(inner) if isinstance(inner, dict) else 'Any'}]"
    return _PLAIN.get(kind, "Any")


def _maybe(name: str) -> str:
    return name if name.endswith("| None") else f"{name} | None"


def _items(schema: dict[str, Any]) -> str:
    if "prefixItems" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["prefixItems"]))
    return _type(schema.get("items", {}))


def _quoted(name: str) -> str:
    return f'"{name}"'


def _name(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) or name in ("type",) else name


def _line(text: str) -> str:
    """The first sentence of a text, as a docstring may hold it."""
    words = " ".join(text.partition("\n\n")[0].split()).replace('"', "'")
    return words.partition(". ")[0].rstrip(".") + "."


def _formatted(text: str) -> str:
    ruff = [sys.executable, "-m", "ruff", "format", "-", "--config", str(CHECKOUT / "pyproject.toml")]
    done = subprocess.run(ruff, input=text, capture_output=True, text=True, check=True)
    return done.stdout


def main() -> None:
    """Write it."""
    from studio.api.document import document
    from studio.app import create_app

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(home=Path(folder)))
        TARGET.write_text(client_text(document(app)), encoding="utf-8", newline="\n")
        app.state.studio.close()


if __name__ == "__main__":
    main()
