#!/usr/bin/env bash
# Checks whether a running shop on this machine is ready for production: deploy/ready.sh
# A line for each check says whether it holds, and by which evidence; docs/readiness.md says why. The exit code is 0 when all hold.
# It changes nothing but a database of its own, which it creates on the shop's server and drops again.
set -u
cd "$(dirname "$0")/.."
SHOP=${SHOP:-${Endpoints__Public:-http://127.0.0.1:5080}} OPS=${OPS:-${Endpoints__Management:-http://127.0.0.1:5081}}
DATA=${Data__Directory:-.data}
KEY=${KEY:-${Management__Key:-$(cat "$DATA/keys/management.key" 2>/dev/null)}}
if [ -z "${PGHOST:-}" ]; then
  case $DATA in /*) PGHOST=$DATA/postgres ;; *) PGHOST=$PWD/$DATA/postgres ;; esac
  export PGHOST PGUSER=postgres PGDATABASE=ecommerce
  PGPASSWORD=$(cat "$DATA/password" 2>/dev/null)
  export PGPASSWORD
fi
export PGCONNECT_TIMEOUT=5
copy=ready_check_$$
missing=0

# The name of a check, what has to be seen, what was seen; and the evidence in words, otherwise what was seen.
check() {
  local mark=ok
  [ "$2" = "$3" ] || { mark=missing; missing=$((missing + 1)); }
  printf '%-8s %-19s %s\n' $mark "$1" "${4:-$3}"
}

get() { curl -s -m 10 "$@"; }
status() { get -o /dev/null -w '%{http_code}' "$@"; }
metrics() { get "$OPS/metrics"; }
sql() { psql -qtA -c "$1" "${@:2}" 2>/dev/null; }

# Probes
live=$(get "$SHOP/health/live")
check liveness '"checks":{}' "$(grep -o '"checks":{}' <<<"$live")" '/health/live answers and checks nothing else'
ready=$(get "$SHOP/health/ready")
check readiness healthy "$(grep -o '^{"status":"[a-z]*"' <<<"$ready" | cut -d '"' -f 4)" \
  "/health/ready checks $(grep -o '"[a-z]*":{"status"' <<<"$ready" | cut -d '"' -f 2 | paste -s -d ' ')"
build=$(get "$SHOP/version" | sed -n 's/.*"commit":"\([0-9a-f]*\)".*/\1/p')
check build yes "$([ ${#build} -ge 7 ] && echo yes)" "/version names the commit ${build:-of nothing}"

# Addresses
check public-listener '404 404 404' "$(for path in metrics ops/faults debug/gc; do status "$SHOP/$path"; echo; done | paste -s -d ' ')" \
  "/metrics, /ops and /debug are not on $SHOP"
port=$(printf ':%04X' "$(sed 's|.*:||; s|/.*||' <<<"$OPS")")
bound=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -E "^ *[0-9]+: [0-9A-F]+$port [0-9A-F:]+ 0A" | sed -E 's/^ *[0-9]+: ([0-9A-F]+):.*/\1/' | paste -s -d ' ')
case ${bound:-none} in
  *00000000*00000000* | 00000000 | "00000000 "*) where='every address' ;;
  none) where='an address that cannot be seen from here' ;;
  *) where='one address' ;;
esac
check management-address 'one address' "$where" "port ${OPS##*:} listens on $where"

# Access and secrets
check management-key '401 200' "$(status "$OPS/ops/outbox") $(status -H "X-Management-Key: $KEY" "$OPS/ops/outbox")" \
  '/ops/outbox without and with the key: 401 and 200 are due'
signals=$(metrics; get "$OPS/metrics/runtime"; get "$OPS/ops/faults"; get -H "X-Management-Key: $KEY" "$OPS/ops/api/logs"; cat shop.log 2>/dev/null)
check secrets-signals 0 "$([ -n "$KEY" ] && [ -n "$signals" ] && printf '%s\n' "$KEY" "${PGPASSWORD:-}" | grep . | while read -r secret; do
  grep -cF -e "$secret" <<<"$signals"
