# Yinling (银龄). `make run` shows it, `make test` tests it; `make help` lists the rest.
# A step is done once: its stamp in .venv is newer than what it depends on.

PYTHON ?= python3
BIN := .venv/bin
BOOTSTRAP := $(PYTHON) yinling/ops/bootstrap.py
STAMP := .venv/.stamp
FRONTEND := $(shell find yinling/web/frontend -type f) vite.config.ts tsconfig.json
CATALOGUES := $(wildcard yinling/locale/*/LC_MESSAGES/*.po)

.PHONY: help run test check lint bench assets messages clean
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

run: $(STAMP)-packages $(STAMP)-assets $(STAMP)-messages ## set up what is missing and start with the demo (PORT=8000)
	@exec $(BIN)/yinling serve --demo

test: $(STAMP)-packages $(STAMP)-assets $(STAMP)-messages $(STAMP)-browser ## run the tests
	@echo "yinling: running the tests"
	@YINLING_CHROMIUM="$$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)" \
		$(BIN)/python -m pytest -n 2 --dist loadgroup

check: lint test ## everything that CI checks; the tests also compare generated documents with the code

lint: $(STAMP)-packages $(STAMP)-node ## style, types, layers
	@echo "yinling: checking style, types and layers"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BOOTSTRAP) types

bench: $(STAMP)-packages ## measure what docs/scale.md reports
	@$(BIN)/python tools/bench.py

assets: $(STAMP)-assets ## build the front end

messages: $(STAMP)-packages ## collect new interface strings (needs gettext) and compile the catalogues
	@command -v xgettext >/dev/null || { echo "yinling: collecting strings needs: apt-get install gettext"; exit 1; }
	@cd yinling && ../$(BIN)/yinling manage makemessages --locale zh_Hans --no-obsolete --add-location file
	@$(BIN)/python -m yinling.ops.messages

clean: ## remove everything that was built; the records in var/ (as root: /var/lib/yinling) stay
	@test ! -x $(BIN)/yinling || $(BIN)/yinling stop
	rm -rf .venv node_modules dist yinling/web/static/build yinling/web/static/collected yinling/office/fonts
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find yinling -name '*.mo' -delete

$(STAMP)-venv:
	@$(BOOTSTRAP) venv
	@touch $@

$(STAMP)-packages: $(STAMP)-venv requirements.lock pyproject.toml
	@$(BOOTSTRAP) packages
	@touch $@

$(STAMP)-node: $(STAMP)-packages package-lock.json .npmrc
	@$(BOOTSTRAP) node_packages
	@touch $@

$(STAMP)-assets: $(STAMP)-node $(FRONTEND) yinling/ops/fonts.py
	@$(BOOTSTRAP) assets
	@touch $@

$(STAMP)-messages: $(STAMP)-packages $(CATALOGUES)
	@$(BIN)/python -m yinling.ops.messages
	@touch $@

$(STAMP)-browser: $(STAMP)-venv
	@$(BOOTSTRAP) browser
	@touch $@
