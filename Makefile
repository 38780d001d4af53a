# What there is to do with this folder: `make` lists it.  Everything is installed into .venv, nothing outside of it.

SHELL  := /bin/sh
PYTHON ?=
BIN    := .venv/bin
CONFIG ?= config.example.toml

# A stamp says that what it names is installed here: a changed dependency or a moved folder installs anew.
PLACE   := $(shell pwd | cksum | cut -d ' ' -f 1)
RUNTIME := .venv/.installed-$(PLACE)
TOOLS   := .venv/.tools-$(PLACE)
PIP     := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo run check test campaign bench services clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: $(RUNTIME) ## show a support desk at work: real mail, three days in seconds
	@$(BIN)/mailproc demo

run: $(RUNTIME) ## start the daemon on 127.0.0.1:2525 (CONFIG=config.example.toml)
	@$(BIN)/mailproc --version
	@$(BIN)/mailproc serve --config "$(CONFIG)"

check: $(RUNTIME) ## read the configuration as the daemon would (CONFIG=config.example.toml)
	@$(BIN)/mailproc check --config "$(CONFIG)"

test: $(TOOLS) ## style, types, imports, then every test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -n auto

campaign: $(TOOLS) ## kill the daemon ten times under load: is any mail lost, or answered twice?
	@$(BIN)/python -m tests.campaign kill9 --kills 10 --sessions 10

bench: $(TOOLS) ## how fast it is on this machine, beside what the machine could do (about five minutes)
	@$(BIN)/python bench/floors.py --mails 1000 --runs 1
	@$(BIN)/python bench/road.py --mails 300 --runs 1
	@$(BIN)/python bench/store.py
	@$(BIN)/python bench/reading.py
	@$(BIN)/python bench/flat.py --few 1000 --many 20000 --mails 100 --pairs 3

services: ## install the real servers that some tests talk to (Debian, needs root)
	@sudo=; test "$$(id -u)" = 0 || sudo=sudo; $$sudo apt-get update -qq && \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	  postfix dovecot-imapd postgresql chromium swaks mutt

clean: ## take away what was installed and cached here
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info build dist

$(RUNTIME): pyproject.toml constraints.txt
	@found=; for python in "$(PYTHON)" python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11; do \
	  test -n "$$python" || continue; \
	  if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then \
	    found=$$python; break; fi; \
	done; \
	if test -z "$$found"; then \
	  echo "mailproc needs Python 3.11 or later with venv; on Debian or Ubuntu: sudo apt install python3-venv" >&2; \
	  exit 1; \
	fi; \
	echo "Installing mailproc into .venv with $$($$found --version), once; this takes about a minute ..."; \
	"$$found" -m venv --clear .venv
	@$(PIP) -e .
	@touch $@

$(TOOLS): $(RUNTIME)
	@echo "Installing the tools for tests into .venv, once ..."
	@$(PIP) -e '.[dev]'
	@touch $@