done | grep -vc '^0$')" 'neither key nor password may be in metrics, faults, log records or shop.log'
host=$(cat "$DATA/host.pid" 2>/dev/null)
secret='(Management__Key|Tokens__SigningKey|Contracts__SigningKey|Bootstrap__AdminPassword|ConnectionStrings__[A-Za-z]+|Broker__Address)'
check secrets-process 0 "$(if [ -r "/proc/${host:-none}/environ" ]; then tr '\0' '\n' <"/proc/$host/environ" | cat - <(tr '\0' '\n' <"/proc/$host/cmdline") | grep -cE "$secret=."; else echo unknown; fi)" \
  "secrets in environment and arguments of process ${host:-that is not here}"
check faults '"allowed":false' "$(get "$OPS/ops/faults" | grep -o '"allowed":[a-z]*')" "/ops/faults says $(get "$OPS/ops/faults" | grep -o '"allowed":[a-z]*')"

# Limits
check body-limit 413 "$(head -c 4194304 /dev/zero | status "$SHOP/api/users/login" -H 'Content-Type: application/json' --data-binary @-)" \
  'a body of 4 MB is answered 413'
pools=$(get "$OPS/metrics/runtime" | sed -n 's/^db_client_connection_max{.*} //p' | paste -s -d +)
server=$(sql "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int")
check connections yes "$([ -n "$server" ] && [ $((${pools:-1000000})) -le "$server" ] && echo yes)" \
  "pools of $((${pools:-0})), and a server for ${server:-an unknown number}"
check stop-time yes "$(
  seconds() { sed -n "s/^Shutdown__$1=00:00:0*//p" deploy/kubernetes/host/settings.env; }
  grace=$(sed -n 's/.*terminationGracePeriodSeconds: //p' deploy/kubernetes/host/deployment.yaml)
  [ $(($(seconds DrainDelay) + $(seconds Timeout) + 5)) -lt "$grace" ] && echo yes)" \
  "drain, requests and flush end within $(sed -n 's/.*terminationGracePeriodSeconds: //p' deploy/kubernetes/host/deployment.yaml) s (deploy/kubernetes/host)"

# Objectives and alerts
objectives=$(cat deploy/prometheus/rules/*.yml | sed -n 's/.*record: slo:\([a-z]*\):objective$/\1/p' | paste -s -d ' ')
check objectives 'availability latency 1' "$objectives $(metrics | grep -c -m 1 '^http_request_duration_seconds_bucket{.*le="0.5"}')" \
  "objectives of $objectives; 0.5 s is a bound of the histogram"
alerts=$(cat deploy/prometheus/rules/*.yml | sed -n 's/^ *- alert: //p' | sort -u)
lost=$(for alert in $alerts; do
  page=$(sed -E 's/([a-z0-9])([A-Z])/\1-\2/g' <<<"$alert" | tr A-Z a-z)
  [ -f "docs/runbooks/$page.md" ] || echo "$alert"
done | paste -s -d ' ')
check runbooks '' "$lost" "${lost:-$(wc -l <<<"$alerts" | tr -d ' ') alerts, each with its page in docs/runbooks}"

# State
lost=$(metrics | grep '^telemetry_dropped_total' | grep -c -v ' 0$')
check telemetry '1 0' "$(metrics | grep -c -m 1 '^telemetry_dropped_total') $lost" "telemetry_dropped_total: $lost of its series are not 0"
letters=$(get -H "X-Management-Key: $KEY" "$OPS/ops/outbox" | grep -o '"deadLetters":[0-9]*')
check dead-letters 0 "$([ -n "$letters" ] && grep -vc ':0$' <<<"$letters")" "outboxes with dead letters: $(grep -v ':0$' <<<"$letters" | grep -c .)"
rows="SELECT count(*), sum((xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', schemaname, tablename), false, true, '')))[1]::text::bigint)
  FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
before=$(sql "$rows")
restored=$(sql "CREATE DATABASE $copy" && pg_dump -Fc 2>/dev/null | pg_restore --exit-on-error -d $copy 2>/dev/null && sql "$rows" -d $copy)
sql "DROP DATABASE IF EXISTS $copy"
check backup yes "$([ -n "$restored" ] && [ "${before%|*}" = "${restored%|*}" ] && [ "${restored#*|}" -ge "${before#*|}" ] && echo yes)" \
  "${restored:+a dump was restored into another database: }${restored%|*}${restored:+ tables, }${restored#*|}${restored:+ rows}"

[ $missing -eq 0 ] && echo 'Ready.' || echo "Not ready: $missing missing."
[ $missing -eq 0 ]
