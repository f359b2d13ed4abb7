from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import artifacts.migrations
from artifacts import tables
from artifacts.catalogue import Catalogue
from artifacts.database import Database
from artifacts.verify import verify
from schemas.errors import ArtifactError
from tests.artifacts.made import SLOT, cover, provenance, recipe, remember
from tests.examples import lyrics


def test_the_migrations_make_the_tables(tmp_path: Path) -> None:
    with Database(tmp_path / "catalogue.sqlite").read() as connection:
        found = compare_metadata(MigrationContext.configure(connection), tables.metadata)
    assert found == []


def test_head_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(artifacts.migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [tables.HEAD]


def test_a_second_opening_keeps_what_is_there_and_needs_no_alembic(tmp_path: Path) -> None:
    first = Catalogue.in_folder(tmp_path)
    digest = first.put(lyrics())
    first.close()
    code = (
        "import sys, pathlib; from artifacts.catalogue import Catalogue; "
        f"found = Catalogue.in_folder(pathlib.Path({str(tmp_path)!r})).get({digest!r}); "
        "sys.exit(0 if found.title == 'Upon the Water' and 'alembic' not in sys.modules "
        "and 'fsspec' not in sys.modules else 1)"
    )
    root = Path(tables.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_sqlite_runs_in_wal_mode(tmp_path: Path) -> None:
    with Database(tmp_path / "catalogue.sqlite").read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_a_catalogue_of_a_newer_hibari_is_left_alone(tmp_path: Path) -> None:
    database = Database(tmp_path / "catalogue.sqlite")
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(ArtifactError, match="'9999', which this Hibari does not know"):
        Database(tmp_path / "catalogue.sqlite")


def test_what_is_no_catalogue_is_told_and_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "catalogue.sqlite"
    place.write_bytes(b"dear diary, " * 500)
    with pytest.raises(ArtifactError, match="damaged or no catalogue"):
        Database(place)
    assert place.read_bytes() == b"dear diary, " * 500


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ArtifactError, match="cannot be made"):
        Database(tmp_path / "file" / "catalogue.sqlite")
    with pytest.raises(ArtifactError, match="cannot be written"):
        Database(tmp_path)


@pytest.mark.parametrize(
    ("limit", "problem"),
    [("max_page_count = 1", "disk is full.*hibari gc"), ("query_only = 1", "readonly database.*right to write")],
)
def test_a_full_or_read_only_disk_is_told_and_nothing_is_half_written(
    catalogue: Catalogue, limit: str, problem: str
) -> None:
    artifact = cover(catalogue)
    many = [(recipe(seed), artifact, provenance(artifact, recipe(seed))) for seed in range(200)]
    with catalogue.database.read() as connection:
        connection.exec_driver_sql(f"PRAGMA {limit}")
    with pytest.raises(ArtifactError, match=problem):
        catalogue.remember_many(many)
    catalogue.close()
    assert catalogue.recall_many(recipe(seed).digest() for seed in range(200)) == {}
    assert verify(catalogue).records == 0


def test_a_catalogue_of_the_first_version_keeps_its_takes_as_the_start_of_their_history(tmp_path: Path) -> None:
    catalogue = Catalogue.in_folder(tmp_path)
    catalogue.take(SLOT, 0, recipe().digest(), remember(catalogue, recipe()))
    later = [name for name, revision in _added().items() if revision != "0001"]
    with catalogue.database.write() as connection:
        for name in later:
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    catalogue.close()
    again = Catalogue.in_folder(tmp_path)
    assert [(fill.number, fill.artifact) for fill in again.fills(SLOT)] == [
        (take.number, take.artifact) for take in again.takes(SLOT)
    ]
    again.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such modes")
def test_nobody_else_on_the_machine_may_read_the_secrets_of_webhooks(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.sqlite"
    catalogue = Catalogue.in_folder(tmp_path)
    catalogue.add_webhook("https://example.org/x", (), by="Ada", seen=0)
    files = sorted(tmp_path.glob("catalogue.sqlite*"))
    assert [(part.name, part.stat().st_mode & 0o777) for part in files] == [(part.name, 0o600) for part in files]
    catalogue.close()
    file.chmod(0o640)  # as somebody wants it who shares it with a group
    Catalogue.in_folder(tmp_path).close()
    assert file.stat().st_mode & 0o777 == 0o640


def _added() -> dict[str, str]:
    """The migration that made each table."""
    versions = Path(artifacts.migrations.__file__).parent / "versions"
    return {
        name: revision
        for file in sorted(versions.glob("r*.py"))
        for revision in [file.name[1:5]]
        for name in re.findall(r'create_table\(\s*"(\w+)"', file.read_text())
    }
