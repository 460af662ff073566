#!/usr/bin/env bash
# Stops what deploy/up.sh has started, by the name of the project. The data stay: `deploy/down.sh --volumes` deletes them, too.
set -eu
cd "$(dirname "$0")/.."
. deploy/compose.sh container
exec docker compose --project-name ecommerce down "$@"
