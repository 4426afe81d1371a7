# Everything a user or developer runs. Each target sets up what it needs by itself.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help setup engine demo picture docs test test-unit test-integration test-pythons mutants check bench schema sdks npm plugin lock audit dist release-check clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1: /p' $(MAKEFILE_LIST)

setup: $(STAMP) engine ## virtual environment, development tools, engine

# The version is asked first: everything after it assumes it.
# The lock holds for each supported Python and platform; `make setup LOCK=` takes the newest allowed versions instead.
# Pip comes first, out of the lock too: what checks all other packages is held to its own checksum by the pip that Python brings.
LOCK ?= requirements-dev.lock
$(STAMP): pyproject.toml $(wildcard $(LOCK))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + " (make PYTHON=... names another)")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@sed -n '/^pip==/,/[^\\]$$/p' requirements-dev.lock > $(VENV)/pip.lock
	@test -s $(VENV)/pip.lock || { echo 'requirements-dev.lock has no line for pip' >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement $(VENV)/pip.lock
	@if test -n "$(LOCK)"; then \
		$(BIN)/python -m pip install --quiet --require-hashes --requirement $(LOCK) && \
		$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .; \
	else $(BIN)/python -m pip install --quiet --editable '.[emulator,cli,report]' --group dev; fi
	@touch $@

engine: $(STAMP) ## find or make a Pulumi engine; the last line is the directory to put on PATH
	@$(BIN)/python tools/engine.py

demo: $(STAMP) ## the whole story against the built-in emulator
	@engine=$$($(BIN)/python tools/engine.py) && PATH="$(CURDIR)/$(BIN):$$engine:$$PATH" $(BIN)/python tools/demo.py

picture: $(STAMP) ## write docs/report.png anew, the README's picture of a report; needs Chromium
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tools/picture.py

# In an environment of its own, like that of the mutants. The variable silences an advertisement; --quiet would turn
# --strict off, for warnings are counted as they are printed.
DOCS := build/docs/venv
$(DOCS)/.installed: requirements-docs.lock
	@$(PYTHON) -m venv $(DOCS)
	@$(DOCS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $^
	@touch $@

docs: $(STAMP) $(DOCS)/.installed ## write the generated pages anew, and build the documentation into build/site
	@$(BIN)/python tools/docs.py
	@NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --strict

check: $(STAMP) ## format, lint, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

# With all examples of each property; by itself `make test-unit` has a fifth of them, for it is run again and again.
test: export HYPOTHESIS_PROFILE ?= full
test: check test-unit test-integration ## check, and every test, on a real engine

# Apart from each other these need nothing but Python: no engine, browser or database.
test-unit: $(STAMP) ## the tests of the parts, all at once
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest tests/unit --numprocesses auto $(PYTEST_ARGS)

# One after the other: an engine, a browser and a database each want the machine for themselves.
TESTS := tests/integration
test-integration: $(STAMP) ## the tests of the whole, on a real engine; TESTS=... names some of them
	@engine=$$($(BIN)/python tools/engine.py) && PATH="$(CURDIR)/$(BIN):$$engine:$$PATH" $(BIN)/python -m pytest $(TESTS) $(PYTEST_ARGS)

test-pythons: $(STAMP) ## the tests of the parts on every other supported Python that this machine has, each with an environment in build/pythons
	@$(BIN)/python tools/pythons.py $(PYTEST_ARGS)

# In an environment of its own, so that no other target installs what only this one needs.
MUTANTS := build/mutants/venv
$(MUTANTS)/.installed: requirements-dev.lock requirements-mutants.lock
	@$(PYTHON) -m venv $(MUTANTS)
	@for lock in $^; do \
		$(MUTANTS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $$lock || exit 1; done
	@touch $@

mutants: $(MUTANTS)/.installed ## mutation tests of the core: exit code 1 if under 95 % are killed (half an hour; no part of `make test`)
	@$(MUTANTS)/bin/python tools/mutants.py $(MUTANTS_ARGS)

bench: $(STAMP) ## measure, print the table, and write docs/performance.md anew
	@engine=$$($(BIN)/python tools/engine.py) && PATH="$(CURDIR)/$(BIN):$$engine:$$PATH" $(BIN)/python -m benchmarks.run

schema: $(STAMP) ## write the plugin's schema, and the docstrings that repeat each other, anew
	@$(BIN)/python tools/schema.py

sdks: $(STAMP) ## write sdk/ anew: TypeScript and Go SDKs of the plugin; needs Go
	@$(BIN)/python tools/sdks.py sdk

npm: $(STAMP) ## the npm package of the TypeScript SDK, into dist/; needs Node
	@$(BIN)/python tools/npm.py dist

# What is installed in this environment is what the plugin's archive holds, so nothing else is.
PLUGIN := build/plugin/venv
PLUGIN_DIST := dist
$(PLUGIN)/.installed: requirements-plugin.lock
	@$(PYTHON) -m venv --clear $(PLUGIN)
	@$(PLUGIN)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

plugin: $(PLUGIN)/.installed ## the plugin's archives into dist/: one that needs no Python, for this machine, and its sources
	@$(PLUGIN)/bin/python tools/plugin.py $(PLUGIN_DIST)

lock: $(STAMP) ## write the locks anew: the newest allowed versions, with hashes, for every supported Python
	@$(BIN)/uv pip compile --quiet --no-config --upgrade --universal --python-version 3.11 --all-extras --group dev \
		--generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
		--custom-compile-command 'make lock' --output-file requirements-dev.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --no-config --upgrade --universal --python-version 3.11 --group mutants \
		--constraint requirements-dev.lock --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
		--custom-compile-command 'make lock' --output-file requirements-mutants.lock
	@$(BIN)/uv pip compile --quiet --no-config --upgrade --universal --python-version 3.11 --group docs \
		--constraint requirements-dev.lock --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
		--custom-compile-command 'make lock' --output-file requirements-docs.lock
	@$(BIN)/uv pip compile --quiet --no-config --upgrade --universal --python-version 3.11 --extra sdk --group plugin \
		--constraint requirements-dev.lock --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
		--custom-compile-command 'make lock' --output-file requirements-plugin.lock pyproject.toml
	@! grep -nE '://|@ file' requirements-*.lock || { echo 'the lock names an address; it must not' >&2; exit 1; }

audit: $(STAMP) ## ask the vulnerability service of PyPI about the locked versions (needs the network; no part of `make test`)
	@$(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off --timeout 15 --requirement requirements-dev.lock || \
		{ echo 'make audit: vulnerabilities were found, or the vulnerability service was not reached; see above' >&2; exit 1; }

# Only these: other targets put their files beside them.
DIST_FILES := dist/pulumi_huaweicloud_css-*.whl dist/pulumi_huaweicloud_css-*.tar.gz
dist: $(STAMP) ## build wheel and sdist into dist/, and check them
	@rm -f $(DIST_FILES)
	@$(BIN)/python -m build --no-isolation --outdir dist .
	@$(BIN)/twine check --strict $(DIST_FILES)
	@$(BIN)/python -m pytest -q tests/integration/dist

release-check: check dist plugin docs ## all of a release that a machine without accounts can do; TAG=v1.2.3 is held to the version
	@$(BIN)/python tools/release_check.py --tag "$(TAG)"

clean: ## remove what the other targets made here (the engine's cache is outside)
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
