#!/usr/bin/env bash
# Builds once, runs every test project, and counts what really ran: the last line is the totals, and TestResults/totals keeps them.
# The shop is tested as it is run: optimised. `build/test.sh quick` leaves out the suites that start processes and wait for them;
# `build/test.sh services` and `build/test.sh replicas` run the tests of build/topologies in that topology.
set -u
quick= topology=
case ${1:-} in
  quick) quick=quick ;;
  '' | monolith) ;;
  *)
    topology=$1
    [ -f "$(dirname "$0")/topologies/$topology.txt" ] || { echo "TOPOLOGY is $topology: leave it out, or write services or replicas." >&2; exit 1; }
    ;;
esac
# Suites that are left out: they start, kill or besiege whole programs, or live through a day of signals.
slow="Docs Gallery Reliability Signals Tools"
# The order in which suites start; suites that are not named come after these. The longest start first, so that none of them is the only one
# that still runs at the end. Host and Tools wait for the end of Reliability: their time limits tell on a machine that is busy with crashes.
longest="Deploy Signals Gallery Reliability Users Orders Docs Observability Host Tools"
cd "$(dirname "$0")/.."
results=TestResults
rm -rf "$results"

# One compiler for all projects.
export UseSharedCompilation=true
dotnet build ECommerce.sln --configuration Release --nologo --verbosity quiet || exit 1

# A process of tests has its server to stop and its folder to remove, for which it would be given 100 ms.
export VSTEST_TESTHOST_SHUTDOWN_TIMEOUT=10000

assembly() { echo "tests/$1.Tests/bin/Release/net10.0/ECommerce.$1.Tests.dll"; }
# The tests of build/topologies as a filter of dotnet test: any of these, and none of those that are left out.
listed() {
  awk '/^[A-Z]/ { wanted = wanted (wanted ? "|" : "") "FullyQualifiedName~" $2 } /^-/ { unwanted = unwanted "&FullyQualifiedName!~" $2 } END { print "(" wanted ")" unwanted }' \
    "build/topologies/$1.txt"
}
suites=$(grep -l 'Microsoft.NET.Test.Sdk' tests/*/*.csproj | sed 's|^tests/\([^/]*\)\.Tests/.*|\1|')
suites=$(for suite in $longest $suites; do grep --line-regexp "$suite" <<<"$suites"; done | awk '!seen[$0]++')
filter=
if [ -n "$quick" ]; then
  suites=$(grep --line-regexp --invert-match --fixed-strings "$(tr ' ' '\n' <<<"$slow")" <<<"$suites")
  filter='Category!=Running'
fi
if [ -n "$topology" ]; then
  filter=$(listed "$topology")
  suites=$(for suite in $suites; do grep --quiet "^$suite " "build/topologies/$topology.txt" && echo "$suite"; done)
  export TEST_TOPOLOGY=$topology
fi

status=0
# Runs test projects, as many at a time as there are processors (0): the name of the results, a filter, the projects.
run() {
  local assemblies expected reported
  assemblies=$(for suite in "${@:3}"; do assembly "$suite"; done)
  # shellcheck disable=SC2086
  dotnet test $assemblies --nologo ${2:+--filter "$2"} --logger "trx;LogFileName=$1.trx" --results-directory "$results" -- RunConfiguration.MaxCpuCount=0 || status=1
  # A project that never came to its end, or in which no test was found, has left nothing behind.
  expected=$(wc -w <<<"$assemblies")
  reported=$(grep -o ' storage="[^"]*"' "$results/$1.trx" 2>/dev/null | sort --unique | wc -l)
  if [ "$reported" -ne "$expected" ]; then
    echo "$reported of $expected test projects have reported." >&2
    status=1
  fi
}

# shellcheck disable=SC2086
run tests "$filter" $suites
# Orders, Products and the access matrix once more, with a host for each module. Without this line make test TOPOLOGY=services is the only run of it.
[ -n "$quick$topology" ] || TEST_TOPOLOGY=services run services "$(listed services)" Orders Products Host

mkdir -p "$results"
# Again and in short, where whoever reads only the end finds it.
awk -f build/failures.awk "$results"/*.trx 2>/dev/null
[ -z "$quick" ] || echo "Left out: ${slow// /, }, and the tests of the category Running (servers, profiles, Prometheus, Alertmanager). make test runs everything."
cat "$results"/*.trx 2>/dev/null | awk '
  function count(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) + 0 : 0 }
  /<Counters / {
    passed += count("passed")
    failed += count("failed") + count("error") + count("timeout") + count("aborted")
    skipped += count("total") - count("executed")
  }
  END {
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit passed + failed == 0 || failed > 0
  }' | tee "$results/totals"
[ "${PIPESTATUS[1]}" -eq 0 ] && [ "$status" -eq 0 ]
