# Every target is a script or a manage.py command that also runs without make.
PYTHON ?= python3
SIZE ?= small

.PHONY: setup install demo test check bench mutate lock

setup:  ## .venv, the pinned packages, the front-end files
	@DEBUG=1 $(PYTHON) scripts/setup.py

install:  ## the same for production: run-time packages only, and nothing else stays in .venv
	@$(PYTHON) scripts/setup.py --production

demo: setup  ## the demonstration council on 127.0.0.1:8000 (PORT=8001 make demo)
	@.venv/bin/python scripts/demo.py

test: setup  ## the whole suite on up to four cores (make test ARGS="tests/audits -x -n 0")
	@DEBUG=1 .venv/bin/python -m pytest -n auto --maxprocesses 4 --dist loadgroup $(ARGS)

check: setup  ## style of code and templates, known vulnerabilities, migrations, production settings
	@scripts/check.sh

bench: setup  ## make bench SIZE=small|medium|large
	@.venv/bin/python -m bench --size $(SIZE)

mutate: setup  ## make mutate PACKAGE=kpi/measures: what do its tests not see?
	@.venv/bin/python -m tests.faults.mutate $(PACKAGE) $(ARGS)

lock: setup  ## choose the newest allowed versions anew (make lock ARGS=--keep for none that need not change)
	@.venv/bin/python scripts/lock.py $(ARGS)
