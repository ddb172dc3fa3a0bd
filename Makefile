# The one command surface: people and CI call the same targets.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?=
# errors only: what pip warns of on a machine is not about MDL
INSTALL := $(BIN)/pip install --disable-pip-version-check -qqq --no-input --root-user-action=ignore

.DEFAULT_GOAL := help
.PHONY: help run up quick test test-postgres lint audit security format bench load outage fuzz image image-test faults dist wheel-test sign lock schemas docs drawn examples screenshots clients typescript clean

# the version has one place
VERSION := $(shell sed -n 's/^version = "\(.*\)"$$/\1/p' pyproject.toml)
ENGINE ?= $(shell command -v docker > /dev/null && echo docker || echo buildah)
IMAGE_ARGS ?=
POSTGRES_TESTS := tests/integration/test_migrations.py tests/integration/test_database.py tests/integration/test_backup.py \
	tests/integration/schemas tests/integration/reports tests/integration/pipelines/publish tests/integration/pipelines/backups \
	tests/integration/webapi
# what draws pages of docs/ from the code
DRAWN := docs.draw $(patsubst docs/%.py,docs.%,$(wildcard docs/reference_*.py))
NODE_MODULES := clients/typescript/node_modules/.package-lock.json

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.runtime .env ## Compute the flights sample and print its scorecard
	@$(BIN)/python examples/flights/prepare.py
	@$(BIN)/mdl run
	@echo "next: $(BIN)/mdl values FLT-DEPARTURES, or make up to serve it all"

up: $(VENV)/.runtime .env ## Serve Dagster and the reporting API
	$(BIN)/python examples/flights/prepare.py
	@test -d webapi/manual || echo "no manual at /docs yet: make docs builds it"
	$(BIN)/mdl up

quick: $(VENV)/.dev ## Check style, types, floors and unit tests, in under a minute
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@for page in $(DRAWN); do $(BIN)/python -m $$page --check || exit 1; done
	@$(BIN)/python -m pytest -n 2 -q -m "not node and not slow" tests/unit

