"""`hibari studio`: the API, the review pages and all they need, as one command; and the tokens that open them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import click

from cli.output import json_option, say_json, table

if TYPE_CHECKING:
    from artifacts.people import TokenEntry
    from schemas.settings import Settings
    from tasks.bench import Bench

_ROLES = ("viewer", "reviewer", "producer", "admin")


@click.group(invoke_without_command=True)
@click.option("--port", type=click.IntRange(0, 65_535), help="Port on loopback; 0 takes a free one.  [default: 8420]")
@click.pass_context
def studio(context: click.Context, port: int | None) -> None:
    """Serve the API and the review pages, with a Prefect server and what runs its deployments, until you stop it.

    \b
    Examples:
      hibari studio
      hibari studio --port 9000
      hibari studio token add Ada --role reviewer
    """
    if context.invoked_subcommand is None:
        _serve(port)


def _serve(port: int | None) -> None:
    from flows.upkeep.lock import only_studio
    from schemas.settings import Settings

    settings = Settings()
    # Named, not imported: the command line and the studio are two doors to one house, and neither knows the other.
    serving: Any = importlib.import_module("studio.serve")
    listening = serving.bind(settings.studio.port if port is None else port)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with listening, only_studio(settings.home, url):
        _run(settings, serving, listening, url)


def _run(settings: Settings, serving: Any, listening: Any, url: str) -> None:  # noqa: ANN401
    from threading import Thread

    from flows.upkeep.supervise import Supervisor
    from tasks.bench import Bench

    bench = Bench(settings)
    supervisor = Supervisor(settings, bench, _say)

    def tell() -> None:
        if supervisor.wait_ready():
            _greet(bench, url)

    try:
        application: Any = importlib.import_module("studio.app")
        app = application.create_app(settings, prefect=supervisor.prefect, call_webhooks=True)
        app.state.studio.supervised = supervisor.health
        supervisor.start()
        Thread(target=tell, daemon=True, name="greeting").start()
        serving.serve(app, listening, ended=lambda: _say("Stopping …"))
    finally:
        supervisor.stop()
        bench.catalogue.close()
    _say("Stopped. What was being made goes on when the studio is started again.")


def _greet(bench: Bench, url: str) -> None:
    _say(f"The studio is ready at {url}")
    if any(token.valid for token in bench.catalogue.tokens()):
        _say("Sign in with your token; `hibari studio token add NAME --role admin` makes another.")
        return
    _, secret = bench.catalogue.add_token("admin", "admin")
    _say("Your token, shown this once: keep it as you keep a password.")
    _say(f"  {secret}")
    _say(f"Sign in with it at {url}/login#token={secret}")


def _say(line: str) -> None:
    click.echo(line, err=True)


@studio.group()
def token() -> None:
    """Who may do what: list, add and revoke tokens."""


@token.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), required=True, help="What it may do; each may do all before it.")
@click.option("--days", type=click.FloatRange(0.01, 3650), help="How long it is valid; without, until revoked.")
@json_option
def add_token(name: str, role: str, days: float | None, as_json: bool) -> None:
    """Make a token for NAME, a person or a program; the name stands in every record of what they do.

    \b
    Example:
      hibari studio token add Ada --role reviewer
    """
    from typing import cast

    from artifacts.people import Role
    from schemas.errors import ReviewError, SettingsError
    from tasks.choices import Decider

    try:
        name = Decider(name, "command").name
    except ReviewError as error:
        raise SettingsError(
            f"{name[:60]!r} is no name for a token: 1 to 120 printable characters, not 'policy:…'"
        ) from error
    catalogue = _bench().catalogue
    entry, secret = catalogue.add_token(name, cast("Role", role), lasts_s=None if days is None else days * 86_400)
    catalogue.note_choice("command line", "add_token", subject=entry.id, body={"name": name, "role": role})
    if as_json:
        say_json({**_fields(entry), "token": secret})
        return
    click.echo(secret)
    click.echo(f"{entry.id}: {name}, {role}. The token above is shown this once.", err=True)


@token.command("list")
@json_option
def list_tokens(as_json: bool) -> None:
    """List tokens, without their secrets."""
    entries = _bench().catalogue.tokens()
    if as_json:
        say_json([_fields(entry) for entry in entries])
        return
    rows = [
        (entry.id, entry.name, entry.role, "valid" if entry.valid else "revoked" if entry.revoked_at else "expired")
        for entry in entries
    ]
    click.echo(table(rows, header=("ID", "NAME", "ROLE", "STATE")) if rows else "There is no token yet.")


@token.command("revoke")
@click.argument("token_id")
def revoke_token(token_id: str) -> None:
    """Let the token of that id open nothing from now on.

    \b
    Example:
      hibari studio token revoke tok-1a2b3c4d5e6f
    """
    from schemas.errors import SettingsError

    catalogue = _bench().catalogue
    if not catalogue.revoke_token(token_id):
        raise SettingsError(f"there is no valid token {token_id[:40]!r}: `hibari studio token list` names them")
    catalogue.note_choice("command line", "revoke_token", subject=token_id)
    click.echo(f"{token_id} opens nothing any more.")


def _fields(entry: TokenEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "name": entry.name,
        "role": entry.role,
        "valid": entry.valid,
        "created_at": entry.created_at.isoformat(),
        "expires_at": None if entry.expires_at is None else entry.expires_at.isoformat(),
    }


def _bench() -> Bench:
    from schemas.settings import Settings
    from tasks.bench import Bench

    return Bench(Settings())
