#!/usr/bin/env bash
# Builds once, runs every test project, and counts what really ran: the last line is the totals, and TestResults/totals keeps them.
set -u
cd "$(dirname "$0")/.."
results=TestResults
rm -rf "$results"

# One compiler for all projects, and nothing compiled for a measurement: processes live for seconds here.
export UseSharedCompilation=true DOTNET_TieredPGO=0

dotnet build ECommerce.sln --nologo --verbosity quiet || exit 1
dotnet test ECommerce.sln --no-build --nologo
status=$?

# Each project that holds tests leaves one .trx file (tests/Directory.Build.props), unless it found none or never came to its end.
expected=$(grep -l 'Microsoft.NET.Test.Sdk' tests/*/*.csproj | wc -l)
reported=$(find "$results" -name '*.trx' 2>/dev/null | wc -l)
if [ "$reported" -ne "$expected" ]; then
  echo "$reported of $expected test projects have reported." >&2
  status=1
fi

mkdir -p "$results"
find "$results" -name '*.trx' -exec cat {} + | awk '
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
