#!/usr/bin/env bash
# Places an order in a running shop and writes its trace to stdout as SVG: each span is a bar, and the delivery of the event by the outbox
# follows below. `make picture` makes docs/pictures/order-trace.svg of it. Run it where `make run` was started: the key is read from .data.
set -eu -o pipefail
SHOP=${SHOP:-http://127.0.0.1:5080}
MANAGEMENT=${MANAGEMENT:-${Endpoints__Management:-http://127.0.0.1:5081}}
KEY=$(cat "${Data__Directory:-.data}/keys/management.key")

call() { curl --silent --fail-with-body --header 'Content-Type: application/json' "$@"; }
uuid() { uuidgen 2>/dev/null || cat /proc/sys/kernel/random/uuid; }

email="picture-$(uuid)@example.com"
call "$SHOP/api/users" -d '{"email": "'"$email"'", "name": "Picture", "password": "correct horse battery"}' >/dev/null
token=$(call "$SHOP/api/users/login" -d '{"email": "'"$email"'", "password": "correct horse battery"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')
product=$(call "$SHOP/api/products?search=espresso&limit=1" | sed 's/.*"items":\[{"id":"\([^"]*\)".*/\1/')
trace=""
for order in 1 2 3; do # the first ones prepare the statements and wait for the compiler
  trace=$(call --dump-header - --output /dev/null "$SHOP/api/orders" --header "Authorization: Bearer $token" --header "Idempotency-Key: $(uuid)" \
    -d '{"lines": [{"productId": "'"$product"'", "quantity": '$order'}]}' | sed -n 's/^[Xx]-[Tt]race-[Ii]d: \([0-9a-f]*\).*/\1/p')
  # The outbox delivers the event after the answer.
  for try in $(seq 200); do
    tree=$(call --header "X-Management-Key: $KEY" "$MANAGEMENT/ops/traces/$trace") || tree=""
    grep -q 'process OrderPlaced' <<<"$tree" && break
    [ "$try" -lt 200 ] || { echo "The trace $trace has no delivery of OrderPlaced." >&2; exit 1; }
    sleep 0.05
  done
done

# A span is "  name  +1.2 ms, took 3.4 ms"; its attributes are "name: value".
LC_ALL=C awk '
  function escaped(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text); return text }
  function colour(name) { return name ~ /^(POST|process) / ? "#3b6ea5" : name ~ /^(SELECT|INSERT|UPDATE|DELETE) / ? "#2f855a" : name ~ /^send / ? "#b7791f" : "#7b5ea7" }
  /^trace / { traces++; longest[traces] = 0.1 }
  / \+[0-9.]+ ms, took [0-9.]+ ms/ {
    match($0, / \+[0-9.]+ ms, took [0-9.]+ ms/)
    split(substr($0, RSTART + 2, RLENGTH), figures, /[^0-9.]+/)
    spans++
    of[spans] = traces; start[spans] = figures[1]; took[spans] = figures[2]
    name[spans] = substr($0, 1, RSTART - 1); indent[spans] = match(name[spans], /[^ ]/) - 1
    gsub(/^ +| +$/, "", name[spans])
    if (start[spans] + took[spans] > longest[traces]) longest[traces] = start[spans] + took[spans]
  }
  END {
    left = 370; width = 480; row = 24; top = 18
    height = top + spans * row + traces * 34 + 10
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"13\">\n", left + width + 110, height
    printf "<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"#ffffff\" stroke=\"#d0d7de\"/>\n"
    y = top
    for (i = 1; i <= spans; i++) {
      if (of[i] != of[i - 1]) {
        y += 20
        printf "<text x=\"16\" y=\"%d\" font-size=\"12\" fill=\"#57606a\">%s</text>\n", y, of[i] == 1 ? "the request" : "the event, delivered by the outbox after the answer: a trace of its own, linked to the first"
        y += 14
      }
      scale = width / longest[of[i]]
      bar = took[i] * scale; if (bar < 2) bar = 2
      printf "<text class=\"name\" x=\"%d\" y=\"%d\" fill=\"#1f2328\">%s</text>\n", 16 + (indent[i] - 2) * 7, y + 12, escaped(name[i])
      printf "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"14\" rx=\"2\" fill=\"%s\"/>\n", left + start[i] * scale, y + 1, bar, colour(name[i])
      printf "<text x=\"%.1f\" y=\"%d\" font-size=\"12\" fill=\"#57606a\">%s ms</text>\n", left + start[i] * scale + bar + 6, y + 12, took[i]
      y += row
    }
    print "</svg>"
  }' <<<"$tree"
