# Every target brings .venv in step with its lock first (scripts/venv.sh), which takes no time when it is.
SHELL = /bin/sh
PYTHON ?= python3
export PYTHON

BIN = .venv/bin
POSTGRES = $(filter postgres%,$(DATABASE_URL))
TEMPLATES = find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2

.PHONY: help run test lint format bench vendor lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: export HTTPS ?= 0
run: ## Start WorkChat on 127.0.0.1 and PORT (8000), with the demo in an empty database
	@scripts/venv.sh $(if $(POSTGRES)$(REDIS_URL),scale,base)
	@exec $(BIN)/python manage.py serve

test: lint ## Check everything: lint, types, the whole suite; on PostgreSQL if DATABASE_URL names it
ifeq ($(POSTGRES),)
	$(BIN)/pytest -n 2 --cov
else
	$(BIN)/pytest -m smoke tests/e2e
	$(BIN)/pytest -n 2 --ignore tests/e2e -m "not browser"
endif

lint: export SECRET_KEY ?= only-for-the-type-checker
lint: ## Check style, templates and types
	@scripts/venv.sh dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(TEMPLATES) --check {} +
	$(BIN)/mypy

format: ## Rewrite the code and the templates in the project's style
	@scripts/venv.sh dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(TEMPLATES) {} +

bench: ## Measure what benchmarks/README.md describes
	@scripts/venv.sh dev
	$(BIN)/python -m benchmarks

vendor: ## Rebuild static/vendor/ from its npm package (needs npm)
	$(PYTHON) scripts/vendor.py

LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header
lock: ## Lock the dependencies of pyproject.toml; ARGS=--upgrade takes the newest that fit
	@scripts/venv.sh dev
	$(LOCK) $(ARGS) -o requirements/base.txt
	$(LOCK) $(ARGS) --extra scale -o requirements/scale.txt
	$(LOCK) $(ARGS) --extra scale --extra dev -o requirements/dev.txt

clean: ## Remove .venv, caches and reports; your data stays
	rm -rf .venv .coverage .coverage.* htmlcov staticfiles test-results .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
