# Weir: what people and CI run. Every target sets the tree up first.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
bin := .venv/bin
pytest := $(bin)/python -m pytest

.PHONY: help setup demo test check fmt lint type contracts unit conformance integration e2e bench limits plots crds docs lock clean

help: ## show what there is
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "%-12s %s\n", $$1, $$2}' Makefile

setup: ## make .venv out of the locked requirements
	@requirements/setup.sh

demo: setup ## embedded broker, one worker, examples/ reconciled, a live table; Ctrl-C ends it
	@exec $(bin)/python examples/demo.py

test: setup ## everything: checks and all tests (Java 17, Maven, Go and root where a test needs them)
	@$(MAKE) --no-print-directory fmt-check lint type contracts
	@tests/infra/prepare.sh
	$(pytest) tests --durations=15

check: setup ## format, lint, types, import contracts, unit tests: no broker, no cluster
	@$(MAKE) --no-print-directory fmt-check lint type contracts unit

fmt: setup ## format the code
	$(bin)/ruff format .
	$(bin)/ruff check --fix .

.PHONY: fmt-check
fmt-check:
	$(bin)/ruff format --check .

lint: setup ## lint
	$(bin)/ruff check .

type: setup ## strict types
	$(bin)/mypy

contracts: setup ## who may import whom
	$(bin)/lint-imports --no-cache

unit: setup ## unit tests
	$(pytest) -q tests/unit

conformance: setup ## recorded answers of Java Connect against our worker, on a real broker
	@tests/infra/prepare.sh
	$(pytest) tests/conformance

integration: setup ## tests on a real broker, Java Connect and a real API server
	@tests/infra/prepare.sh
	$(pytest) tests/integration

e2e: setup ## from kubectl apply to the lines of a file, on a real API server and broker
	@tests/infra/prepare.sh
	$(pytest) tests/e2e

bench: setup ## measure Java Connect and ours side by side; writes docs/benchmarks.*, docs/plots
	@tests/infra/prepare.sh
	$(bin)/python bench/run.py --write

plots: setup ## draw docs/plots and the table out of docs/benchmarks.json, without measuring
	$(bin)/python bench/plot.py

limits: setup ## let abusive clients loose on a worker; writes docs/limits.md
	@tests/infra/prepare.sh
	$(bin)/python bench/limits.py --write

crds: setup ## generate crds/ from the models
	$(bin)/python -m weir_operator.resources.crd

docs: setup ## generate the reference pages of docs/
	$(bin)/python docs/generate.py

lock: setup ## resolve the requirement files anew
	@requirements/lock.sh

clean: ## take away what was made here
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
