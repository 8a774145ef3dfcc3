# Names for what scripts/ does; each also runs without make (python3 scripts/run.py).
PYTHON3 ?= python3
WITH = $(PYTHON3) scripts/services.py# one command, with PostgreSQL and Valkey running
FLASK = $(WITH) flask --app wsgi

.DEFAULT_GOAL := help
.PHONY: help setup run services seed worker relay cron doctor unit test bench soak ci format lint lock \
        migration migrate db-check translations

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2} /^##@/ {print "\n" substr($$0, 5)}' $(MAKEFILE_LIST)

##@ Use it
run: ## everything, set up and serving (PORT=8001 for another port)
	@exec $(PYTHON3) scripts/run.py

doctor: ## what is missing, and how to mend it
	@$(FLASK) doctor

##@ Check it
test: ## every test, on throw-away servers (T=tests/unit for some)
	@exec $(PYTHON3) scripts/test.py $(T)

unit: ## pure rules only: the inner loop
	@exec $(PYTHON3) scripts/test.py -n 0 tests/unit

lint: ## style, types, imports, templates, spelling, translations
	@exec $(PYTHON3) scripts/lint.py

bench: ## what evaluating, closing, placing and pricing cost, on throw-away servers (B=pricing for one)
	@exec $(PYTHON3) scripts/bench.py $(B)

soak: ## all that is tried with made-up cases, with new ones, and many more (SOAK=500 times as many)
	@SOAK=$${SOAK:-50} exec $(PYTHON3) scripts/test.py --randomly-seed=default --timeout=3600 \
	  tests/unit tests/contracts tests/integration/loyalty/test_any_history.py

ci: lint test ## all that must pass before a change lands

##@ Work on it
setup: ## .venv, front-end packages, assets, translations
	@$(PYTHON3) scripts/setup.py dev

format: setup ## write the code as the house style has it
	@.venv/bin/ruff check --fix-only --quiet . ; .venv/bin/ruff format .

services: ## PostgreSQL and Valkey alone, their addresses printed
	@exec $(WITH)

seed: ## the demo brand, once
	@$(FLASK) seed

worker: ## one RQ worker by itself
	@$(FLASK) worker

relay: ## the outbox relay by itself
	@$(FLASK) outbox relay

cron: ## scheduled work by itself
	@$(FLASK) cron

migration: ## write a migration from the models (m="add gift stock")
	@$(FLASK) db migrate -m "$(m)"

migrate: ## bring the database up to date
	@$(FLASK) db upgrade

db-check: ## do models and migrations agree?
	@$(FLASK) db check

translations: ## take new sentences into the catalogues, then check them
	@$(PYTHON3) scripts/translations.py update && $(PYTHON3) scripts/translations.py check

lock: ## pin the packages named in requirements/*.in
	@$(PYTHON3) scripts/lock.py
