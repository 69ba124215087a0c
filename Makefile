# Two commands are all that a newcomer needs: make run, make test.
# Go and make are all that they need, and Node for the staff app; the rest fetches
# what it needs.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VERSION = $(shell git describe --always --dirty 2>/dev/null || echo unversioned)
FUZZTIME ?= 20s
BENCHTIME ?= 200ms
# What `make generate` writes and `make verify` compares.
GENERATED := api/openapi.json .env.example docs/settings.md docs/roles.md ui/src/api/schema.gen.ts

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## build and serve, with the settings of .env
	bin/usher serve

.PHONY: demo
demo: build ## build and serve a made-up firm, gone with Ctrl-C
	bin/usher demo

.PHONY: dev
dev: ## serve from source, in bin/dev and without a rate limit, and the staff app by Vite beside it
	@$(call in-ui,dev) & trap "kill $$! 2>/dev/null || :" EXIT; \
	go run ./cmd/usher serve --data-dir bin/dev --log-format text --public-rate off

.PHONY: build
build: webapp ## make bin/usher, one static file with the staff app inside
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/usher ./cmd/usher

# What npm fetches: for the staff app, the browser tests, the linter of the API.
NPM_CI = npm ci --no-audit --no-fund --loglevel=error

%/node_modules/.stamp: %/package.json %/package-lock.json
	cd $* && $(NPM_CI)
	@touch $@

# npm, where the staff app can be built.
NPM := $(and $(wildcard ui/package.json),$(shell command -v npm))

# $(call in-ui,SCRIPT) runs a script of ui/package.json, or says that it can't.
in-ui = if [ -n '$(NPM)' ]; then $(MAKE) -s --no-print-directory ui/node_modules/.stamp && cd ui && exec npm run $(1); \
	else echo 'npm is not installed: $(1) is left out for ui/.'; fi

# The staff app, which the Go build embeds. Without npm, what was built before is.
internal/webapp/dist/index.html: ui/node_modules/.stamp api/openapi.json \
		$(shell find ui -mindepth 1 -name node_modules -prune -o -print)
	cd ui && npm run build

.PHONY: webapp
webapp:
	@if [ -n '$(NPM)' ]; then $(MAKE) -s --no-print-directory internal/webapp/dist/index.html; \
	else echo 'npm is not installed: the staff app is left out, unless it was built before.'; fi

.PHONY: browser
browser:
	@if command -v npm >/dev/null; then $(MAKE) -s --no-print-directory e2e/browser/node_modules/.stamp; \
	else echo 'npm is not installed: tests in the browser are left out.'; fi

# Tests add a line to the file USHER_TEST_LEFT_OUT for what this machine can't
# run (internal/testkit). With USHER_TEST_REQUIRE=all one such line is a failure.
# -count=1 because e2e tests depend on a binary that the test cache can't see.
.PHONY: test
test: build ## run all that this machine can run, and name what was left out
	@$(MAKE) --no-print-directory bin/mailpit || echo 'Mailpit could not be built.'
	@$(MAKE) --no-print-directory browser || echo 'The packages of e2e/browser could not be had.'
	@left=$$(mktemp); trap 'rm -f "$$left"' EXIT; code=0; \
	go vet ./... || code=1; \
	if [ -n '$(NPM)' ]; then (cd ui && npm run check && npm test) || code=1; \
	else echo 'the tests of ui/: npm is not installed' >> "$$left"; fi; \
	USHER_TEST_LEFT_OUT="$$left" go test -count=1 -timeout 40m ./... || code=1; \
	if [ ! -s "$$left" ]; then echo 'Nothing was left out.'; \
	else \
		sort -u "$$left" | sed 's/^/Left out: /'; \
		if [ "$${USHER_TEST_REQUIRE:-}" = all ]; then \
			echo 'USHER_TEST_REQUIRE=all, so leaving out is failing.'; code=1; \
		fi; \
	fi; \
	exit $$code

