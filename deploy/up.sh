#!/usr/bin/env bash
# Starts docker-compose.observability.yml: deploy/up.sh, or deploy/up.sh local to run the shop on this machine instead of in a container.
set -eu
cd "$(dirname "$0")/.."
where=${1:-container}
. deploy/compose.sh "$where"

if [ ! -e .secrets/postgres_password ] && ! grep -qs '^POSTGRES_PASSWORD=' .env && docker volume inspect ecommerce_postgres-data >/dev/null 2>&1; then
  echo 'There is a database from before, whose passwords were in a folder .secrets that is gone. Bring it back, or delete the data: deploy/down.sh --volumes' >&2
  exit 1
fi
deploy/env.sh
compose config --quiet
echo 'Starting. The first time takes minutes: images are fetched and built.'
compose up --detach --build --wait --wait-timeout 600 --remove-orphans
# A shop on this machine is not there yet: then the gateway fetches the keys with the first token.
[ "$where" = local ] || compose exec -T krakend sh -s <deploy/krakend/fetch-keys.sh || echo 'The gateway could not fetch the keys of tokens: it tries again with the first token.' >&2

cat <<URLS

  The gateway:   http://127.0.0.1:8080/api/products?limit=3
  Dashboards:    http://127.0.0.1:3000   (admin; the password is in .secrets/grafana_admin_password)
  Traces:        http://127.0.0.1:16686
  Metrics:       http://127.0.0.1:9090
  Alerts:        http://127.0.0.1:9093, and what they send: http://127.0.0.1:9099
URLS

if [ "${TOPOLOGY:-monolith}" = services ]; then
  cat <<URLS
  Users:         http://127.0.0.1:5080/docs   ($(value SHOP_ADMIN_EMAIL); the password is in .secrets/Bootstrap__AdminPassword)
  Products:      http://127.0.0.1:5180/docs
  Orders:        http://127.0.0.1:5280/docs
  Operators:     http://127.0.0.1:5081/ops, http://127.0.0.1:5181/ops, http://127.0.0.1:5281/ops    (X-Management-Key is in .secrets/Management__Key)

  make down      stops it all and keeps the data
URLS
  exit
fi

if [ "$where" = container ]; then
  cat <<URLS
  The shop:      http://127.0.0.1:5080/docs   ($(value SHOP_ADMIN_EMAIL); the password is in .secrets/Bootstrap__AdminPassword)
  Operators:     http://127.0.0.1:5081/ops    (X-Management-Key is in .secrets/Management__Key)

  make down      stops it all and keeps the data
URLS
  exit
fi

# Containers cannot reach what listens on 127.0.0.1. Docker Desktop brings them there all the same; elsewhere the shop listens where
# host-gateway leads: on the address of Docker's own bridge, which nobody outside this machine can reach.
bridge=127.0.0.1
case $(docker info --format '{{.OperatingSystem}}') in
  'Docker Desktop') ;;
  *) bridge=$(docker network inspect bridge --format '{{(index .IPAM.Config 0).Gateway}}') ;;
esac
if [ -z "$bridge" ]; then
  echo 'Docker does not tell the address of its network "bridge": run the shop in a container (make up).' >&2
  exit 1
fi
cat <<URLS
  The shop:      http://$bridge:5080/docs   (it listens on Docker's bridge, so that containers reach it)
  Operators:     http://$bridge:5081/ops

  Ctrl-C stops the shop; make down stops the rest and keeps the data
URLS

export ConnectionStrings__ECommerce="Host=127.0.0.1;Port=5432;Database=ecommerce;Username=shop;Password=$(cat .secrets/shop_db_password)"
# The files named as settings are the host's; those of the containers are passed over.
export Bootstrap__AdminEmail="$(value SHOP_ADMIN_EMAIL)" Secrets__Directory="$PWD/.secrets"
export Endpoints__Public="http://$bridge:5080" Endpoints__Management="http://$bridge:5081" Endpoints__TrustedProxies="$(subnet)"
# By which the containers call it.
export Management__Hosts=shop
export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317 OTEL_EXPORTER_OTLP_PROTOCOL=grpc
exec make --no-print-directory run
