# make demo   sets up, loads the sample town when there is nothing yet, opens the app
# make test   sets up, runs every check and every test, the browser's included
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: demo serve test check bench lock clean

$(VENV)/.runtime: requirements.lock pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Hexbeat needs Python 3.11 or newer. Install it, or say where it is: make PYTHON=/path/to/python3.11"; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

$(VENV)/.bench: $(VENV)/.dev requirements-bench.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-bench.lock
	@touch $@

demo: $(VENV)/.runtime
	$(BIN)/hexbeat demo --port $(PORT)

serve: $(VENV)/.runtime
	$(BIN)/hexbeat serve --port $(PORT)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered --cov-fail-under=90

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks.run

lock:
	uv pip compile pyproject.toml --extra build --python-version 3.11 --universal --generate-hashes --no-header --no-annotate -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev --python-version 3.11 --universal --generate-hashes --no-header --no-annotate -o requirements-dev.lock
	uv pip compile pyproject.toml --extra build --extra dev --extra bench --python-version 3.11 --universal --generate-hashes --no-header --no-annotate -o requirements-bench.lock

clean:
	rm -rf $(VENV) dist static .pytest_cache .mypy_cache .ruff_cache .hypothesis