test: $(VENV)/.dev ## Run every test
	$(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder $(PYTEST_ARGS)

test-postgres: $(VENV)/.dev ## Run what asks PostgreSQL most, on the server or programs of MDL_TEST_POSTGRES
	@test -n "$$MDL_TEST_POSTGRES" || { echo "MDL_TEST_POSTGRES is the URL of a server to test on, or the folder of PostgreSQL's programs"; exit 1; }
	$(BIN)/python -m pytest -n 3 --dist loadscope -m "not browser and not node" $(PYTEST_ARGS) $(POSTGRES_TESTS)

lint: $(VENV)/.dev ## Check style, types, floors and definitions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@for page in $(DRAWN); do $(BIN)/python -m $$page --check || exit 1; done
	$(BIN)/python -m docs.site
	$(BIN)/mdl catalog schema --check
	$(BIN)/mdl openapi --check
	$(BIN)/dagster definitions validate -m pipelines.orchestration.definitions
	$(BIN)/actionlint
	$(BIN)/check-jsonschema -q --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci .gitlab-ci.yml

audit: $(VENV)/.dev ## Look for known holes, foreign licences and secrets, in under a minute
	$(BIN)/python -m tests.audit $(AUDIT_ARGS)

format: $(VENV)/.dev ## Put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## Print speed and memory on 5 million events
	$(BIN)/python -m tests.bench

load: $(VENV)/.dev ## Let 1,000 users read the API for a minute
	$(BIN)/python -m tests.load

outage: $(VENV)/.dev ## Take PostgreSQL away for ten minutes under load
	$(BIN)/python -m tests.outage

schemas: $(VENV)/.dev ## Write the JSON Schemas of the catalog and the OpenAPI document anew
	$(BIN)/mdl catalog schema --write
	$(BIN)/mdl openapi

docs: drawn ## Build the manual, which `make up` then serves at /docs
	$(BIN)/python -m docs.site

drawn: $(VENV)/.dev ## Draw anew what pages of docs/ have from the code
	@for page in $(DRAWN); do $(BIN)/python -m $$page || exit 1; done

examples: $(VENV)/.dev .env ## Record the examples of the API's document anew, over the flights sample
	$(BIN)/python -m docs.record

screenshots: $(VENV)/.dev ## Take the pictures of the pages anew, of the sample in this folder
	$(BIN)/python -m docs.screenshots

clients: $(VENV)/.dev $(NODE_MODULES) ## Build the clients and the request collection in dist/clients (needs Node)
	cd clients/python && $(abspath $(BIN))/python -m hatchling build -t wheel -d ../../dist/clients
	$(BIN)/python -m clients.collection docs/openapi.json dist/clients/mdl.postman_collection.json
	cd clients/typescript && npm run build && npm pack --pack-destination ../../dist/clients

typescript: $(VENV)/.dev $(NODE_MODULES) ## Check the TypeScript client against a running server (needs Node)
	$(BIN)/python -m pytest -n 0 -m node tests/integration/webapi/test_clients.py

fuzz: $(VENV)/.dev ## Send over 20,000 generated requests to the API, in every role
	$(BIN)/python -m tests.fuzz

security: $(VENV)/.dev $(VENV)/wapiti/bin/wapiti ## Attack a served installation over HTTP, in ten minutes
	$(BIN)/python -m tests.attack --wapiti $(VENV)/wapiti/bin/wapiti

image-test: $(VENV)/.dev ## Build the image and start the stack from it (root, Debian, minutes)
	$(BIN)/python -m tests.image

image: ## Build the image mdl:VERSION with Docker or buildah (ENGINE)
	$(ENGINE) build --file docker/Dockerfile --tag mdl:$(VERSION) $(IMAGE_ARGS) .

dist: $(VENV)/.dev $(VENV)/.release clients ## Build wheel, sdist, SBOMs and checksums in dist, and the clients (needs Node)
	VENV=$(VENV) VERSION=$(VERSION) .ci/dist

wheel-test: $(VENV)/.dev ## Use the wheel of `make dist` without the checkout
	$(BIN)/python -m tests.wheel

sign: $(VENV)/.release ## Sign dist's checksums as the CI job that one is (Sigstore, no key)
	$(VENV)/release/bin/sigstore sign --overwrite --bundle dist/SHA256SUMS.sigstore.json dist/SHA256SUMS

faults: $(VENV)/.dev ## Make nine faults in the stack and measure until somebody is told (root, Debian, 45 minutes)
	$(BIN)/python -m tests.faults

lock: $(VENV)/.dev ## Pin the newest allowed versions of every dependency
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-strip-extras --custom-compile-command "make lock" --extra sample pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-strip-extras --custom-compile-command "make lock" --extra sample --group dev \
		-c requirements.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-strip-extras --custom-compile-command "make lock" --group release -o requirements-release.lock

clean: ## Remove the virtual environment and all caches, keep the data
	rm -rf webapi/manual clients/typescript/node_modules clients/typescript/build clients/typescript/src/schema.ts dist $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(NODE_MODULES): clients/typescript/package-lock.json
	@node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' && npm --version > /dev/null \
		|| { echo "the TypeScript client needs Node 20 or newer and npm; 'node' and 'npm' are to be on the PATH"; exit 1; }
	cd clients/typescript && npm ci --no-audit --no-fund
	touch $@

# apart: it wants other versions of what MDL has
$(VENV)/wapiti/bin/wapiti: | $(VENV)/bin/python
	@$(BIN)/python -m venv $(VENV)/wapiti
	@$(VENV)/wapiti/bin/pip install --disable-pip-version-check -qqq --no-input 'wapiti3>=3.2.3,<3.3'

.env:
	@cp examples/flights/sample.env .env

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "MDL needs Python 3.11 or newer; try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "installing MDL into $(VENV), a minute or so"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "installing MDL and what its tests need into $(VENV), two minutes or so"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(INSTALL) --no-deps -e .
	@touch $@ $(VENV)/.runtime

$(VENV)/.release: requirements-release.lock | $(VENV)/bin/python
	@$(PYTHON) -m venv $(VENV)/release
	@$(VENV)/release/bin/pip install --disable-pip-version-check -qqq --no-input --require-hashes -r requirements-release.lock
	@touch $@
