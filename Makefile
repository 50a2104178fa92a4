# Every command sets up what it needs; the second call is instant.
SHELL := /bin/bash
# A check whose output is shortened by a pipe must still fail.
.SHELLFLAGS := -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
PYTHON ?= $(firstword $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p; done))

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(VENV)/.run ## the dashboard on http://127.0.0.1:8501 (PORT=... for another)
	@$(BIN)/python -m streamlit run asgi.py --server.port $(PORT)

test: $(VENV)/.dev ## every test, in parallel; ARGS="-k quote" for some, ARGS="-m quick" after each change
	@tools/system-packages
	@# Without its bytecode every worker would prepare each file of tests anew. What caches count in seconds comes after
	@# all others, with the machine for itself.
	@export PYTHONDONTWRITEBYTECODE=; failed=0; \
	$(BIN)/python -m pytest -n auto --dist loadgroup -rfEs $(ARGS) || failed=$$?; \
	$(BIN)/python -m pytest -n 0 --by-the-clock -rfEs $(ARGS) || failed=$$?; exit $$failed

lint: $(VENV)/.dev ## style, types, direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache | tail -n 5

format: $(VENV)/.dev ## put the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.dev ## what is fast, as ratios in one run; and what an attack is felt of
	@for bench in pricing portfolio importing workbooks zonefile inventory uploads board flow dns propagation cutover watch texts load; do $(BIN)/python -m bench.$$bench || exit 1; done

screenshots: $(VENV)/.dev ## take the pictures of the README anew
	@tools/system-packages
	@SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest -m browser -k screenshots -n 0

scenes: $(VENV)/.dev ## play the switches on real name servers and write docs/dns-scenes.md
	@tools/system-packages
	@SCENES=docs/dns-scenes.md $(BIN)/python -m pytest tests/lab/test_scenes.py -n 0 -q

faults: $(VENV)/.dev ## plant faults in moves between real servers, look before the switch, write docs/cutover-faults.md
	@tools/system-packages
	@FAULTS=docs/cutover-faults.md $(BIN)/python -m pytest tests/lab/test_cutover_faults.py -n 0 -q

beside: $(VENV)/.dev ## play broken domains and moves to zonemaster, DNSViz and checkdmarc beside the desk, write docs/*-beside.md
	@$(BIN)/python -m tests.lab.beside
	@$(BIN)/python -m tests.lab.beside_cutover

week: $(VENV)/.dev ## play a week of 200 moving domains to the watches; kill whoever looks 100 times
	@tools/system-packages
	@WEEK_DOMAINS=200 $(BIN)/python -m pytest tests/test_watch_week.py -n 0 -q
	@WATCH_KILLS=100 $(BIN)/python -m pytest tests/test_watch_runner.py tests/test_watch_workers.py -k kill -n 0 -q

requirements: $(VENV)/.dev ## compile requirements*.in to pinned, hashed files for Python 3.11 to 3.14
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header requirements.in -o requirements.txt $(ARGS)
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header requirements-dev.in -o requirements-dev.txt $(ARGS)

clean: ## remove the environment and every cache
	rm -rf $(VENV) .hypothesis .pytest_cache .mypy_cache .ruff_cache

$(VENV)/.run: requirements.txt | $(VENV)
	@tools/install requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt | $(VENV)
	@tools/install requirements-dev.txt
	@touch $@ $(VENV)/.run

$(VENV):
	@PYTHON="$(PYTHON)" tools/create-venv

.PHONY: help run test lint format bench screenshots scenes faults beside requirements clean
