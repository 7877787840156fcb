# One command each: `make` lists them. Needs Python 3.11 to 3.13, git and make.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test explore check sbom eval bench compare lock clean

BIN := .venv/bin
# Tests share out by file. Many of them wait for a server, so there is a worker more than cores; each holds models, so more
# than four would take much memory.
WORKERS = -n $$($(BIN)/python -c "import os; print(min(4, (os.cpu_count() or 1) + 1))") --dist loadfile --no-loadscope-reorder
SETUP := python=$$(.ci/find-python) && "$$python" .ci/setup.py

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## Make .venv with the pinned packages (PYTHON=... chooses the Python)
	@$(SETUP)

setup-dev:
	@$(SETUP) --dev

demo: setup ## Start Firstline and a local Slack workspace; prints the address
	@$(BIN)/firstline demo $(ARGS)

test: setup-dev ## Run every test, installing a browser if there is none (ARGS="-k name" picks some, "-n 0" one by one)
	@$(BIN)/python tests/browser.py
	@$(BIN)/python -m pytest $(WORKERS) $(ARGS)

explore: setup-dev ## Run the property tests with cases that no run has tried before (ARGS="--hypothesis-seed=N" for one again)
	@HYPOTHESIS_PROFILE=explore $(BIN)/python -m pytest $(WORKERS) tests/property tests/unit tests/integration $(ARGS)

check: setup-dev ## Lint, check types, imports, packages: that they fit, their licences, the SBOM, known vulnerabilities
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pip check --disable-pip-version-check
	@$(BIN)/python .ci/licences.py
	@$(BIN)/python .ci/sbom.py --check
	@$(BIN)/python .ci/audit.py

sbom: setup-dev ## Write what Firstline runs with to sbom.json (CycloneDX)
	@$(BIN)/python .ci/sbom.py $(ARGS)

eval: setup ## Measure answers, recipes and handoffs on the question set
	@$(BIN)/firstline eval $(ARGS)

bench: setup ## Measure start time, memory and time per question
	@$(BIN)/firstline bench $(ARGS)

compare: ## Measure Firstline beside BM25 alone, txtai and Haystack, in .venv-compare
	@$(SETUP) --compare
	@.venv-compare/bin/python .ci/compare.py $(ARGS)

lock: setup-dev ## Resolve the lock files anew (ARGS="--upgrade" takes newer releases)
	@$(BIN)/python .ci/lock.py $(ARGS)

clean: ## Remove .venv, .venv-compare and caches (Firstline's own data in .firstline stays)
	@rm -rf .venv .venv-compare .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