.PHONY: e2e
e2e: build bin/mailpit browser ## run the tests against the built binary only
	go test -count=1 -timeout 40m ./e2e/...

.PHONY: race
race: ## run the tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race -timeout 20m ./internal/...

# One after the other: the go tool fuzzes one target at a time. Inputs are not
# made smaller, which takes longer than finding them.
.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME (20s)
	@grep -rE --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]*' internal cmd | sort | while IFS=: read -r file func; do \
		name=$${func#func }; echo "$$name ($$(dirname "$$file"))"; \
		go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x "./$$(dirname "$$file")"; \
	done

# One package after the other, so that none is measured while another works. ARGS
# go to the load run; `go run ./e2e/load -help` lists them. docs/speed.md has more.
.PHONY: bench
bench: build ## run the benchmarks and a load run, which prints ratios; times are never a gate
	USHER_TEST_BENCH_DIR="$${USHER_TEST_BENCH_DIR:-$(CURDIR)/bin/bench}" \
		go test -p 1 -run '^$$' -bench . -benchtime $(BENCHTIME) -timeout 60m ./internal/...
	USHER_TEST_BENCH_DIR="$${USHER_TEST_BENCH_DIR:-$(CURDIR)/bin/bench}" go run ./e2e/load -binary bin/usher $(ARGS)

.PHONY: lint
lint: bin/golangci-lint lint-api ui/node_modules/.stamp ## run the linters: of Go, of the staff app, of the OpenAPI document
	bin/golangci-lint run ./...
	cd ui && npm run lint

# The linter would ask its maker for news and send him usage.
.PHONY: lint-api
lint-api: tools/openapi/node_modules/.stamp ## hold api/openapi.json to the rules of tools/openapi/redocly.yaml
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true tools/openapi/node_modules/.bin/redocly lint \
		--config tools/openapi/redocly.yaml --lint-config error --format stylish api/openapi.json

.PHONY: vuln
vuln: bin/govulncheck ## look for known vulnerabilities (asks vuln.go.dev)
	bin/govulncheck ./...

.PHONY: fmt
fmt: ## format the Go files and those of the staff app
	gofmt -w cmd internal e2e
	@$(call in-ui,fmt)

.PHONY: generate
generate: ## write what is generated: the OpenAPI document and its types, .env.example, docs/settings.md, docs/roles.md
	@mkdir -p api bin
	go run ./cmd/usher openapi > bin/openapi.json
	mv bin/openapi.json api/openapi.json
	UPDATE=1 go test -count=1 -run '^TestGenerated$$' ./internal/config
	UPDATE=1 go test -count=1 -run '^TestRoles$$' ./internal/app
	@$(call in-ui,generate)

.PHONY: verify
verify: ## generate everything again, fail on a difference, and lint
	@old=$$(mktemp -d); trap 'rm -rf "$$old"' EXIT; code=0; \
	for f in $(GENERATED); do mkdir -p "$$old/$$(dirname $$f)"; cp "$$f" "$$old/$$f" 2>/dev/null || : > "$$old/$$f"; done; \
	$(MAKE) --no-print-directory generate; \
	for f in $(GENERATED); do diff -u "$$old/$$f" "$$f" || { echo "$$f was not up to date; it is now"; code=1; }; done; \
	exit $$code
	@$(MAKE) --no-print-directory lint

# Tools live in modules of their own, so that what they need never reaches ours.
bin/golangci-lint: tools/go.mod tools/go.sum
	cd tools && go build -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@

bin/govulncheck: tools/go.mod tools/go.sum
	cd tools && go build -o ../$@ golang.org/x/vuln/cmd/govulncheck
	@touch $@

bin/mailpit: tools/mailpit/go.mod tools/mailpit/go.sum
	cd tools/mailpit && go build -o ../../$@ github.com/axllent/mailpit
	@touch $@
