# Everything a newcomer needs. `make` alone lists it.
PYTHON ?= python3.11
BIN := .venv/bin
RUN_READY := .venv/.run-ready
DEV_READY := .venv/.dev-ready
COMPILED := $(wildcard chassis/folding/native/*.pyx chassis/folding/native/*.pxd)

.DEFAULT_GOAL := help
.PHONY: help setup run test faults lint types format contracts dashboards bench requirements clean

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 16

setup: $(DEV_READY) ## Install everything for development into .venv

run: $(RUN_READY) ## Start all services, play two years of the programme, show its figures
	$(BIN)/zarbia demo $(ARGS)

test: $(DEV_READY) ## Run all tests on a real broker and store
	$(BIN)/pytest $(ARGS)

faults: $(DEV_READY) ## Kill, stop and damage the fold at length, and write docs/faults.md (ARGS="-k disk": a part)
	ZARBIA_FAULTS=$${ZARBIA_FAULTS:-1} $(BIN)/pytest tests/faults $(ARGS)

lint: $(DEV_READY) ## Check style, import rules and what is generated
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python -m contracts.generate --check
	$(BIN)/python -m contracts.generate.compatibility
	$(BIN)/python -m console.monitoring --check

types: $(DEV_READY) ## Check types, tests included
	$(BIN)/mypy

format: $(DEV_READY) ## Format the code and sort its imports
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

contracts: $(DEV_READY) ## Generate schemas, examples, topic pages and AsyncAPI from the models
	$(BIN)/python -m contracts.generate

dashboards: $(DEV_READY) ## Generate the Grafana dashboards
	$(BIN)/python -m console.monitoring

bench: $(DEV_READY) ## Measure import, latency, and the fold beside Kafka Streams and Quix (ARGS=fold, scaling)
	$(BIN)/python -m bench $(ARGS)

requirements: $(DEV_READY) ## Resolve and pin all dependencies anew
	$(BIN)/uv pip compile pyproject.toml $(PIN) -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev $(PIN) -o requirements-dev.txt

PIN := --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links

clean: ## Remove the environment, caches and local data
	rm -rf .venv .venv-bench .zarbia .zarbia-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info build chassis/folding/native/*.so chassis/folding/native/*.c

.venv:
	$(PYTHON) -m venv .venv

$(RUN_READY): requirements.txt pyproject.toml $(COMPILED) | .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

$(DEV_READY): requirements-dev.txt pyproject.toml $(COMPILED) | .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@ $(RUN_READY)
