PYTHON ?= python3
PORT ?= 8000

run: .venv .env
	.venv/bin/python -m uvicorn main:app --reload --no-access-log --port $(PORT)

test: .venv
	.venv/bin/python -m pytest
	.venv/bin/python -m pytest --postgresql
	@if command -v npm > /dev/null; then $(MAKE) test-client; else echo "No Node here: client/ was not tested."; fi

.venv: requirements.txt
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch .venv

.env:
	cp .env.example .env

openapi: .venv
	.venv/bin/python openapi.py

client: openapi
	cd client && npm ci && npm run generate && npx tsc

test-client: .venv
	cd client && npm ci && npm run check && npm test

.PHONY: run test openapi client test-client
