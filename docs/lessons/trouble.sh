#!/usr/bin/env bash
# Breaks the running shop for a lesson: bash docs/lessons/trouble.sh 1. It needs $SHOP, $OPS and $KEY, as the lessons set them.
#
# Do not read on before you have found out what it does.
set -eu

fault() {
  curl -sf -o /dev/null -X PUT "$OPS/ops/faults/$1" -H "X-Management-Key: $KEY" -H 'Content-Type: application/json' -d "$2"
}

case ${1:-} in
  1) fault pool_drained '{"module": "products"}' ;;
  2a) fault slow_query '{"module": "products", "latency": "600ms"}' ;;
  2b) fault latency '{"slice": "ReserveStock", "latency": "1200ms"}' ;;
  3) fault event_handler_fails '{"slice": "ReleaseReservation"}' ;;
  4) # Somebody behind the gateway guesses passwords: ten accounts, one address.
    for number in $(seq 10); do
      curl -s -o /dev/null "$SHOP/api/users/login" -H 'X-Forwarded-For: 203.0.113.66' -H 'Content-Type: application/json' \
        -d '{"email": "guess-'"$number"'@example.com", "password": "letmein, letmein"}'
    done ;;
  *)
    echo 'Which trouble? 1, 2a, 2b, 3 or 4, as the lesson says.' >&2
    exit 2 ;;
esac
echo 'Something is wrong now.'
