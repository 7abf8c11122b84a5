# GPU Observatory. `make` lists the commands.

.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/bash

# A rustup that was installed a minute ago is not in this shell's PATH yet.
export PATH := $(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin

STEP := scripts/step.sh
comma := ,
# Installs what the build needs, then names the folders that hold it.
WITH_TOOLS := tools=$$(scripts/tools.sh build) && PATH="$$tools:$$PATH"

BINARY := target/release/gpu-observatory
CLIENT := target/site/pkg/gpu-observatory.wasm.br
BUILT := target/release/.built
SOURCES := $(shell find src style public -type f 2>/dev/null) \
	$(wildcard Cargo.toml Cargo.lock build.rs rust-toolchain.toml)

.PHONY: help
help: ## List these commands
	@echo "GPU Observatory: every GPU of this machine, live in the browser"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | \
		while IFS=$$'\t' read -r name what; do printf '  make %-14s %s\n' "$$name" "$$what"; done
	@echo
	@echo "run, demo and dev take flags of the server: make run ARGS=\"--port 5055\" (all: ARGS=--help)"

.PHONY: run
run: build ## Build the release where needed, then serve http://127.0.0.1:5000
	@$(BINARY) $(ARGS)

.PHONY: demo
demo: build ## The same with eight simulated GPUs
	@$(BINARY) --demo $(ARGS)

.PHONY: build
build: $(BUILT) ## Build the release: target/release/gpu-observatory and target/site

# Every build of cargo-leptos empties the site. The compressed client is there only
# after a release build, so a debug build in between is noticed; the stamp is as old
# as the build's beginning, so that a file that is changed meanwhile is built again.
$(BUILT): $(SOURCES) $(if $(and $(wildcard $(BINARY)),$(wildcard $(CLIENT))),,incomplete)
	@mkdir -p $(@D) && touch $@.begun
	@$(WITH_TOOLS) $(STEP) "building the release (the first time takes several minutes)" \
		cargo-leptos build --release --precompress
	@mv $@.begun $@

.PHONY: incomplete
incomplete:

DIST := target/dist/gpu-observatory

.PHONY: dist
dist: $(DIST) ## Build one file with the page inside, to be put anywhere: target/dist/gpu-observatory

$(DIST): $(BUILT)
	@$(STEP) "building the program with the page inside" \
		cargo build --profile dist --features embed --bin gpu-observatory

.PHONY: test-dist
test-dist: $(DIST) ## Test that file alone in a folder, in a browser
	@scripts/tools.sh test >/dev/null
	@$(STEP) "building the fake driver library" cargo build --package fake-nvml
	@rm -rf target/alone && mkdir target/alone && cp $(DIST) target/alone/
	@cd end2end && GPU_OBSERVATORY_BINARY=$(CURDIR)/target/alone/gpu-observatory ../$(STEP) \
		"testing the one file in a browser" node_modules/.bin/playwright test values details export

VERSION := $(shell sed -n 's/^version = "\(.*\)"$$/\1/p' Cargo.toml | head -1)
# As Debian and the names of releases have it.
NAME := gpu-observatory-$(VERSION)-$(shell uname -m)-linux

.PHONY: tarball
tarball: $(DIST) ## Pack that file with its papers: target/package/gpu-observatory-*.tar.gz
	@scripts/tarball.sh $(DIST) target/package/$(NAME).tar.gz

.PHONY: deb
deb: $(DIST) ## Pack it for Debian and Ubuntu: target/debian/gpu-observatory_*.deb
	@scripts/papers.sh $(DIST) target/deb
	@scripts/debian-changelog.sh >target/deb/changelog
	@rm -f target/debian/gpu-observatory_*.deb
	@tools=$$(scripts/tools.sh deb) && PATH="$$tools:$$PATH" \
		$(STEP) "packing for Debian" cargo-deb --no-build --locked --profile dist --quiet
	@ls -l target/debian/gpu-observatory_*.deb

.PHONY: check-deb
check-deb: deb ## Install that, look at it, and remove it, in a copy of this machine (as root)
	@$(STEP) "installing and removing the package" scripts/check-deb.sh target/debian/gpu-observatory_*.deb

.PHONY: dev
dev: ## Build for development, serve, and build again at every change
	@echo "==> serving http://127.0.0.1:5000 as soon as it is built; Ctrl-C stops"
	@$(WITH_TOOLS) cargo-leptos watch -- $(ARGS)

.PHONY: test
test: test-rust test-browser ## Run all tests

.PHONY: test-rust
test-rust: ## Run the unit and integration tests only
	@$(STEP) "building the fake driver library and tools" cargo build --package fake-nvml --package fake-nvidia-smi --package fake-nvtop
	@tools=$$(scripts/tools.sh servers) && PATH="$$PATH:$$tools" \
		$(STEP) "building and running the tests of server, page and fake driver" cargo test --workspace --features gpu-observatory/ssr

.PHONY: test-browser
test-browser: build ## Run the browser tests only (ARGS="-g words" picks some)
	@scripts/tools.sh test >/dev/null
	@$(STEP) "building the fake driver library and tools" cargo build --package fake-nvml --package fake-nvidia-smi --package fake-nvtop
	@tools=$$(scripts/tools.sh servers) && cd end2end && PATH="$$PATH:$$tools" \
		../$(STEP) "testing the release in a browser" node_modules/.bin/playwright test $(ARGS)

.PHONY: fuzz
fuzz: ## Fuzz the parsers of foreign text (about 12 minutes; FUZZ_RUNS, ARGS="message env_file" picks some)
	@scripts/fuzz.sh $(ARGS)

.PHONY: soak
soak: ## Break and crowd the server at random (5 minutes; SOAK_SECONDS, SOAK_SEED)
	@$(STEP) "building the fake driver library and tools" cargo build --package fake-nvml --package fake-nvidia-smi
	@SOAK_SECONDS=$(or $(SOAK_SECONDS),300) SOAK_SEED=$(or $(SOAK_SEED),$(shell date +%s)) \
		$(STEP) "soaking the server" cargo test --features ssr --test soak -- --nocapture

.PHONY: container-stage
container-stage: ## Build as the Dockerfile does, without an engine (takes long)
	@scripts/tools.sh lint >/dev/null
	@node end2end/container-stage.js

.PHONY: screenshots
screenshots: build ## Take the pictures in end2end/screenshots anew
	@scripts/tools.sh test >/dev/null
	@$(STEP) "building the fake driver library" cargo build --package fake-nvml
	@cd end2end && ../$(STEP) "taking pictures of the release" \
		node_modules/.bin/playwright test --config screenshots.config.ts

# What reads NVML in its own process takes a build of the library, and is needed for one
# measurement: not where others are named.
BENCH_ONLY := $(filter-out -%,$(ARGS))
BENCH_CALLS := $(if $(BENCH_ONLY),$(filter calls,$(BENCH_ONLY)),calls)

.PHONY: bench
bench: $(DIST) ## Measure the server (about 40 minutes; ARGS="viewers wire" picks some)
	@$(STEP) "building what measures, and the fake driver library" cargo build --release \
		--package bench --package fake-nvml --features bench/plot$(if $(BENCH_CALLS),$(comma)bench/calls)
	@$(STEP) "measuring the server" target/release/bench $(ARGS)
	@! grep -q '"scaling"' target/bench/server.json || target/release/plot

.PHONY: bench-parts
bench-parts: ## Measure encoding, history, parsers and a sample by themselves (ARGS=history picks one)
	@$(STEP) "building the fake driver library" cargo build --release --package fake-nvml
	@$(STEP) "measuring the parts" cargo bench --package bench --features bench/parts --bench parts -- $(ARGS)

.PHONY: bench-fleet
bench-fleet: build ## Measure a Prometheus over nodes that are simulated (6 minutes; FLEET_NODES, FLEET_SECONDS)
	@$(STEP) "building what simulates" cargo build --release --package bench --features bench/fleet
	@tools=$$(scripts/tools.sh servers) && PATH="$$PATH:$$tools" target/release/fleet $(ARGS)

.PHONY: bench-page
bench-page: build ## Measure the page in a browser (about 25 minutes; BENCH_SECONDS, BENCH_RUNS, BENCH_SOAK_SECONDS)
	@scripts/tools.sh test >/dev/null
	@$(STEP) "building the fake driver library" cargo build --package fake-nvml
	@cd end2end && ../$(STEP) "measuring the page" node_modules/.bin/playwright test --config bench.config.ts

.PHONY: lint
lint: ## Check format, lints and types
	@scripts/tools.sh lint >/dev/null
	@$(STEP) "checking licences and origins of what is used" scripts/deny.sh
	@$(STEP) "checking what the fuzzers are built of" \
		cargo fetch --quiet --locked --manifest-path fuzz/Cargo.toml
	@$(STEP) "checking the workflows" node end2end/workflows.js
	@$(STEP) "checking the format" cargo fmt --all --check
	@$(STEP) "linting server, page and fake driver" \
		cargo clippy --locked --workspace --features gpu-observatory/ssr,bench/calls,bench/fleet,bench/plot,bench/parts \
		--all-targets -- -D warnings
	@$(STEP) "linting the client" \
		cargo clippy --locked --features hydrate --target wasm32-unknown-unknown --lib -- -D warnings
	@$(STEP) "checking the types of the browser tests" end2end/node_modules/.bin/tsc --project end2end

.PHONY: fmt
fmt: ## Format the code
	@echo "==> formatting"
	@cargo fmt --all

.PHONY: clean
clean: ## Remove all that was built (tools stay in ~/.cache/gpu-observatory)
	@echo "==> removing target and what the browser tests left"
	@cargo clean
	@rm -rf end2end/node_modules end2end/test-results end2end/bench-results end2end/playwright-report
