# The commands of the product. `make help` lists them.
# Each one brings its own virtual environment up to date first; nothing is installed outside
# the checkout but Debian packages, and those only where that is allowed.

PYTHON ?= python3.11
export PYTHON
BIN := .venv/bin
CODE := accounts assessment config scripts manage.py
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run demo-reset test test-fast lint fix types arch messages bench shell lock

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: ## Set up, load the demonstration, serve web and worker (PORT=8000) until Ctrl-C
	@scripts/set_up.sh run
	@$(BIN)/python -m scripts.prepare --demonstration
	@$(BIN)/python -m scripts.serve

demo-reset: ## Put the demonstration back to its beginning (what was entered is set aside once)
	@scripts/set_up.sh run
	@$(BIN)/python -m scripts.reset_demonstration
	@$(BIN)/python -m scripts.prepare --demonstration

test: ## Everything: checks, SQLite, PostgreSQL, Redis and worker, Chromium
	@scripts/set_up.sh test
	@$(BIN)/python -m scripts.run_tests

# What takes long for what it finds while working on one room; `make test` runs it.
THOROUGH := tests/test_permission_grid.py tests/infrastructure tests/desk/test_demonstration.py \
	tests/portal/test_library_frameworks.py tests/engine/test_command_line.py \
	tests/reports/test_pdf.py tests/reports/test_notices.py tests/charts/test_render.py tests/audit/test_concurrency.py

test-fast: ## Unit tests on SQLite, without the thorough ones: under a minute
	@scripts/set_up.sh test
	@$(BIN)/python -m scripts.messages compile
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal --hypothesis-profile=ci -m "not browser and not services" \
		$(THOROUGH:%=--ignore=%)

lint: ## Style of Python and templates
	@scripts/set_up.sh test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/djlint templates --lint --quiet

fix: ## Correct the style of Python where that can be done by machine
	@scripts/set_up.sh test
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: ## Types, strictly
	@scripts/set_up.sh test
	@$(BIN)/mypy $(CODE)

arch: ## Who may import whom
	@scripts/set_up.sh test
	@$(BIN)/lint-imports --no-logo

messages: ## Collect texts for translation, compile; fails while one is missing or fuzzy
	@scripts/set_up.sh test
	@$(BIN)/python -m scripts.messages

bench: ## Measure speed and memory
	@scripts/set_up.sh test
	@scripts/debian_packages.sh bench
	@for script in bench/*.py; do echo "── $$script"; $(BIN)/python -m "bench.$$(basename "$$script" .py)" || exit 1; done

shell: ## Python with the product loaded
	@scripts/set_up.sh run
	@$(BIN)/python manage.py shell

lock: ## Lock the packages again (UPGRADE=1: take newer versions)
	@scripts/set_up.sh test
	@scripts/lock.sh
