"""The house itself: where packages come from, how long files are, what imports cost."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGES = ("schemas", "artifacts", "media", "models", "training", "tasks", "flows", "studio", "cli")


@pytest.mark.parametrize("name", PACKAGES)
def test_each_package_is_ours_and_not_one_of_site_packages(name):
    assert Path(importlib.import_module(name).__file__).is_relative_to(CHECKOUT)


def test_no_flow_bears_a_name_that_would_hide_another_module():
    """Prefect puts the folder of an entry point first on the path, and worker processes inherit that."""
    taken = sys.stdlib_module_names | set(PACKAGES)
    names = {path.stem for path in (CHECKOUT / "flows").iterdir() if not path.name.startswith("_")}
    assert names & taken == set()


def test_no_file_is_longer_than_400_lines():
    long = {
        str(path.relative_to(CHECKOUT)): count
        for package in PACKAGES
        for path in (CHECKOUT / package).rglob("*.py")
        if (count := len(path.read_text().splitlines())) > 400
    }
    assert long == {}


@pytest.mark.parametrize("heavy", ["torch", "transformers", "prefect", "numpy", "pydantic", "sqlalchemy"])
def test_help_imports_nothing_heavy(heavy):
    code = (
        "import sys, json\n"
        "sys.argv = ['hibari', '--help']\n"
        "from cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    assert heavy not in json.loads(done.stderr.splitlines()[-1])


@pytest.mark.parametrize("name", sorted(path.stem for path in (CHECKOUT / "benchmarks").glob("*.py")))
def test_every_benchmark_can_be_imported(name):
    """What measures is run seldom: what it measures may have gone in the meantime."""
    importlib.import_module(f"benchmarks.{name}")


def test_the_stopwatch_of_films_finds_everything_that_it_times():
    from benchmarks.film_stages import stopwatch

    with stopwatch() as watch:
        pass
    assert watch.seconds == {}
