# Everything a person or the build service runs. `make run` needs a Swift 6 toolchain on Debian or Ubuntu, nothing else.
.DEFAULT_GOAL := build
.PHONY: run build test check format lint provider-tables bench bench-full instructions fuzz soak-kill image-check clean

BINARY := .build/release/zoetrope
SOURCES := Sources Tests Package.swift
FUZZ_SECONDS ?= 60

run: build
	$(BINARY) serve

# The static Swift standard library: the program needs no Swift on the machine that runs it. Warnings are errors (Package.swift).
build:
	scripts/setup-build.sh
	swift build -c release --static-swift-stdlib --product zoetrope

# Unit and loop tests, then the real binary against real clients and scripted upstreams.
test: build
	scripts/setup-tests.sh tools sdks upstreams openapi browser
	swift test
	scripts/end-to-end.sh

# What has to hold before a change is taken. It contains `make test`, so that nothing runs twice.
check: lint build test instructions

format:
	swift format format --in-place --recursive --parallel $(SOURCES)

lint:
	swift format lint --strict --recursive --parallel $(SOURCES)
	scripts/check-bans.sh
	scripts/setup-tests.sh tools
	.venv/tools/bin/hadolint Dockerfile

# The documentation's tables of providers, written by the program itself; a test holds them true.
provider-tables: build
	scripts/provider-tables.py $(BINARY)

# Zoetrope beside nginx, HAProxy and LiteLLM: all scenarios with short rounds, in less than five minutes.
bench: build
	scripts/setup-tests.sh bench
	python3 Benchmarks/bench.py

# The figures of docs/benchmarks.md, its plots and docs/benchmarks.json; on a machine that does nothing else, half an hour.
bench-full: build
	scripts/setup-tests.sh bench
	python3 Benchmarks/bench.py --full --write

# The instructions of one small request must not creep up; skipped where valgrind is not installed.
instructions: build
	scripts/setup-tests.sh tools
	python3 Benchmarks/instructions.py

fuzz:
	scripts/fuzz.sh $(FUZZ_SECONDS)

# kill -9 in 100 rounds of 200 tasks: nothing that was acknowledged may be lost, nothing bought twice. About an hour.
soak-kill: build
	scripts/setup-tests.sh tools
	scripts/soak-kill.sh

# The Dockerfile's run stage, made without Docker, with the binary of this machine in it (Debian 12, or an older C library).
image-check: build
	scripts/setup-tests.sh tools image
	.venv/tools/bin/hadolint Dockerfile
	scripts/image-check.sh $(BINARY)

clean:
	rm -rf .build .build-* .venv .cache
	find Tests Benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
