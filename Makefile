# Everything a newcomer needs: `make demo`, `make test`. Nothing here needs root, Docker or a running server.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$name; break; fi; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
BUILT := $(BIN)/.for-running
TESTED := $(BIN)/.for-testing

.PHONY: help demo run test bench chaos lock clean

help:
	@echo 'make demo          make one clip through the web chat, and stay (ONCE=1: end after it)'
	@echo 'make run           run the bot'
	@echo 'make test          every check and test'
	@echo 'make bench         measure, each figure beside a bare floor'
	@echo 'make chaos         set fire to it for 5 minutes, and audit (SECONDS=3600 SEED=7: longer, the same blows again;'
	@echo '                   FLEET=postgres: several hosts; RATE=12: deeds a second; EVERY=5: seconds between blows)'
	@echo 'make lock          pin the newest allowed libraries'
	@echo 'make clean         remove what was installed and made here, but not the data'

demo: $(BUILT)
	@$(BIN)/reelbot demo $(if $(ONCE),--once)

run: $(BUILT)
	@$(BIN)/reelbot run

test: $(TESTED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/deptry .
	$(BIN)/pytest -p tests.coverage_gate -p tests.coverage_apart --cov --cov-report= -n 4 --maxschedchunk 4

bench: $(TESTED)
	$(BIN)/python -m tests.bench

chaos: $(TESTED)
	$(BIN)/python -m tests.chaos $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED)) $(if $(FLEET),--fleet $(FLEET)) \
	    $(if $(RATE),--rate $(RATE)) $(if $(EVERY),--every $(EVERY))

# The libraries are installed by hash; the bot itself is only linked, so nothing is fetched to build it.
$(BUILT): requirements.lock pyproject.toml | $(BIN)/python
	@echo 'Installing into .venv …'
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(TESTED): tests/requirements.lock pyproject.toml | $(BIN)/python
	@echo 'Installing into .venv, with what the tests need …'
	@$(PIP) install --require-hashes -r tests/requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(BUILT)

$(BIN)/python:
	@if [ -z '$(PYTHON)' ]; then echo 'Reelbot needs Python 3.11 or newer: install it, or say make PYTHON=/path/to/python3.'; exit 1; fi
	@$(PYTHON) -m venv .venv

lock:
	$(PYTHON) -m venv .venv/locking
	.venv/locking/bin/python -m pip --quiet install uv
	.venv/locking/bin/uv pip compile --quiet pyproject.toml --extra postgres --group build \
		--universal --python-version 3.11 --generate-hashes --upgrade --no-header --no-annotate -o requirements.lock
	.venv/locking/bin/uv pip compile --quiet pyproject.toml --extra postgres --group build --group dev -c requirements.lock \
		--universal --python-version 3.11 --generate-hashes --upgrade --no-header --no-annotate -o tests/requirements.lock

clean:
	rm -rf .venv build dist *.egg-info .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache bench.json
