from __future__ import annotations

import json
import socket
import subprocess
import sys

import pytest

from cli.main import main


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(capsys, *arguments):
    """Exit code, standard output and standard error of a command."""
    with pytest.raises(SystemExit) as ended:
        main(["studio", *arguments])
    printed = capsys.readouterr()
    return ended.value.code, printed.out, printed.err


def test_a_token_is_made_listed_and_revoked_and_its_secret_is_shown_once(capsys):
    code, secret, said = run(capsys, "token", "add", "Ada", "--role", "reviewer")
    assert code == 0
    assert secret.startswith("hib_")
    assert "Ada, reviewer" in said
    code, listed, _ = run(capsys, "token", "list", "--json")
    (entry,) = json.loads(listed)
    assert (entry["name"], entry["role"], entry["valid"]) == ("Ada", "reviewer", True)
    assert secret.strip() not in listed
    assert run(capsys, "token", "revoke", entry["id"])[0] == 0
    assert "revoked" in run(capsys, "token", "list")[1]
    code, _, said = run(capsys, "token", "revoke", entry["id"])
    assert code == 2
    assert "token list" in said


def test_a_token_may_be_valid_for_some_days(capsys):
    made = json.loads(run(capsys, "token", "add", "night job", "--role", "producer", "--days", "2", "--json")[1])
    assert made["token"].startswith("hib_")
    assert made["expires_at"] is not None


@pytest.mark.parametrize("name", ["", "policy:demo", "Schedule:nightly", "x" * 121, "a\x1bb"])
def test_a_name_that_would_pass_for_something_else_is_refused(capsys, name):
    code, _, said = run(capsys, "token", "add", name, "--role", "viewer")
    assert code == 2
    assert "printable" in said
    assert "no token yet" in run(capsys, "token", "list")[1]


def test_adding_and_revoking_stand_in_the_log_of_choices(capsys, home):
    from artifacts.catalogue import Catalogue

    made = json.loads(run(capsys, "token", "add", "Ada", "--role", "viewer", "--json")[1])
    run(capsys, "token", "revoke", made["id"])
    catalogue = Catalogue.in_folder(home)
    assert [choice.what for choice in catalogue.choices()] == ["revoke_token", "add_token"]
    catalogue.close()


def test_a_port_that_is_taken_is_refused_before_anything_is_started(capsys, home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, said = run(capsys, "--port", str(port))
    assert code == 2
    assert f"port {port}" in said
    assert "--port" in said
    assert not (home / "prefect").exists()


def test_neither_the_command_nor_the_web_app_imports_prefect_or_torch():
    code = (
        "import sys, cli.studio, studio.serve, studio.app, flows.upkeep.supervise\n"
        "print([name for name in ('prefect', 'torch', 'transformers', 'music21') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
