PYTHON ?= python3
PORT ?= 8000

run: .venv/installed .env
	@.venv/bin/python -c "import socket; socket.create_server(('127.0.0.1', $(PORT)))" 2> /dev/null || \
		{ echo "Port $(PORT) is in use, perhaps by a server that still runs. Stop it, or: make run PORT=8001"; exit 1; }
	.venv/bin/python -m uvicorn main:app --reload --no-access-log --port $(PORT)

test: .venv/installed
	.venv/bin/python -m pytest
	.venv/bin/python -m pytest --postgresql
	@if command -v npm > /dev/null; then $(MAKE) test-client; else echo "No Node here: client/ was not tested."; fi

# This file is made last: what was interrupted is done again.
.venv/installed: requirements.txt
	@$(PYTHON) -c "import sys; sys.version_info >= (3, 11) or sys.exit('Python 3.11 or later is needed: make PYTHON=python3.11')"
	$(PYTHON) -m venv .venv
	@echo "Installing what requirements.txt names into .venv. The first time this takes a minute."
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

bench: .venv/installed
	.venv/bin/python -m benchmarks

.env:
	cp .env.example .env

# Everything that is made from the application: its OpenAPI descriptions, the list of actions, and the TypeScript client
generate: .venv/installed
	.venv/bin/python -m scripts.openapi
	.venv/bin/python -m scripts.glossary
	@if command -v npm > /dev/null; then cd client && npm ci && npm run generate && npx tsc; else echo "No Node here: client/ is as it was."; fi

test-client: .venv/installed
	cd client && npm ci && npm run check && npm test

# AWS SAM runs this for deploy/template.yaml: the application, and what it needs on Lambda in the tested versions.
# Compiled here, as a container can't keep what it compiles.
build-Logbook:
	sed '/^# Not on AWS Lambda/,$$d' deploy/requirements.in | python3.13 -m pip install --quiet --disable-pip-version-check \
		-r /dev/stdin -c requirements.txt --target "$(ARTIFACTS_DIR)" --no-compile --only-binary :all: \
		--platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64
	cp -r $(filter-out conftest.py test_main.py,$(wildcard *.py)) routes "$(ARTIFACTS_DIR)"
	python3.13 -m compileall -q -f --invalidation-mode unchecked-hash "$(ARTIFACTS_DIR)"

# The same application in the layout of a larger one, in a new folder: docs/growing.md
grow: .venv/installed
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check $$(grep ^ruff tests/requirements.txt)
	@.venv/bin/python scripts/grow.py "$(TO)"

.PHONY: build-Logbook run test bench generate test-client grow
