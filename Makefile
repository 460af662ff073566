# Two commands are enough: `make run` to use the shop, `make test` to see it proved.
.DEFAULT_GOAL := help
.PHONY: help run observe observe-down picture screenshots up down pin test test-quick generate bench traffic storm audit ready upgrade fuzz siege gallery incident incident-test lint check-format format clean

DLL     := src/Host/bin/Release/net10.0/ECommerce.Host.dll
# Folders are listed too: a deleted file changes the time of its folder and nothing else.
SOURCES := $(shell find src -not -path '*/bin*' -not -path '*/obj*') Directory.Build.props Directory.Packages.props global.json

help: ## Explain the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS='	' read -r target text; do printf '  make %-12s %s\n' "$$target" "$$text"; done

# Processes that live for a minute or less, as compilers and tests do: nothing is measured to be compiled better, nothing compiled again
# before two seconds (0x7D0 ms) without anything new, and code is written where it runs. Builds take a third less time.
SHORT_LIVED := DOTNET_TieredPGO=0 DOTNET_TC_CallCountingDelayMs=0x7D0 DOTNET_EnableWriteXorExecute=0

# Memory (docs/measurements.md): young objects get 4 MB, hexadecimal, and not as much as the processor has cache; what glibc's malloc has
# lent for a moment goes back to the system.
MEMORY := DOTNET_GCgen0size=$${DOTNET_GCgen0size:-0x400000} MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072 MALLOC_MMAP_THRESHOLD_=131072

run: ## Serve the shop on http://127.0.0.1:5080, with a PostgreSQL of its own in .data/; Ctrl-C ends both. TOPOLOGY=replicas HOSTS=3 runs several hosts, TOPOLOGY=services one for each module
ifeq ($(or $(TOPOLOGY),monolith),monolith)
	@build/need.sh $(if $(ConnectionStrings__ECommerce),,postgresql)
	@$(MAKE) --silent $(DLL)
	@ASPNETCORE_ENVIRONMENT=$${ASPNETCORE_ENVIRONMENT:-Development} $(MEMORY) exec dotnet $(DLL)
else
	@build/need.sh dotnet $(if $(ConnectionStrings__ECommerce),,postgresql) haproxy $(if $(filter services,$(TOPOLOGY)),rabbitmq-server)
	@echo 'Building the shop and its runner.' >&2
	@$(SHORT_LIVED) dotnet build tools/Topology --configuration Release --nologo --verbosity quiet
	@ASPNETCORE_ENVIRONMENT=$${ASPNETCORE_ENVIRONMENT:-Development} $(MEMORY) \
		exec dotnet tools/Topology/bin/Release/net10.0/ECommerce.Topologies.dll --topology $(TOPOLOGY) $(if $(HOSTS),--hosts $(HOSTS)) $(ARGS)
endif

observe: ## Watch a running shop with Prometheus and Alertmanager, without Docker; stays until make observe-down
	@deploy/observe.sh up

observe-down: ## Stop watching
	@deploy/observe.sh down

picture: ## Draw docs/pictures/order-trace.svg from the running shop
	@build/need.sh curl
	@docs/pictures/order-trace.sh > docs/pictures/order-trace.svg.new && mv docs/pictures/order-trace.svg.new docs/pictures/order-trace.svg

screenshots: ## Draw docs/pictures/console-*.png from a shop of its own with customers, in Chromium
	@build/need.sh dotnet postgresql chromium
	@SCREENSHOTS=$(CURDIR)/docs/pictures $(SHORT_LIVED) dotnet test tests/Browser.Tests --configuration Release --nologo --filter FullyQualifiedName~PicturesTests

up: ## Start the shop, its gateway and all that watches them in containers; HOST=local runs the shop on this machine, TOPOLOGY=services a host for each module
	@exec deploy/up.sh $(HOST)

down: ## Stop what `make up` has started; its data stay
	@exec deploy/down.sh

pin: ## Write the digest of each image behind its tag; needs Docker and the registries
	@exec deploy/pin.sh

test: ## Build everything, run every test, print the totals; TOPOLOGY=services or replicas runs the suites of build/topologies in that topology
	@build/need.sh dotnet postgresql prometheus prometheus-alertmanager prometheus-postgres-exporter pgbouncer rabbitmq-server haproxy curl chromium?
	@$(SHORT_LIVED) build/test.sh $(TOPOLOGY)

test-quick: ## Build, and run the tests that need two minutes together; says what it leaves out
	@build/need.sh dotnet postgresql prometheus prometheus-alertmanager
	@$(SHORT_LIVED) build/test.sh quick

generate: ## Write the files that are generated: the API's description, the gateway's file, dashboards, tables of pages
	@build/need.sh dotnet postgresql
	@echo 'Building the generator.' >&2
	@$(SHORT_LIVED) dotnet build tools/Generate --configuration Release --nologo --verbosity quiet
	@exec dotnet tools/Generate/bin/Release/net10.0/ECommerce.Generate.dll

bench: ## Compare the shop with a bare twin under load; ARGS="--help" lists the options
	@build/need.sh dotnet postgresql $(if $(findstring --help,$(ARGS)),,wrk $(if $(filter topologies,$(ARGS)),haproxy rabbitmq-server))
	@echo 'Building the benchmark.' >&2
	@$(SHORT_LIVED) dotnet build tools/Benchmarks --configuration Release --nologo --verbosity quiet >&2
	@exec dotnet tools/Benchmarks/bin/Release/net10.0/ECommerce.Benchmarks.dll $(ARGS)

