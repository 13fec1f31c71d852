# Needs Debian's python3 (3.11 or newer), python3-venv and make; everything else comes from requirements.lock.
PYTHON ?= python3
PYTEST_OPTIONS ?=
BENCH_OPTIONS ?=
CHAOS_OPTIONS ?=
FUZZ_OPTIONS ?=
LOCK_OPTIONS ?=
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --no-input

.PHONY: help setup setup-tray demo demo-page test lint format bench chaos fuzz asyncapi screenshots screenshots-tray lock
.DELETE_ON_ERROR:

help:
	@echo "make demo    hear a synthetic consultation transcribed while it is spoken, and see the draft note"
	@echo "make demo-page   the bedside page in a browser, with a consultation spoken to it"
	@echo "make screenshots take the README's pictures of the bedside page anew"
	@echo "make test    format, lint, types and all tests"
	@echo "make lint    format, lint and types only"
	@echo "make format  mend the format"
	@echo "make bench   measure word error rate and latency; figures and a plot under build/"
	@echo "make chaos   a thousand faults over a hundred conversations; figures (CHAOS_OPTIONS=--seed N for another day)"
	@echo "make asyncapi  hold the protocol's AsyncAPI document to its standard's own schema (needs npm)"
	@echo "make screenshots-tray  take the README's pictures of the tray anew, and more under build/screenshots"
	@echo "make fuzz    made-up files to every decoder, and a million made-up messages to a daemon beside a neighbour"
	@echo "             (FUZZ_OPTIONS=--messages N or --minutes N)"
	@echo "make setup   only make .venv"
	@echo "make lock    resolve requirements.lock anew (LOCK_OPTIONS=--upgrade for newer releases)"

setup: .venv/.installed

# torch, which silero-vad declares and does not need here, is not in the lock: hence --no-deps.
.venv/.installed: requirements.lock pyproject.toml
	@echo "Setting up .venv: a minute or two the first time."
	@$(PYTHON) -m venv .venv
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# Qt is big, and only a desktop has a tray: a lock of its own, so that a ward's server never installs it.
setup-tray: .venv/.tray-installed

.venv/.tray-installed: .venv/.installed requirements-tray.lock
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements-tray.lock
	@touch $@

demo: setup
	@$(BIN)/wardscribe demo

demo-page: setup
	@$(BIN)/python -m tests.e2e.demo_page

screenshots: setup
	$(BIN)/python -m tests.e2e.screenshots build/screenshots
	@mkdir -p pictures
	@cd build/screenshots && cp page-recording-usual-light.png page-review-usual-dark.png ../../pictures/

test: lint
	$(BIN)/pytest $(PYTEST_OPTIONS)

lint: setup-tray
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy --no-error-summary

format: setup
	$(BIN)/ruff check --quiet --fix .
	$(BIN)/ruff format --quiet .

bench: setup
	$(BIN)/python -m benchmarks.latency $(BENCH_OPTIONS)

chaos: setup
	$(BIN)/python -m tests.faults.chaos $(CHAOS_OPTIONS)

# npm checks what it fetches; the schema is read by the tests and is no part of the program.
asyncapi: setup
	@mkdir -p build/asyncapi
	@cd build/asyncapi && npm pack --silent @asyncapi/specs@6.11.1 | xargs tar -xzf
	$(BIN)/pytest tests/test_asyncapi.py $(PYTEST_OPTIONS)

screenshots-tray: setup-tray
	$(BIN)/python -m screenshots.tray
	@mkdir -p pictures
	@cd build/screenshots && cp tray-review-light.png tray-captions-dark.png ../../pictures/

# atheris holds libFuzzer, which nothing else needs: hence not in the lock.
fuzz: setup
	@$(PIP) install --quiet atheris==3.0.0
	$(BIN)/python -m tests.fuzz.guided
	$(BIN)/python -m tests.fuzz.storm $(FUZZ_OPTIONS)

lock: setup
	@$(PIP) install --quiet uv
	$(BIN)/uv pip compile --quiet $(LOCK_OPTIONS) --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--python-version 3.11 --extra daemon --group dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet $(LOCK_OPTIONS) --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--python-version 3.11 --extra tray --constraint requirements.lock pyproject.toml -o requirements-tray.lock
