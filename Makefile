# make demo    install, build, and run the main job on the real data of examples/motor-renewal
# make test    install, build, and run every test
# The rest: make build | bench [BENCH=name] | results | sanitize | fuzz | clean
SHELL := /bin/bash
PRESET ?= release
JOBS ?= $(shell nproc)

.PHONY: demo test build bench results sanitize fuzz clean install

build:
	@scripts/install_dependencies.sh build
	@cmake --preset $(PRESET) >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset $(PRESET) --target holdfast -- -j$(JOBS)

demo: build
	@scripts/demo.sh build/$(PRESET)/bin/holdfast

test:
	@scripts/install_dependencies.sh test
	@scripts/test.sh $(PRESET) $(JOBS)

bench:
	@scripts/install_dependencies.sh bench
	@scripts/bench.sh $(BENCH)

results: build
	@scripts/install_dependencies.sh bench
	@scripts/results.sh

sanitize:
	@scripts/install_dependencies.sh test
	@scripts/test.sh asan $(JOBS)
	@scripts/test.sh tsan $(JOBS)

fuzz:
	@scripts/install_dependencies.sh test
	@scripts/fuzz.sh $(SECONDS_EACH)

install: build
	@cmake --install build/$(PRESET) --prefix $(or $(PREFIX),build/install)

clean:
	rm -rf build
