"""What a model's file or card is, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.output import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.checkpoints.inspecting import CheckpointFacts

_MOST_NAMES = 6
_WHERE = {
    "pulled": "fetched from the package index",
    "checkout": "comes with Hibari",
    "package": "inside an installed package",
    "system": "on this system",
    "user": "brought by you",
    "code": "code alone, no weights",
}


def file_text(facts: CheckpointFacts, given: str) -> str:
    """The facts of a file, `given` being its place as it was typed."""
    head = f"{facts.name}  ({size_text(facts.size_bytes)}, {facts.form})\n{_capital(facts.title)}"
    if facts.refusal:
        rows = [("refused", facts.refusal.removeprefix(f"{facts.name}: "))]
        if facts.named:
            rows.append(("it names", _listed(facts.named, len(facts.named))))
        return _page(head, [*rows, *_remark(facts)], "Nothing in it was run.")
    return _page(head, _rows(facts), _ending(facts, given))


def card_text(card: dict[str, Any], absent: str) -> str:
    """The facts of a registered model: its card as a dictionary, with `path` and `digest` where it is here, else
    `absent` says how to get it.
    """
    rows = [("licence", card["licence"]), ("credit", card["credit"]), ("where", _WHERE.get(card["where"], ""))]
    origin = card.get("origin")
    if origin:
        rows.append(("package", f"{origin['package']} {origin['version']}"))
    rows += [("here", card.get("path", "")), ("digest", card.get("digest", ""))]
    for file in card["files"]:
        told = (size_text(file["size"]) if file["size"] else "", f"sha256 {file['sha256']}" if file["sha256"] else "")
        rows.append(("file", ", ".join(part for part in (file["name"], *told) if part)))
    return _page(f"{card['name']}\n{_capital(card['summary'])}", rows, absent)


def size_text(count: int) -> str:
    """Bytes as people write them: 512 B, 275 kB, 98.4 MB."""
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit != "MB" else f"{size:.1f} MB"
        size /= 1000
    return f"{size:.2f} GB"


def _rows(facts: CheckpointFacts) -> list[tuple[str, str]]:
    rows = []
    if facts.resolution_px:
        rows.append(("pictures", f"{facts.resolution_px} x {facts.resolution_px} px"))
    if facts.tensors:
        kinds = ", ".join(facts.kinds)
        called = f"{facts.group}: " if facts.group else ""
        rows.append(("network", f"{called}{facts.parameters:,} numbers in {facts.tensors} tensors, {kinds}"))
    rows += list(facts.sizes.items())
    others = [f"{name or 'at the top'} ({count})" for name, count in facts.groups.items() if name != facts.group]
    rows.append(("also holds", ", ".join(others[:_MOST_NAMES])))
    if facts.missing:
        rows.append(("missing", _listed(facts.missing, len(facts.missing))))
    if facts.unexpected:
        rows.append(("besides", _listed(facts.unexpected, len(facts.unexpected))))
    return [*rows, *_remark(facts)]


def _remark(facts: CheckpointFacts) -> list[tuple[str, str]]:
    return [("note", facts.remark)]


def _ending(facts: CheckpointFacts, given: str) -> str:
    lines = []
    if facts.missing:
        lines.append("It cannot be used as it is: tensors that such a network needs are missing.")
    elif facts.use:
        lines.append(f"Good for {facts.use}.")
    elif facts.tensors:
        lines.append("Nothing here uses it.")
    if facts.command:
        quoted = f'"{given}"' if " " in given else given
        lines.append(f"Take it in:  {facts.command.replace('FILE', quoted)}")
    return "\n".join(lines)


def _listed(names: Sequence[str], count: int) -> str:
    more = f" and {count - _MOST_NAMES} more" if count > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def _page(head: str, rows: Sequence[tuple[str, str]], ending: str) -> str:
    body = table([(f"  {label}", _plain(text)) for label, text in rows if text])
    return "\n\n".join(part for part in (_plain(head), body, _plain(ending)) if part)


def _plain(text: str) -> str:
    """The text without characters that would steer a terminal: names come from files that anyone may have written."""
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