traffic: ## Send believable customers to a running shop; ARGS="--help" lists the options
	@build/need.sh dotnet
	@echo 'Building the traffic.' >&2
	@$(SHORT_LIVED) dotnet build tools/Traffic --configuration Release --nologo --verbosity quiet
	@exec dotnet tools/Traffic/bin/Release/net10.0/ECommerce.Traffic.dll $(ARGS)

storm: ## Let trouble come over a shop of its own while customers shop in it, and audit it; ARGS="--topology services" has a host for each module, ARGS="--help" lists the options
	@build/need.sh dotnet postgresql $(if $(filter replicas services,$(ARGS)),haproxy) $(if $(filter services,$(ARGS)),rabbitmq-server)
	@echo 'Building the storm.' >&2
	@$(SHORT_LIVED) dotnet build tools/Storm --configuration Release --nologo --verbosity quiet
	@exec dotnet tools/Storm/bin/Release/net10.0/ECommerce.Storm.dll $(ARGS)

audit: ## Compare a shop's database, AUDIT_DATABASE, with a journal of its customers; ARGS="--help" lists the options
	@build/need.sh dotnet
	@echo 'Building the audit.' >&2
	@$(SHORT_LIVED) dotnet build tools/Audit --configuration Release --nologo --verbosity quiet >&2
	@exec dotnet tools/Audit/bin/Release/net10.0/ECommerce.Audit.dll $(ARGS)

ready: ## Check whether the running shop is ready for production, and name the evidence (docs/readiness.md)
	@build/need.sh curl postgresql
	@deploy/ready.sh

upgrade: ## Run two builds of the shop beside each other in the topologies replicas and services, in both orders, under the customers of a storm, and audit it
	@build/need.sh dotnet postgresql haproxy rabbitmq-server
	@echo 'Building the storm, and another build of the shop.' >&2
	@$(SHORT_LIVED) dotnet build tools/Storm --configuration Release --nologo --verbosity quiet
	@$(SHORT_LIVED) build/another-build.sh obj/another-build
	@for topology in replicas services; do \
		dotnet tools/Storm/bin/Release/net10.0/ECommerce.Storm.dll --topology $$topology --upgrade obj/another-build/host --minutes 1 $(ARGS) || exit; \
	done

fuzz: ## Send a shop of its own valid, boundary and hostile requests; ARGS="--help" lists the options
	@build/need.sh dotnet postgresql
	@echo 'Building the fuzzer.' >&2
	@$(SHORT_LIVED) dotnet build tools/Fuzz --configuration Release --nologo --verbosity quiet
	@exec dotnet tools/Fuzz/bin/Release/net10.0/ECommerce.Fuzz.dll $(ARGS)

siege: ## Attack a shop of its own, one client at a time, and print what honest customers felt; ARGS="--help" lists the options
	@build/need.sh dotnet postgresql
	@echo 'Building the siege.' >&2
	@$(SHORT_LIVED) dotnet build tools/Siege --configuration Release --nologo --verbosity quiet
	@exec dotnet tools/Siege/bin/Release/net10.0/ECommerce.Siege.dll $(ARGS)

gallery: ## Apply the patches of docs/gallery to a copy of the sources, and see each caught by the test that its page names; SIN=07 tries one alone
	@build/need.sh dotnet postgresql prometheus
	@SIN=$(SIN) $(SHORT_LIVED) dotnet test tests/Gallery.Tests --configuration Release --nologo

incident: ## Run a shop in which something may go wrong, and score what you find out; ARGS="--seed 7 --level 2", ARGS="act" operates the running one, ARGS="--help" lists the options
	@build/need.sh dotnet postgresql
	@[ "$(firstword $(ARGS))" = act ] || echo 'Building the incident.' >&2
	@[ "$(firstword $(ARGS))" = act ] || $(SHORT_LIVED) dotnet build tools/Incidents --configuration Release --nologo --verbosity quiet
	@exec dotnet tools/Incidents/bin/Release/net10.0/ECommerce.Incidents.dll $(ARGS)

incident-test: ## Let every cause of an incident happen to a shop, and see it noticed and gone; make test leaves out the long ones
	@build/need.sh dotnet postgresql
	@INCIDENT_TESTS=all $(SHORT_LIVED) dotnet test tests/Incidents.Tests --configuration Release --nologo --filter FullyQualifiedName~Incidents.Tests.Causes

lint: check-format ## Check the format of the code and the files under deploy/
	@build/need.sh dotnet postgresql prometheus prometheus-alertmanager
	$(SHORT_LIVED) dotnet test tests/Deploy.Tests --configuration Release --nologo --filter Category!=Running

check-format: ## Fail when a file is not formatted
	@build/need.sh dotnet
	$(SHORT_LIVED) dotnet format ECommerce.sln --verify-no-changes

format: ## Format every file
	@build/need.sh dotnet
	$(SHORT_LIVED) dotnet format ECommerce.sln

clean: ## Remove what was built; the data in .data/ stays
	find src tests tools deploy -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
	rm -rf TestResults

# Built only when something has changed, so that a second start is as fast as the host itself.
$(DLL): $(SOURCES)
	@build/need.sh dotnet
	@$(SHORT_LIVED) build/build.sh src/Host 'the shop'
	@touch $@
