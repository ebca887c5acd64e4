# `make up` and `make test` install what is missing, so both work on a fresh machine and are quick on the next run.
.PHONY: up down test lint format bench build install install-for-tests

MANIFEST = Examples/guestbook/terrace.yaml
TERRACE = .build/release/terrace
FORMATTED = Package.swift Sources Tests Examples $(wildcard Benchmarks)

up: build
	@$(TERRACE) up --detach $(MANIFEST)
	@echo "from this folder: make down stops it; $(TERRACE) status $(dir $(MANIFEST))"

down:
	@if [ -x $(TERRACE) ]; then $(TERRACE) down $(MANIFEST); else echo "nothing was built, so nothing runs"; fi

# Two calls, because `swift build` takes one product.
build: install
	@scripts/quietly "building terrace (a first build takes about 7 minutes on two cores)" .build/build-terrace.log \
		swift build -c release --product terrace
	@scripts/quietly "building the guestbook (a first build takes 2 minutes)" .build/build-guestbook.log \
		swift build -c release --product guestbook

test: install-for-tests
	@scripts/quietly "building the tests (a first build takes 5 minutes on two cores)" .build/build-tests.log \
		swift build --build-tests --explicit-target-dependency-import-check error
	@swift test --skip-build --no-parallel

# The check for undeclared dependencies is part of the tests' build, so that nothing is built twice.
lint: install
	@swift format lint --strict --parallel --recursive $(FORMATTED)
	@for script in .ci/run scripts/* Benchmarks/run Benchmarks/install; do bash -n "$$script" || exit 1; done
	@scripts/quietly "checking dependencies (builds the tests)" .build/build-tests.log \
		swift build --build-tests --explicit-target-dependency-import-check error
	@echo "lint is clean"

format:
	@swift format --in-place --parallel --recursive $(FORMATTED)

bench: build
	@Benchmarks/install
	@scripts/quietly "building the benchmarks" .build/build-bench.log swift build -c release --product terrace-bench
	@Benchmarks/run

install:
	@scripts/install

install-for-tests:
	@scripts/install tests
