# `make` alone lists what there is. ARGS hands options on: make test ARGS="tests/plan -x"
.PHONY: help setup demo test check faults contract bench fuzz lab schemas docs fmt lock clean
.DEFAULT_GOAL := help

bin := .venv/bin

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv from the lock (PYTHON=… chooses the interpreter)
	@.ci/setup

demo: setup ## see the whole tool work on this machine, without credentials
	@$(bin)/ajo demo $(ARGS)

test: setup ## run the tests (ARGS=--cov: with the coverage that is promised)
	@$(bin)/pytest -n 2 --dist loadgroup $(ARGS)

# Every step runs, whatever the ones before it said.
check: setup ## run the gate: style, types, import contracts, definitions
	@failed=; \
	for step in "ruff check" "ruff format --check" "mypy" "lint-imports --no-logo" \
	  "ajo schema --check" "ajo validate" "ajo fmt --check"; do \
	  printf '\n== %s\n' "$$step"; \
	  $(bin)/$$step || failed="$$failed, $$step"; \
	done; \
	if [ -n "$$failed" ]; then printf '\ncheck failed: %s\n' "$${failed#, }"; exit 1; fi; \
	printf '\ncheck passed\n'

bench: setup ## measure `ajo validate` beside reading alone (ARGS="--files 2000"), the emulator, a rehearsal, exercises, cases
	@$(bin)/python -m benchmarks.validate $(ARGS)
	@$(bin)/python -m benchmarks.emulator
	@$(bin)/python -m benchmarks.rehearsal
	@$(bin)/python -m benchmarks.exercise
	@$(bin)/python -m benchmarks.cases

fuzz: setup ## throw bent files at the tool (ARGS="--mutations 1000000 --seed 1 --guided-seconds 600")
	@$(bin)/python -c 'import atheris' 2>/dev/null || $(bin)/uv pip install --quiet --python $(bin)/python \
	  --only-binary :all: --require-hashes --requirement tests/fuzz/requirements.txt || echo "atheris can't be installed"
	@$(bin)/python -m tests.fuzz $(ARGS)

lab: setup ## open the notebooks
	@$(bin)/jupyter lab notebooks/ $(ARGS)

schemas: setup ## write schemas/ anew from the model
	@$(bin)/ajo schema

faults: setup ## sync through every fault at every request (most of an hour; `make test` takes a sample)
	@FAULTS=all $(bin)/pytest tests/faults -n 2 --dist loadgroup $(ARGS)

contract: setup ## hold the emulator against its OpenAPI document, with a large budget
	@CONTRACT_EXAMPLES=$${CONTRACT_EXAMPLES:-300} $(bin)/pytest tests/emulator/test_schemathesis.py $(ARGS)

docs: setup ## write the generated pages of docs/ anew
	@$(bin)/python -m toolkit.cli.pages
	@$(bin)/python -m tests.emulator.contract

fmt: setup ## bring code and definitions into their canonical form
	@$(bin)/ruff check --fix --exit-zero --quiet
	@$(bin)/ruff format
	@$(bin)/ajo fmt

lock: setup ## write requirements.lock anew from pyproject.toml (ARGS=--upgrade: with the newest releases)
	@$(bin)/uv pip compile pyproject.toml --all-extras --universal --no-strip-extras --python-version 3.11 --generate-hashes --system-certs \
	  --no-annotate --custom-compile-command "make lock" --output-file requirements.lock --quiet $(ARGS)
	@echo "requirements.lock is written; make setup installs it"

clean: ## remove what these targets made: the environment, caches, builds
	@rm -rf .venv .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
