# Two commands: `make run` serves the library, `make test` proves it.
SHELL := /bin/bash
PY := .venv/bin/python
# Compiled modules are kept, or every process of every start would compile them anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run test lint format docs clean setup-dev browser

setup: ## the virtual environment with what serving needs
	@./scripts/setup.sh requirements.txt

setup-dev:
	@./scripts/setup.sh requirements-dev.txt

run: setup ## serve http://127.0.0.1:8000 with worker and sample
	@exec $(PY) manage.py serve

lint: setup-dev ## ruff, mypy, import order of the floors
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy assetdb indexer generators webapp client/src/lacuna
	.venv/bin/lint-imports

format: setup-dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

docs: setup-dev ## these pages as HTML, in docs/_build/html
	$(PY) -m sphinx -W -n -q -b html docs docs/_build/html

browser: setup-dev
	@./scripts/browser.sh

test: setup-dev browser lint ## everything CI runs
	$(PY) -m pytest
