#!/usr/bin/env bash
# Has the files under deploy/ checked by the programs that will read them: deploy/check.sh [prometheus] [alertmanager]
# Says what it runs; the exit code is 0 only when all of it passed.
set -u
cd "$(dirname "$0")/.."
failed=0

run() {
  echo "$ $*"
  "$@" || failed=1
}

prometheus() {
  # Once with the targets of a machine, once with those of the containers, of one host and of several.
  local containers targets
  containers=$(mktemp -d)
  cp -r deploy/prometheus/prometheus.yml deploy/prometheus/rules "$containers"
  run promtool check config deploy/prometheus/prometheus.yml
  for targets in targets-compose targets-services; do
    rm -rf "$containers/targets"
    cp -r "deploy/prometheus/$targets" "$containers/targets"
    run promtool check config --lint-fatal "$containers/prometheus.yml"
  done
  run promtool check rules --lint=all --lint-fatal deploy/prometheus/rules/*.yml
  run promtool test rules deploy/prometheus/rules/tests/*.test.yml
  rm -rf "$containers"
}

alertmanager() {
  local file=deploy/alertmanager/alertmanager.yml
  run amtool check-config "$file"
  goes_to() { run amtool config routes test --config.file="$file" --verify.receivers="$@" 2>/dev/null; }
  goes_to pager severity=page module=orders alertname=AvailabilityBudgetBurnsFast slo=availability
  goes_to pager severity=page module=platform alertname=HostDown
  goes_to users severity=ticket module=users alertname=LoginFailuresBurst
  goes_to products severity=ticket module=products alertname=StockOuts
  goes_to orders severity=ticket module=orders alertname=PaymentFailures
  goes_to platform severity=ticket module=platform alertname=DatabaseUnreachable instance=shop:5081
  goes_to platform severity=ticket module=platform alertname=HostMissing instance=shop:5081
  goes_to platform severity=ticket module=gateway alertname=GatewayErrors
  goes_to platform alertname=AnythingElse
}

for part in "${@:-prometheus alertmanager}"; do
  for name in $part; do $name; done
done
exit $failed
