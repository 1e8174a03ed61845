# Everything a developer or operator does with the source, by name. `make` alone lists it.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

TOOL := go tool -modfile=tools/go.mod
# The engines the tests use are started once, before them, and stopped after.
TESTENV := KOLLEGA_TEST_BINARY=$(CURDIR)/bin/kollega go run ./internal/testenv/cmd/run --
VERSION = $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GOFILES = $(shell git ls-files --cached --others --exclude-standard '*.go')

.PHONY: help run build test race bench bench-pages bench-parts bench-report check demo fmt assets clean install-run install-test install-race install-bench install-check \
	check-format check-vet check-lint check-static check-tidy axe

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install-run build ## Install what is missing, then run Kollega on http://localhost:8080
	bin/kollega serve

build: ## Build bin/kollega
	go build -ldflags "-X main.version=$(VERSION)" -o bin/kollega ./cmd/kollega

test: install-test axe build ## Run every test on real engines
	$(TESTENV) go test -timeout 55m ./...

race: install-race axe build ## Run every test with the race detector
	$(TESTENV) go test -race -timeout 100m ./...

bench: install-bench build ## Measure clicks beside nginx: rates, latency, memory, growth
	KOLLEGA_TEST_BINARY=$(CURDIR)/bin/kollega go run ./internal/testenv/cmd/bench

bench-pages: install-run build ## Measure pages and open pages in a house of 5,000, beside a plain request
	KOLLEGA_TEST_BINARY=$(CURDIR)/bin/kollega go run ./internal/testenv/cmd/bench pages

bench-parts: install-test build ## Measure parts alone: a click, a judgement, a batch, the journal
	$(TESTENV) go test -run '^$$' -bench . -benchmem -timeout 90m ./...

bench-report: install-test build ## Measure the report: each grouping, the page in Chromium, the memory of long files
	$(TESTENV) go test -run '^$$' -p 1 -bench '^Benchmark(Report|ReportPage|Export)$$' -benchtime 15x -timeout 90m ./models ./e2e ./worker

demo: install-run build ## Fill in a demonstration organisation and print its log-ins
	bin/kollega demo

check: install-check check-format check-vet check-lint check-static check-tidy ## Check format, code, translations, built files, modules

fmt: ## Format the Go code
	@$(TOOL) gofumpt -w $(GOFILES)

assets: ## Build static/dist from its sources
	cd static && npm ci --no-audit --no-fund
	go run ./static/build

# The tests look at every page with axe-core, which comes with the front end's tools.
axe: static/node_modules/axe-core/axe.min.js

static/node_modules/axe-core/axe.min.js: static/package-lock.json
	cd static && npm ci --no-audit --no-fund
	@touch $@

clean: ## Remove what was built; the data folder stays
	rm -rf bin static/node_modules

install-run install-test install-race install-bench install-check:
	@scripts/install $(subst install-,,$@)

check-format:
	@unformatted=$$($(TOOL) gofumpt -l $(GOFILES)); \
	if [ -n "$$unformatted" ]; then printf 'not formatted, run make fmt:\n%s\n' "$$unformatted"; exit 1; fi

check-vet:
	go vet ./...

# The translations are held level by the tests of their package.
check-lint:
	$(TOOL) golangci-lint run
	go test ./internal/i18n

# New files count as well, so the question goes to git status and not to git diff.
check-static: assets
	@changed=$$(git status --porcelain -- static/dist); \
	if [ -n "$$changed" ]; then printf 'static/dist is not what its sources make, commit it:\n%s\n' "$$changed"; exit 1; fi

check-tidy:
	go mod tidy -diff
	cd tools && go mod tidy -diff
