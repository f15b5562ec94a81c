# Everything a fresh clone needs, with Python 3.11 or newer, pip and make. `make` alone lists what there is.
# PYTHON=python3.12 sets up with that one, VENV=.venv-3.12 elsewhere than in .venv.

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo run test coverage soak bench check format screenshots migration lock postgres-password clean
MAKEFLAGS += --no-print-directory

VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
AUTO ?=
PYTHON ?=
TESTS ?=
TYPES := $(BIN)/basedpyright --pythonpath $(BIN)/python
MEASURED := $(BIN)/coverage run -m pytest -n 2 --dist worksteal -rs

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(VENV)/ready ## make .venv with what Fourtop needs to run
setup-dev: $(VENV)/ready-dev ## the same, and what its tests and checks need

demo: $(VENV)/ready ## an evening with three friends in the browser; AUTO=1 plays it by itself, here
	@$(BIN)/fourtop demo $(if $(filter-out 0,$(AUTO)),--auto)

run: $(VENV)/ready ## start the bot with the settings in .env
	@$(BIN)/fourtop run

test: $(VENV)/ready-dev ## the test suite; TESTS=tests/core for a part of it
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not soak" -rs $(TESTS)

coverage: $(VENV)/ready-dev ## which branches the test suite takes; TESTS=tests/core for a part of it
	@mkdir -p artefacts && rm -f artefacts/coverage*
	@$(MEASURED) -m "not soak" $(TESTS)
	@$(BIN)/python tools/branches.py

soak: $(VENV)/ready-dev ## the suite and the fault loops with many seeds; writes docs/coverage.md, without TESTS=
ifneq ($(TESTS),)
	@$(BIN)/python -m pytest -n 2 -m soak --timeout 3600 $(TESTS)
else
	@mkdir -p artefacts && rm -f artefacts/coverage*
	@$(MEASURED) -m "not soak"
	@$(MEASURED) -m soak --timeout 3600
	@$(BIN)/python tools/branches.py --write
endif

bench: $(VENV)/ready-dev ## measure, and write docs/benchmarks.md
	@$(BIN)/python -m bench

check: $(VENV)/ready-dev ## format, lint, types, import rules, migrations
	@$(BIN)/ruff format --check --quiet --output-format concise . || { echo "Not formatted: run 'make format'."; exit 1; }
	@$(BIN)/ruff check --quiet --output-format concise .
	@$(TYPES) & product=$$!; $(TYPES) --project tests/pyrightconfig.json; tests=$$?; wait $$product && exit $$tests
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest tests/core/persistence/test_migrations.py

format: $(VENV)/ready-dev ## put every file into its format
	@$(BIN)/ruff check --quiet --fix --exit-zero . && $(BIN)/ruff format --quiet .

screenshots: $(VENV)/ready-dev ## pictures of the chat page, in artefacts/
	@$(BIN)/python -m pytest -m browser -rs tests/browser

migration: $(VENV)/ready-dev ## write the next migration: make migration M="add tips"
	@test -n "$(M)" || { echo 'Say what it does: make migration M="add tips"'; exit 1; }
	@$(BIN)/python -m migrations "$(M)" && $(BIN)/ruff check --quiet --fix migrations && $(BIN)/ruff format --quiet migrations

lock: $(VENV)/ready ## pin the dependencies anew; UPGRADE=1 takes the newest versions
	@$(BIN)/python tools/lock.py $(if $(UPGRADE),--upgrade)

postgres-password: ## make a password of the database for compose, once, and say what goes into .env
	@test -s postgres.password || (umask 077 && od -An -tx1 -N24 /dev/urandom | tr -d ' \n' > postgres.password)
	@echo "FOURTOP_DATABASE_URL=postgresql://fourtop:$$(cat postgres.password)@postgres/fourtop"

clean: ## remove what these targets made, but not data/
	rm -rf .venv .venv-* build dist artefacts *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# A candidate is asked to start: a pyenv shim may be on the path and have no Python behind it. Where Python comes
# without its own pip (Debian's python3 without python3-venv), the pip at hand fills the environment from outside.
$(VENV)/made:
	@found=; for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Fourtop needs Python 3.11 or newer, and found none on this machine (python.org/downloads has it)."; exit 1; \
	fi; \
	echo "Setting up with $$("$$found" --version), once"; \
	rm -rf $(VENV); \
	"$$found" -m venv $(VENV) >/dev/null 2>&1 || { \
	  rm -rf $(VENV) && "$$found" -m venv --without-pip $(VENV) && \
	  "$$found" -m pip --disable-pip-version-check -qq --python $(BIN)/python install pip; \
	} || { rm -rf $(VENV); echo "Could not make a virtual environment: is pip there ($$found -m pip --version)?"; exit 1; }
	@touch $@

$(VENV)/ready: $(VENV)/made requirements.lock pyproject.toml
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.lock
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
