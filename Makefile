# Tidegate: make demo shows the main job, make test proves it.

SCENARIO ?= errors
DEMO_FLAGS ?= --fast
FORMATTED = Package.swift Sources Plugins Tests

.DEFAULT_GOAL := help
.PHONY: help demo test build bench bench-detection bench-audit tamper bench-logs fuzz format lint setup

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## a gray release that rolls itself back, on real nginx, Prometheus and PostgreSQL (SCENARIO=healthy|errors|latency|logs|gc|memory)
	@scripts/setup demo
	@scripts/build
	@.build/debug/tidegate demo --scenario $(SCENARIO) $(DEMO_FLAGS)

test: ## every test, on real parts
	@scripts/setup test
	@scripts/build --build-tests
	@scripts/grpc-venv >/dev/null
	@scripts/shippers-venv >/dev/null
	@scripts/merkle-venv >/dev/null
	@scripts/test

build: ## the debug build that demo and test share
	@scripts/setup build
	@scripts/build

bench: ## benchmarks, as ratios to their peers
	@scripts/setup bench
	@cd Benchmarks && swift run -c release Benchmarks
	@cd Benchmarks/Fleet && swift run -c release Fleet

bench-detection: ## how soon a bad revision is found and how often a good one is blamed, beside the peers' methods
	@scripts/setup bench
	@cd Benchmarks/Detection && swift run -c release Detection

bench-logs: ## how well and how fast log templates are mined, beside Drain3
	@scripts/setup bench
	@python="$$(scripts/drain3-venv)" && cd Benchmarks/Logs && swift run -c release Logs --python "$$python"

bench-audit: ## appends beside bare inserts, verification beside bare hashing, proofs beside look-ups
	@scripts/setup bench
	@cd Benchmarks/Audit && swift run -c release bench-audit

tamper: ## two thousand changes behind the history's back, each of which must be found and named, and logs of 70,000 entries
	@scripts/setup test
	@scripts/build --build-tests
	@TIDEGATE_TAMPERINGS=2000 scripts/test --filter 'TamperTests|LargeHistoryTests'

fuzz: ## the long runs: expressions beside Lua 5.4 and LuaJIT, and ten million inputs of the fuzzer (about an hour)
	@scripts/setup bench
	@scripts/fuzz
	@scripts/fuzz-keys

format: ## lay out every Swift file
	@swift format --in-place --recursive $(FORMATTED)

lint: ## check the layout of every Swift file
	@swift format lint --strict --recursive $(FORMATTED)

setup: ## install the packages that are missing
	@scripts/setup test
