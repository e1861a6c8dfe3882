# Two commands do everything on a fresh machine: `make demo` (a finished film) and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := build/demo

.PHONY: demo test check bench gallery clean help
help:            ## what there is
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/: .*## /	/'

$(VENV)/base: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/dev: $(VENV)/base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(VENV)/base ## the 15 s example film, offline, from nothing
	@mkdir -p $(DEMO)
	@cp -R examples/solvane/. $(DEMO)/
	@$(BIN)/workprint produce -C $(DEMO)

test: $(VENV)/dev ## every test
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(VENV)/dev ## format, lint, types, import contracts, house rules
	$(BIN)/ruff format --check src tests bench gallery tools
	$(BIN)/ruff check src tests bench gallery tools
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/house_rules.py

bench: $(VENV)/dev ## speed and memory, with ratios against a baseline of the same run
	$(BIN)/python -m bench

gallery: $(VENV)/base ## every design, type system, transition and grade, and three films, as a page and a sheet
	$(BIN)/python -m gallery

clean:           ## remove what the above made
	rm -rf $(VENV) build src/*.egg-info
