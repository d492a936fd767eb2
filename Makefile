# Two commands do everything: `make demo` and `make test`. Both install what they need into .venv.
.PHONY: help demo test bench lint format types lock

VENV_PYTHON = .venv/bin/python
PREPARE = @sh scripts/python.sh scripts/prepare.py

help:
	@echo "make demo     start the portal with demo data; Ctrl-C stops it"
	@echo "make test     formatting, lint, types, import rules, all tests"
	@echo "make bench    what a page costs, at three sizes, into bench/results/"
	@echo "make lint     formatting and lint only"
	@echo "make types    types only"
	@echo "make format   put the code into the project's format"
	@echo "make lock     renew the lock files from pyproject.toml, keeping versions that still fit"

demo:
	$(PREPARE) runtime
	@exec $(VENV_PYTHON) -m portal.cli demo

test:
	$(PREPARE) dev
	@exec $(VENV_PYTHON) scripts/check.py

bench:
	$(PREPARE) dev
	@exec $(VENV_PYTHON) -m bench

lint:
	$(PREPARE) dev
	@exec $(VENV_PYTHON) scripts/check.py format lint

types:
	$(PREPARE) dev
	@exec $(VENV_PYTHON) scripts/check.py types

format:
	$(PREPARE) dev
	@.venv/bin/ruff format
	@.venv/bin/ruff check --fix

UV_COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml

lock:
	$(PREPARE) dev
	@test -x .venv/bin/uv || $(VENV_PYTHON) -m pip install --quiet uv
	$(UV_COMPILE) --extra dev --output-file requirements-dev.lock
	$(UV_COMPILE) --constraint requirements-dev.lock --output-file requirements.lock
