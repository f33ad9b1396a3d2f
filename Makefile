# OneDoor: set-up, demo, tests, checks. `make help` lists the targets.
# Needs git, make, python3 (3.11 or newer) with venv; everything else comes by pip and npm as this machine has them configured.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

PYTHON ?= python3
WORKERS ?= 2
# a module stays on one worker; tests/conftest.py says in what order modules go
SPREAD = -n $(WORKERS) --dist loadfile --no-loadscope-reorder
ARGS ?=
# .ci/run has what failed run once more
PYTEST ?= $(BIN)/pytest
STAMPS := .setup
BIN := .venv/bin
STATIC := platform/onedoor/web/static
CATALOGUES := $(wildcard platform/onedoor/translations/*/LC_MESSAGES/*.po)
# style sheets keep the classes that scripts, templates and Python name
FRONT := $(shell find $(STATIC)/src platform/onedoor/web/templates -type f; find platform/onedoor/web platform/onedoor/edge -name '*.py')
SOURCES := platform tenants tasks migrations tests scripts
SQL := 'platform/onedoor/*/sql/*.sql' 'tenants/sql/*.sql'

# node and npm come with a wheel; their cache is here, so that HOME may be anything.
export npm_config_cache ?= $(CURDIR)/$(STAMPS)/npm
ifdef SSL_CERT_FILE
export NODE_EXTRA_CA_CERTS ?= $(SSL_CERT_FILE)
endif
export PIP_DISABLE_PIP_VERSION_CHECK := 1
NODE := PATH="$(CURDIR)/$(BIN):$$PATH"

.PHONY: help setup demo servers bundle translations browser test test-fast test-long bench audit clean \
        check lint format-check bandit types imports catalogue translations-check templates front format

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 22

# --- set-up -----------------------------------------------------------------------------------------------------------

setup: $(STAMPS)/project bundle translations  ## everything the other targets need; instant when nothing changed
	@:

$(STAMPS)/venv:
	@mkdir -p $(STAMPS)
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("OneDoor needs Python 3.11 or newer, and $(PYTHON) is older.")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv
	@touch $@

$(STAMPS)/packages: requirements.lock | $(STAMPS)/venv
	@echo "Installing the Python packages of requirements.lock."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@touch $@

$(STAMPS)/project: pyproject.toml $(STAMPS)/packages
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/bench: requirements-bench.lock $(STAMPS)/project
	@echo "Installing what the benchmark compares with, from requirements-bench.lock."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-bench.lock
	@touch $@

$(STAMPS)/node: package.json package-lock.json .npmrc $(STAMPS)/packages
	@echo "Installing the front-end packages of package-lock.json."
	@$(NODE) npm ci --include=dev --loglevel=error
	@touch $@

$(STAMPS)/bundle: build.mjs $(FRONT) $(STAMPS)/node
	@$(NODE) node build.mjs
	@touch $@

$(STAMPS)/translations: $(CATALOGUES) $(STAMPS)/packages
	@$(if $(CATALOGUES),$(BIN)/pybabel --quiet compile --directory platform/onedoor/translations)
	@touch $@

bundle: $(STAMPS)/bundle  ## the front-end bundle
	@:
translations: $(STAMPS)/translations  ## the compiled translations
	@:

# --- use --------------------------------------------------------------------------------------------------------------

demo: setup  ## a made-up city on http://127.0.0.1:8000 (ARGS="--port 8001" for another)
	@exec $(BIN)/onedoor demo $(ARGS)

servers: setup  ## only PostgreSQL and Valkey, on the data folder var/servers
	@exec $(BIN)/onedoor servers --data var/servers $(ARGS)

# --- tests ------------------------------------------------------------------------------------------------------------

browser: $(STAMPS)/project
	@scripts/browser

test: setup browser  ## unit, database, worker and browser tests (ARGS="tests/draws -k seed")
	@$(PYTEST) $(SPREAD) $(ARGS)

test-fast: setup  ## only the tests without a database and those that are rolled back: three minutes
	@$(PYTEST) $(SPREAD) --fast $(ARGS)

test-long: setup browser  ## the long suites
	@$(PYTEST) $(SPREAD) -m long $(ARGS) || { status=$$?; [ $$status = 5 ] && echo "There is no long suite here." || exit $$status; }

bench: setup browser $(STAMPS)/bench  ## the draw of 1,000,000 objects beside other tools (ARGS="--objects 100000 --json")
	@$(BIN)/onedoor bench draw $(ARGS)

# --- checks -----------------------------------------------------------------------------------------------------------

check: lint format-check bandit types imports catalogue translations-check templates front  ## everything that is checked without running the product

lint: $(STAMPS)/project  ## ruff's rules; squawk's for SQL
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/squawk --config .squawk.toml $(SQL) > $(STAMPS)/squawk.txt 2>&1 || { cat $(STAMPS)/squawk.txt; exit 1; }

format-check: $(STAMPS)/project  ## ruff's format
	@$(BIN)/ruff format --check $(SOURCES)

bandit: $(STAMPS)/project  ## bandit: what code should not do
	@$(BIN)/bandit --quiet --recursive --configfile pyproject.toml platform tenants tasks migrations scripts

types: $(STAMPS)/project  ## mypy
	@$(BIN)/mypy

imports: $(STAMPS)/project  ## which way arrows point
	@$(BIN)/lint-imports

catalogue: $(STAMPS)/project  ## migrations equal models, policies, grants and functions
	@$(BIN)/onedoor check

translations-check: $(STAMPS)/project  ## every sentence has its translation
	@$(BIN)/python scripts/translations.py check

templates: $(STAMPS)/project  ## djlint
	@$(BIN)/djlint --lint --quiet platform/onedoor

front: $(STAMPS)/node  ## Biome's rules and format, and the compiler's types, for the JavaScript
	@$(NODE) node_modules/.bin/biome ci --error-on-warnings --reporter=summary --log-level=error
	@$(NODE) node_modules/.bin/tsc -p jsconfig.json

audit: setup  ## known vulnerabilities in what we depend on (asks the registries; or ADVISORIES=a checkout of PyPA's)
	@[ -n "$(ADVISORIES)" ] || [ -x $(STAMPS)/audit/bin/pip-audit ] || { $(PYTHON) -m venv $(STAMPS)/audit && $(STAMPS)/audit/bin/pip install --quiet pip-audit; }
	@$(NODE) $(BIN)/python scripts/audit.py $(ADVISORIES)

format:  ## rewrite the sources in ruff's and Biome's format
	@$(BIN)/ruff format $(SOURCES)
	@$(NODE) node_modules/.bin/biome format --write --log-level=error

clean:  ## what can be made again (data in var/ stays)
	rm -rf $(STAMPS) .venv node_modules build dist $(STATIC)/build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find platform tenants tasks migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +
	find platform -name '*.mo' -delete
