# juesuan on a fresh machine: Debian, python3.11 with venv, pip, make. The two commands are
#   make warehouse   install from the lock, read data/raw, build and publish data/warehouse/
#   make test        install the test tools too, run all tests
# The lock is complete, so pip resolves nothing (--no-deps) and takes only files with the locked hashes.
# Stamps in .venv remember what is installed, so a second run installs nothing.

PYTHON ?= python3.11
BIN    := .venv/bin
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
export DAGSTER_DISABLE_TELEMETRY := true

.PHONY: help warehouse test cluster-test lint dev dashboard lock clean accuracy docs dbt-docs audit

help:
	@grep -E '^# +make' Makefile | sed 's/^# *//'; echo 'make lint        ruff and mypy'
	@echo 'make cluster-test  Celery workers, daemon, databases; a worker is killed; Kubernetes played: ten minutes'
	@echo 'make accuracy    what is read against hand-checked figures: docs/accuracy.md'
	@echo 'make docs        data dictionary, worked questions and notebook, from the models and data/raw'
	@echo 'make dbt-docs    dbt'\''s pages of all models as one file, beside the warehouse'
	@echo 'make dev         Dagster in a browser, http://localhost:3000'
	@echo 'make dashboard  the pages over the warehouse, http://127.0.0.1:8501'
	@echo 'make audit       known vulnerabilities of the locked packages (needs pypi.org)'
	@echo 'make lock        resolve the lock files again from pyproject.toml'
	@echo 'make clean       remove what builds made; data/raw stays'

warehouse: .venv/installed
	$(BIN)/juesuan build

test: .venv/installed-dev
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

# Landing on Celery workers as deploy/ has it, and jobs as Kubernetes is asked for them; needs redis-server and postgresql.
cluster-test: .venv/installed-dev
	$(BIN)/python -m pytest -m cluster tests/cluster $(ARGS)

# Against the hand-checked figures of tests/gold; writes docs/accuracy.md where the published reports are at hand.
accuracy: .venv/installed-dev
	$(BIN)/python -m benchmarks.accuracy $(ARGS)

# Pages made from the data; tests fail when they are not what the models and the committed reports say.
docs: warehouse
	$(BIN)/python -m pipelines.exports.docs

# dbt's own documentation of the built warehouse, one file that needs no network; the dashboard's SQL page links to it.
dbt-docs: warehouse
	$(BIN)/python -m pipelines.exports.dbt_docs

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Dagster keeps its runs and schedules in .dagster; dagster.yaml there turns telemetry off and names the warehouse's pool. The filter
# is for Dagster's own remark that `dg dev`, another package, is to come after `dagster dev`.
dev: .venv/installed
	mkdir -p .dagster
	cp pipelines/assets/dagster.yaml .dagster/dagster.yaml
	DAGSTER_HOME="$(CURDIR)/.dagster" PYTHONWARNINGS=ignore::FutureWarning:click.core $(BIN)/dagster dev

# The pages over the warehouse that was published last, http://127.0.0.1:8501; ARGS="--port 8600" and the like.
dashboard: .venv/installed
	$(BIN)/juesuan dashboard $(ARGS)

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	touch $@

# The lock names versions and hashes, never where they come from. The second is resolved inside the first's versions.
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --generate-hashes
lock: .venv/installed-dev
	$(LOCK) --upgrade --extra dev --extra dashboard --extra cluster -o requirements-dev.lock
	$(LOCK) --extra dashboard --constraints requirements-dev.lock -o requirements.lock
	$(LOCK) --extra dashboard --extra cluster --extra s3 --constraints requirements-dev.lock -o requirements-cluster.lock

# Known vulnerabilities of the locked versions. An environment of its own; fails where a package could not be looked up.
audit: | .venv/bin/python
	$(BIN)/python -m venv .venv/audit
	.venv/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	.venv/audit/bin/pip-audit --strict --disable-pip --no-deps --progress-spinner off -r requirements-dev.lock

clean:
	rm -rf .dagster .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
	rm -rf dbt_project/target dbt_project/logs expectations/uncommitted
	find data/warehouse -mindepth 1 -not -name README.md -delete
