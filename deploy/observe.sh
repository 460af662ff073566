#!/usr/bin/env bash
# Watches a shop that runs on this machine, without Docker: deploy/observe.sh up|down
# Prometheus and Alertmanager with the files under deploy/, and the sink that shows what Alertmanager sends. All of it listens on
# 127.0.0.1, keeps its files in .data/observe, and stays until `down`.
set -eu
umask 077
cd "$(dirname "$0")/.."
case ${Data__Directory:=.data} in /*) here=$Data__Directory/observe ;; *) here=$PWD/$Data__Directory/observe ;; esac
shop=${Endpoints__Management:-http://127.0.0.1:5081} prometheus=${PROMETHEUS_ADDRESS:-127.0.0.1:9090}
alertmanager=${ALERTMANAGER_ADDRESS:-127.0.0.1:9093} sink=${ALERT_SINK_ADDRESS:-127.0.0.1:9099}
shop=${shop%/}
sink_program=deploy/alert-sink/bin/Release/net10.0/ECommerce.AlertSink.dll

# A process is ours when it was started on our folder; its number may be somebody else's by now.
is_ours() { [ -f "$here/$1.pid" ] && ps -ww -o args= -p "$(cat "$here/$1.pid")" | grep -qF "$here"; }

stop() {
  for name in prometheus alertmanager alert-sink; do
    if is_ours $name; then
      kill "$(cat "$here/$name.pid")"
      for _ in $(seq 100); do is_ours $name || break; sleep 0.1; done
      is_ours $name && kill -9 "$(cat "$here/$name.pid")"
    fi
    rm -f "$here/$name.pid"
  done
}

start() {
  local name=$1 ready=$2
  shift 2
  (cd "$here" && exec nohup "$@" >"$here/$name.log" 2>&1 </dev/null) &
  echo $! >"$here/$name.pid"
  for _ in $(seq 100); do
    curl -sf -o /dev/null "$ready" && is_ours $name && return
    is_ours $name || break
    sleep 0.1
  done
  echo "$name did not start; $here/$name.log says:" >&2
  tail -5 "$here/$name.log" >&2
  stop
  exit 1
}

# The first of the paths that answers. Debian's Prometheus has its pages under /classic and answers 404 to those that upstream has.
first_that_answers() {
  local base=$1 path
  shift
  for path in "$@"; do
    curl -sfL -o /dev/null "$base$path" && break
  done
  echo "$base$path"
}

# Debian's Alertmanager has no pages, only one that says so.
alertmanager_page() {
  if curl -s "http://$alertmanager/" | grep -q 'does not include a web'; then
    echo "http://$alertmanager/api/v2/alerts   (Debian's has no pages; silence with: amtool --alertmanager.url=http://$alertmanager silence add …)"
  else
    echo "http://$alertmanager/"
  fi
}

up() {
  build/need.sh prometheus prometheus-alertmanager dotnet curl
  [ -f $sink_program ] || build/build.sh deploy/alert-sink 'the alert sink'
  stop
  mkdir -p "$here"
  chmod 700 "$here"
  rm -rf "$here/rules" "$here/targets"
  cp -r deploy/prometheus/prometheus.yml deploy/prometheus/rules deploy/prometheus/targets "$here"
  # Three hosts and haproxy, as make run TOPOLOGY=replicas starts them.
  if [ "${TOPOLOGY:-}" = replicas ]; then cp deploy/prometheus/targets-replicas/* "$here/targets"; fi
  sed -i "s/127.0.0.1:5081/${shop#http://}/" "$here/targets/ecommerce.yml"
  sed -i "s/127.0.0.1:9090/$prometheus/" "$here/targets/prometheus.yml"
  sed -i "s/127.0.0.1:9093/$alertmanager/" "$here/targets/alertmanager.yml"
  sed "s/alert-sink:9099/$sink/" deploy/alertmanager/alertmanager.yml >"$here/alertmanager.yml"

  AlertSink__Address=http://$sink start alert-sink "http://$sink/health" dotnet "$PWD/$sink_program" --contentRoot "$here"
  start alertmanager "http://$alertmanager/-/ready" prometheus-alertmanager --config.file="$here/alertmanager.yml" \
    --storage.path="$here/alertmanager" --web.listen-address="$alertmanager" --cluster.listen-address= --log.level=warn
  start prometheus "http://$prometheus/-/ready" prometheus --config.file="$here/prometheus.yml" --storage.tsdb.path="$here/prometheus" \
    --web.listen-address="$prometheus" --enable-feature=exemplar-storage --storage.tsdb.retention.time=31d --log.level=warn

  cat <<END
Watching $shop. Ends with: make observe-down
  metrics and queries     $(first_that_answers "http://$prometheus" /graph /classic/graph /api/v1/query?query=up)
  targets                 $(first_that_answers "http://$prometheus" /targets /classic/targets /api/v1/targets)
  rules, and what fires   $(first_that_answers "http://$prometheus" /alerts /classic/alerts /api/v1/alerts)
  who is called, silences $(alertmanager_page)
  what they were told     http://$sink/   (or: tail -f $here/alert-sink.log)
END
  cat <<END
Without Docker there are no Grafana, Jaeger, Loki, Collector and gateway: make up starts them where there is.
END
  curl -sf -o /dev/null "$shop/health/live" || echo "No shop answers at $shop yet: start it with make run, or you will be called for HostDown in a minute."
}

case ${1:-} in
  up) up ;;
  down) stop && echo 'Nobody watches any more.' ;;
  *) echo "usage: $0 up|down" >&2; exit 2 ;;
esac
