#!/usr/bin/env bash
# Makes another build of the shop, as the next version may be: build/another-build.sh folder
# The same sources, in which an event and a command between modules have one optional member more, each with a value. The sources go to
# folder/sources and the program to folder/host. With --sources as the second argument nothing is compiled.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1 only=${2:-}
sources=$folder/sources

rm -rf "$folder"
mkdir -p "$sources"
# Compiled files of this build would be taken for those of the other.
tar --create --exclude=bin --exclude=obj src Directory.Build.props Directory.Packages.props global.json .editorconfig | tar --extract --directory "$sources"

# Adds the member to the record of a contract, which ends its head with the given interface.
grow() {
  local file=$sources/src/Modules/$1 record=$2 interface=$3
  local member='public string? AddedByAnotherBuild { get; init; } = "a value";'
  # A record has a body in braces, or ends with a semicolon.
  sed -i -E "/^public sealed record $record\(.*\) : $interface;\$/ s/;\$/ { $member }/
    /^public sealed record $record\(.*\) : $interface\$/ { n; s/^\{\$/{\n    $member/ }" "$file"
  grep -q AddedByAnotherBuild "$file" || {
    echo "$0: src/Modules/$1 has no record $record of this form any more; name another one." >&2
    exit 1
  }
}

grow Orders.Contracts/Events.cs OrderPlaced IEvent
grow Products.Contracts/ReserveStock.cs ReserveStock 'ICommand<StockReserved>'

[ "$only" = --sources ] || dotnet build "$sources/src/Host" --configuration Release --output "$folder/host" \
  -p:InformationalVersion=0.0.0-another -p:RunAnalyzers=false --nologo --verbosity quiet
