#!/usr/bin/env bash
# Checks that the named tools are here: build/need.sh dotnet postgresql chromium?
# A question mark makes one optional. Run as root on Debian or Ubuntu it installs what is missing, and says so; otherwise it says how.
set -u
cd "$(dirname "$0")/.."

# PostgreSQL's server programs are rarely on PATH; these are the places where the host looks too.
has_postgresql() {
  command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres \
    /opt/homebrew/opt/postgresql@*/bin/postgres /usr/local/opt/postgresql@*/bin/postgres \
    /opt/homebrew/bin/postgres /usr/local/pgsql/bin/postgres 2>/dev/null | grep -q .
}

has() {
  case $1 in
    dotnet) dotnet --version >/dev/null 2>&1 ;; # fails when no SDK fits global.json
    postgresql) has_postgresql ;;
    rabbitmq-server) [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || command -v rabbitmq-server >/dev/null ;;
    pgbouncer | haproxy) [ -x "/usr/sbin/$1" ] || command -v "$1" >/dev/null ;; # Debian keeps them where only root looks
    prometheus) command -v prometheus >/dev/null && command -v promtool >/dev/null ;;
    prometheus-alertmanager) command -v prometheus-alertmanager >/dev/null && command -v amtool >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

advice() {
  case $1 in
    dotnet) echo "The .NET SDK $(sed -n 's/.*"version": "\([^"]*\)".*/\1/p' global.json) or a later 10.0 is missing: https://dotnet.microsoft.com/download/dotnet/10.0" ;;
    postgresql) echo "PostgreSQL 15 or later is missing: install the package postgresql (apt-get install postgresql), or set ConnectionStrings__ECommerce to a server of your own." ;;
    *) echo "$1 is missing: install the package $1 (apt-get install $1)." ;;
  esac
}

# These packages start services, now and at every boot; only their programs are wanted.
is_service() { [[ $1 = prometheus* || $1 = pgbouncer || $1 = haproxy || $1 = rabbitmq-server ]]; }

keep_off() {
  local unit=/etc/systemd/system/$1.service
  is_service "$1" && [ -d "${unit%/*}" ] && [ ! -e "$unit" ] || return 0
  echo "Its service stays off until you say: systemctl unmask $1" >&2
  ln -s /dev/null "$unit"
}

# Without systemd, Debian asks this program whether a package may start its service: 101 is no.
policy=/usr/sbin/policy-rc.d
forbid_start() {
  is_service "$1" && [ ! -e "$policy" ] || return 0
  printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
}

install() {
  [ "$1" != dotnet ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return
  echo "Installing the Debian package $1, which is missing." >&2
  keep_off "$1"
  forbid_start "$1"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get install --yes --no-install-recommends "$1" || { apt-get update && apt-get install --yes --no-install-recommends "$1"; }; } >&2
}

missing=0
for tool in "$@"; do
  name=${tool%\?}
  has "$name" && continue
  install "$name" && has "$name" && continue
  advice "$name" >&2
  [ "$tool" = "$name" ] && missing=1
done
exit $missing
