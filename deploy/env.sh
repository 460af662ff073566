#!/usr/bin/env bash
# Makes what docker-compose.observability.yml takes from this machine: .env (or the file that is named) from .env.example, and a folder of
# secrets, .secrets beside it (or the folder that is named), one file each and different every time. What exists stays as it is.
set -eu
umask 077
file=${1:-$(dirname "$0")/../.env}
secrets=${2:-$(dirname "$file")/.secrets}
example=$(dirname "$0")/../.env.example
"$(dirname "$0")/../build/need.sh" openssl

if [ ! -e "$file" ]; then
  draft=$(mktemp "$file.XXXXXX")
  trap 'rm -f "$draft"' EXIT
  sed "s/^REVISION=\$/REVISION=$(git -C "$(dirname "$example")" rev-parse HEAD 2>/dev/null || true)/" "$example" >"$draft"
  mv "$draft" "$file"
fi

# A password of an earlier .env goes on: the database knows it.
earlier() { sed -n "s/^$1=//p" "$file" | sed "s/^'\(.*\)'\$/\1/"; }

# Hexadecimal: no connection string, URL or shell reads anything into it.
password() { openssl rand -hex 16; }

# A P-256 private key (PKCS#8), in one line: PEM allows any white space between its lines.
signing_key() {
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:named_curve | tr '\n' ' ' | sed 's/ *$//'
}

# Compose mounts a file as it is, and the users in the containers have to read it: the folder keeps everybody else out.
secret() {
  local name=$1 value draft
  [ ! -e "$secrets/$name" ] || return 0
  value=$([ -z "$2" ] || earlier "$2")
  [ -n "$value" ] || value=$("${@:3}")
  draft=$(mktemp "$secrets/.$name.XXXXXX")
  printf '%s\n' "$value" >"$draft"
  chmod 444 "$draft"
  mv "$draft" "$secrets/$name"
}

mkdir -p "$secrets"
chmod 700 "$secrets"
# PostgreSQL: its superuser, the shop's login, the exporter's.
secret postgres_password POSTGRES_PASSWORD password
secret shop_db_password SHOP_DB_PASSWORD password
secret exporter_db_password EXPORTER_DB_PASSWORD password
secret connection_string '' printf 'Host=postgres;Database=ecommerce;Username=shop;Password=%s' "$(cat "$secrets/shop_db_password")"
# The shop's own settings, named as it reads them.
secret Bootstrap__AdminPassword SHOP_ADMIN_PASSWORD password
secret Management__Key SHOP_MANAGEMENT_KEY password
secret Tokens__SigningKey SHOP_SIGNING_KEY signing_key
secret grafana_admin_password GRAFANA_ADMIN_PASSWORD password
# The topology `services`, deploy/compose.services.yml: a login for each module's host, the key by which hosts know each other, the broker's login
# as the hosts and as RabbitMQ read it.
secret users_db_password '' password
secret products_db_password '' password
secret orders_db_password '' password
secret users_connection_string '' printf 'Host=postgres;Database=users;Username=shop_users;Password=%s' "$(cat "$secrets/users_db_password")"
secret products_connection_string '' printf 'Host=postgres;Database=products;Username=shop_products;Password=%s' "$(cat "$secrets/products_db_password")"
secret orders_connection_string '' printf 'Host=postgres;Database=orders;Username=shop_orders;Password=%s' "$(cat "$secrets/orders_db_password")"
secret Contracts__SigningKey '' signing_key
secret Broker__Address '' printf 'amqp://shop:%s@rabbitmq:5672/ecommerce' "$(password)"
secret rabbitmq_conf '' printf 'default_user = shop\ndefault_pass = %s\ndefault_vhost = ecommerce' "$(sed 's#.*://shop:\(.*\)@.*#\1#' "$secrets/Broker__Address")"

# They are files now, and stand in no environment any more.
if grep -qE '^([A-Z_]+_PASSWORD|SHOP_[A-Z_]+_KEY)=' "$file"; then
  sed -i -E '/^([A-Z_]+_PASSWORD|SHOP_[A-Z_]+_KEY)=/d' "$file"
fi
