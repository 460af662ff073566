#!/usr/bin/env bash
# Builds one project and says what it is waiting for: build/build.sh src/Host 'the shop'
# Quiet when it is quick: a line every ten seconds, and the compiler's output only when the build fails.
set -eu
exec >&2 # stdout is the shop's, and may be a file of its lines
project=$1 name=$2
interval=${BUILD_SIGN_SECONDS:-10}
log=$(mktemp)
signs=
# A Ctrl-C does not reach what runs in the background of a script.
trap '[ -z "$signs" ] || kill "$signs" 2>/dev/null; rm -f "$log"' EXIT

# Runs the command behind the text. While it runs, prints the text, the time that it has taken, and how many lines of its log have the pattern.
run() {
  local text=$1 pattern=$2 started=$SECONDS status=0
  shift 2
  # A sleep that outlives the loop keeps no pipe of the caller open.
  (while sleep "$interval" >/dev/null 2>&1; do
    echo "  $text, $((SECONDS - started)) s: $(grep -cE "$pattern" "$log" || true) done"
  done) &
  signs=$!
  "$@" >"$log" 2>&1 || status=$?
  kill "$signs" 2>/dev/null
  wait "$signs" 2>/dev/null || true
  signs=
  [ $status = 0 ] || { cat "$log"; exit $status; }
}

first=
[ -e "$project/obj/project.assets.json" ] || first=' The first time fetches packages and compiles everything, which takes a minute or more.'
echo "Building $name.$first"
run 'Fetching packages' '^ *Installed ' dotnet restore "$project" --verbosity normal
run 'Compiling projects' ' -> ' dotnet build "$project" --configuration Release --no-restore --nologo --verbosity minimal
