# `make up` and `make test` install what is missing, so both work on a fresh machine and are quick on the next run.
.PHONY: up down test crash-test limits-test fuzz lint format bench generate build built-tests formatted parsed install \
	install-for-tests

MANIFEST = Examples/guestbook/terrace.yaml
CONFIGURATION = release
TERRACE = .build/$(CONFIGURATION)/terrace
# Programs that need no Swift on the machine that they are copied to (Linux), and the optimiser sees through the borders between NIO, TLS
# and our modules, where it knows how (Swift 6.3; ARCHITECTURE.md, "Speed"). All alike, or each would build the packages anew.
STATIC = $(if $(filter Linux,$(shell uname)),--static-swift-stdlib)
OPTIMIZED = $(shell swiftc -frontend -help-hidden 2>/dev/null | grep -q -e -enable-cmo-everything && \
	echo -Xswiftc -Xfrontend -Xswiftc -enable-cmo-everything)
BUILD_PROGRAMS = swift build -c $(CONFIGURATION) $(if $(filter release,$(CONFIGURATION)),$(STATIC) $(OPTIMIZED))
BUILD_TESTS = swift build --build-tests --explicit-target-dependency-import-check error
FORMATTED = Package.swift Sources Tests Examples $(wildcard Benchmarks)

up: build
	@$(TERRACE) up --detach $(MANIFEST)
	@echo "from this folder: make down stops it; $(TERRACE) status $(dir $(MANIFEST))"

down:
	@if [ -x $(TERRACE) ]; then $(TERRACE) down $(MANIFEST); else echo "nothing was built, so nothing runs"; fi

# Two calls, because `swift build` takes one product.
build: install
	@scripts/quietly "building terrace (a first build takes 10 to 22 minutes on two cores)" .build/build-terrace.log \
		$(BUILD_PROGRAMS) --product terrace
	@scripts/quietly "building the guestbook (a first build takes 2 minutes)" .build/build-guestbook.log \
		$(BUILD_PROGRAMS) --product guestbook

test: install-for-tests built-tests
	@scripts/test

# The check for undeclared dependencies is part of the tests' build, so that nothing is built twice.
built-tests: install .build/workspace-state.json
	@scripts/quietly "building the tests (a first build takes 8 minutes on two cores)" .build/build-tests.log $(BUILD_TESTS)

# On a fresh machine, so that `make -j` does what waits for the network beside the rest; later the build looks by itself.
.build/workspace-state.json:
	@scripts/quietly "fetching the dependencies" .build/dependencies.log swift package resolve

# Every point at which `up`, `destroy` and a restore on AWS can be killed, and `up` that brings a canary or takes it away, over an hour;
# `make test` has a sample of them. It tells how far it is; CRASH_FROM=141 begins with that point.
crash-test: install-for-tests built-tests
	@CRASH_POINTS=all swift test --skip-build --no-parallel --filter '(Crash|Restore)Tests'

# What a machine with cgroups of version 1 skips: tasks that are killed for their memory and stopped for their share of a
# processor, on a Debian kernel in qemu. Debian and Ubuntu only.
limits-test: install-for-tests built-tests
	@scripts/test-limits

# A million inputs for each of the parsers; `make test` takes 50 000. FUZZ_ROUNDS=… for another number.
FUZZ_ROUNDS = 1000000
fuzz: install-for-tests built-tests
	@TERRACE_FUZZ_ROUNDS=$(FUZZ_ROUNDS) swift test --skip-build --filter 'StreamsTests.*(Fuzz|Differential|Compression)|CacheFuzz'

lint: install formatted parsed built-tests
	@echo "lint is clean"

formatted:
	@swift format lint --strict --parallel --recursive $(FORMATTED)

parsed:
	@for script in .ci/run scripts/install scripts/quietly scripts/test scripts/test-limits Benchmarks/run Benchmarks/install; do bash -n "$$script" || exit 1; done

format:
	@swift format --in-place --parallel --recursive $(FORMATTED)

# The typed operations of AWS, from the models of the pinned botocore; the list is scripts/aws-services/operations.txt.
generate: install-for-tests
	@.venv/bin/python scripts/aws-services/generate.py

bench: build install-for-tests
	@Benchmarks/install
	@scripts/quietly "building the benchmarks" .build/build-bench.log $(BUILD_PROGRAMS) --product terrace-bench
	@scripts/quietly "building the bare server" .build/build-bare.log $(BUILD_PROGRAMS) --product bare-server
	@Benchmarks/run

install:
	@scripts/install

# After the other: the system's package manager serves one at a time.
install-for-tests: install
	@scripts/install tests
