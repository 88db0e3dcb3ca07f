# Everything a developer or an office needs to start; `make help` lists it.
# Set up once into .venv, with the hashes of requirements*.txt checked; stamps make a second run quick.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
HOST ?= 127.0.0.1
PORT ?= 8000
PYTEST_WORKERS ?= 2
PYTEST_ARGS ?=
BENCH ?= full

.DEFAULT_GOAL := help
.PHONY: help run test test-faults bench lint format db lock vendor clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.ready ## set up, load the demo (plan 163) and serve it
	$(BIN)/cchc-tasks demo --serve --host $(HOST) --port $(PORT)

test: $(VENV)/.ready-dev ## set up and run all tests, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadgroup $(PYTEST_ARGS)

test-faults: $(VENV)/.ready-dev ## run the fault tests at their full size (long)
	CCHC_FAULTS=full $(BIN)/python -m pytest -m faults $(PYTEST_ARGS)

bench: $(VENV)/.ready-dev ## measure against the bare floor; BENCH=short for a smoke run
	$(BIN)/python -m bench --size $(BENCH)

lint: $(VENV)/.ready-dev ## check style, types, vendored files, the lock and the pages' code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python scripts/vendor.py --check
	$(BIN)/python scripts/lock.py --check
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/guards

format: $(VENV)/.ready-dev ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

db: $(VENV)/.ready ## bring the database of ./config.toml or ./instance to the newest schema
	$(BIN)/cchc-tasks db upgrade

lock: $(VENV)/.ready-dev ## write uv.lock and requirements*.txt from pyproject.toml
	$(BIN)/python scripts/lock.py

vendor: $(VENV)/.ready ## fetch the pinned front-end files again (needs npm)
	$(BIN)/python scripts/vendor.py

clean: ## remove the virtual environment and caches (never ./instance)
	rm -rf $(VENV) .pytest_cache .hypothesis .mypy_cache .ruff_cache build dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name it with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "The venv module is missing: apt install python3-venv" >&2; exit 1; }

$(VENV)/.ready: requirements.txt requirements-build.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV), once; this takes about a minute."
	@$(PIP) --require-hashes -r requirements.txt -r requirements-build.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt $(VENV)/.ready
	@echo "Installing what the tests need, once."
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@
