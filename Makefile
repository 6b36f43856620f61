# ownkey: `make demo` shows it at work, `make test` tests it. All that is needed is put into .venv.

# The first Python that the locks cover; name another with PYTHON=...
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
	2>/dev/null && echo "$$python" && break; done)
bootstrap = @test -n "$(PYTHON)" || { echo "ownkey needs a whole Python 3.11 to 3.14: install one, or name \
	it with PYTHON=/path/to/python3" >&2; exit 1; }; "$(PYTHON)" scripts/bootstrap.py

.PHONY: help demo demo-real test fuzz check format lock catalog bench bench-cache providers pictures audit sbom build attacks clean run tools

help: ## show this
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 12

demo: run ## the whole machine at work, without any key; ARGS="--wire openai" picks a format
	@.venv/bin/ownkey demo $(ARGS)

demo-real: run ## a small real model on llama.cpp instead (fetches 200 MB into .demo, once)
	@OWNKEY_CACHE_DIR="$(CURDIR)/.demo" .venv/bin/ownkey demo --real

test: tools ## all tests; ARGS="tests/wire -k sse" picks some
	@.venv/bin/pytest --numprocesses auto --maxprocesses 8 --dist loadgroup $(ARGS)

fuzz: tools ## 100,000 hostile streams for each decoder (takes an hour or more)
	@.venv/bin/pytest --numprocesses auto --hypothesis-profile fuzz --timeout 0 tests/wire/test_hostile_streams.py

check: tools ## lint, format, types, and the floors of the architecture
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

format: tools ## mend what ruff can mend
	@.venv/bin/ruff check --fix
	@.venv/bin/ruff format

lock: run ## write the locks from pyproject.toml; ARGS=--upgrade for newer versions
	$(bootstrap) lock
	@.venv/bin/python scripts/lock.py $(ARGS)

catalog: run ## write the catalog of prices and limits anew; ARGS="--date 2026-11-23" for that day's
	$(bootstrap) lock
	@.venv/bin/uv pip install --quiet --target .catalog --group catalog
	@.venv/bin/uv pip install --quiet --target .catalog --no-deps --group catalog-table
	@PYTHONPATH=.catalog .venv/bin/python scripts/catalog.py $(ARGS)

bench-cache: run ## measure the use of the cache against other clients' ways: docs/bench.md
	@.venv/bin/python -m bench.cache

bench: tools ## measure start, stream, app, long work, big things, many at once; ARGS="stream app" picks groups
	@.venv/bin/python -m bench --json dist/bench.json $(ARGS)

providers: run ## write the entries of docs/providers.md from the presets
	@.venv/bin/python scripts/providers.py

pictures: run ## draw the pictures of the README anew
	@.venv/bin/python scripts/pictures.py

audit: run ## ask the public lists of vulnerabilities about the locks
	$(bootstrap) lock
	@.venv/bin/python scripts/audit.py

sbom: run ## write dist/sbom.json, what the program is made of (CycloneDX)
	@mkdir -p dist
	@.venv/bin/python scripts/sbom.py > dist/sbom.json

build: sbom ## write dist/: the wheel, the same to the byte each time, and with it dist/sbom.json
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) .venv/bin/python -m flit_core.wheel --outdir dist

attacks: run ## write docs/attacks.md from the tests there are
	@.venv/bin/python scripts/attacks.py

clean: ## remove everything that was made here
	@rm -rf .venv .demo .arena .catalog .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis dist
	@find src tests scripts -name __pycache__ -prune -exec rm -rf {} +

run:
	$(bootstrap)

tools: run
	$(bootstrap) test model
