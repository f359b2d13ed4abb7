# Two commands are enough: `make album` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
TORCH := torch==2.13.0
STARTING_PROCESSES := tests/browser tests/cli tests/flows tests/studio tests/tasks/batches/test_poison.py
WITHIN_PROCESSES := tests $(STARTING_PROCESSES:%=--ignore=%)

.PHONY: album test check setup lock clean

album: .venv/.ready ## make and press a three-song EP
	$(BIN)/hibari setup
	$(BIN)/hibari make briefs/first-light.yaml --press --policy demo

test: .venv/.ready-dev ## run the whole suite, two processes side by side; what starts servers, browsers and batches comes last
	$(BIN)/hibari setup
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile $(WITHIN_PROCESSES)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile $(STARTING_PROCESSES)

check: .venv/.ready-dev ## lint, types, import contract, spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/typos

setup: .venv/.ready ## create the environment and fetch the default models
	$(BIN)/hibari setup

# torch comes first and by itself: where the package index offers a build for the CPU alone, it is taken
.venv/.ready: requirements/base.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/.ready-dev: .venv/.ready requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	touch $@

lock: .venv/.ready-dev ## write the locked requirement files anew
	cd requirements && ../$(BIN)/python lock.py

clean: ## remove what was made here; releases stay
	rm -rf .venv .hibari build
