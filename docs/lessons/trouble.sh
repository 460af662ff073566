#!/usr/bin/env bash
# Breaks the running shop for a lesson: bash docs/lessons/trouble.sh 1. Returns when the trouble can be felt, or could be: `wait 3` waits
# for one that comes of what you do next. It needs $SHOP, $OPS and $KEY, as the lessons set them,
# and psql's variables where a lesson sets those.
#
# Do not read on before you have found out what it does.
set -eu

fault() {
  curl -sf -o /dev/null -X PUT "$OPS/ops/faults/$1" -H "X-Management-Key: $KEY" -H 'Content-Type: application/json' -d "$2"
}

# Until the command succeeds; ten seconds at most.
until_so() {
  for _ in $(seq 100); do
    "$@" && return
    sleep 0.1
  done
}

not_ready() { ! curl -sf -o /dev/null "$SHOP/health/ready"; }
retried() { curl -s "$OPS/metrics" | grep -q '^outbox_deliveries_total.*"retried"} [1-9]'; }

# Customers log in, and keep their tokens; then each of them looks at their orders for the first time.
log_in() {
  tokens=()
  for number in 1 2 3 4; do
    local who='"email": "week-5-'$RANDOM$RANDOM$number'@example.com", "password": "correct horse battery"'
    curl -s -o /dev/null "$SHOP/api/users" -H 'Content-Type: application/json' -d "{$who, \"name\": \"You\"}"
    tokens+=("$(curl -s "$SHOP/api/users/login" -H 'Content-Type: application/json' -d "{$who}" | sed 's/.*"token":"\([^"]*\)".*/\1/')")
  done
}
look() { (for token in "${tokens[@]}"; do curl -s -o /dev/null "$SHOP/api/orders" -H "Authorization: Bearer $token" & done; wait); }
injected() { [ "$(curl -s "$OPS/metrics" | sed -n 's/^fault_injections_total{fault="'"$1"'".*} //p')" -ge "$2" ]; }
counted() { psql -qtAc "SELECT query FROM pg_stat_activity WHERE state = 'idle in transaction'" | grep -q stocktaking; }

case ${1:-} in
  1)
    fault pool_drained '{"module": "products"}'
    until_so not_ready ;;
  2a) fault slow_query '{"module": "products", "latency": "600ms"}' ;;
  2b) fault latency '{"slice": "ReserveStock", "latency": "1200ms"}' ;;
  3) fault event_handler_fails '{"slice": "ReleaseReservation"}' ;;
  4) # Somebody behind the gateway guesses passwords: ten accounts, one address.
    for number in $(seq 10); do
      curl -s -o /dev/null "$SHOP/api/users/login" -H 'X-Forwarded-For: 203.0.113.66' -H 'Content-Type: application/json' \
        -d '{"email": "guess-'"$number"'@example.com", "password": "letmein, letmein"}'
    done ;;
  5)
    log_in
    for _ in $(seq 40); do curl -s -o /dev/null "$SHOP/api/products"; done
    fault slow_query '{"module": "users", "latency": "600ms"}'
    look ;;
  6)
    fault log_flood '{"linesPerSecond": 200}'
    fault dependency_refused '{"slice": "ReserveStock"}' ;;
  customers)
    log_in
    look
    exit ;;
  7a) fault busy_loop '{"slice": "GetProduct", "processorTime": "300ms"}' ;;
  7b)
    fault memory_leak '{"megabytes": 256}'
    until_so injected memory_leak 16 ;;
  7c) # Somebody counts the stock in psql, and goes to lunch in the middle of a transaction.
    {
      echo 'BEGIN; UPDATE products.stock SET version = version;'
      for _ in $(seq 600); do
        echo 'SELECT /* stocktaking */ count(*) FROM products.stock;'
        sleep 1
      done
    } 2>/dev/null | psql -qtA >/dev/null 2>&1 &
    until_so counted ;;
  8) psql -qc "UPDATE orders.orders SET status = 'cancelled'" ;; # the WHERE was on the next line
  wait)
    [ "${2:-}" = 3 ] && until_so retried
    exit ;;
  *)
    echo 'Which trouble? 1, 2a, 2b, 3, 4, 5, 6, 7a, 7b, 7c or 8, as the lesson says.' >&2
    exit 2 ;;
esac
echo 'Something is wrong now.'
