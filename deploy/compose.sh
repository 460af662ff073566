# For deploy/up.sh and deploy/down.sh: what `docker compose` needs, and how it is called. Ends the caller with a sentence when it is not here.

files=(--file docker-compose.observability.yml)
case $1 in
  container) ;;
  local) files+=(--file deploy/compose.shop-on-machine.yml) ;;
  *) echo "HOST is $1: leave it out, or write HOST=local." >&2; exit 1 ;;
esac

# make up TOPOLOGY=services: hosts of one module each.
case ${TOPOLOGY:-monolith} in
  monolith) ;;
  services)
    [ "$1" = container ] || { echo 'TOPOLOGY=services runs in containers only: leave HOST out.' >&2; exit 1; }
    files+=(--file deploy/compose.services.yml)
    ;;
  *) echo "TOPOLOGY is $TOPOLOGY: leave it out, or write TOPOLOGY=services." >&2; exit 1 ;;
esac

# depends_on with required: false came with this one.
needed=2.20.0

lacking() {
  echo "$1" >&2
  echo 'Without Docker, `make observe` runs what Debian has: Prometheus and Alertmanager, with the same rules and routes.' >&2
  exit 1
}

older_than() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" != "$2" ]; }

command -v docker >/dev/null || lacking 'There is no docker command on this machine: https://docs.docker.com/engine/install/'
version=$(docker compose version --short 2>/dev/null) || lacking "Docker has no Compose plugin here; $needed or later is needed: https://docs.docker.com/compose/install/linux/"
version=${version#v}
! older_than "$version" "$needed" || lacking "Docker Compose is $version; $needed or later is needed: https://docs.docker.com/compose/install/linux/"
docker version --format '{{.Server.Version}}' >/dev/null 2>&1 || lacking 'No Docker engine answers. Start it (sudo systemctl start docker), or join the group that may ask it (sudo usermod -aG docker $USER).'

compose() { docker compose --env-file .env "${files[@]}" "$@"; }

# The value of a variable in .env, without the quotes.
value() { sed -n "s/^$1=//p" .env | sed "s/^'\(.*\)'\$/\1/"; }

# Where the containers' addresses come from.
subnet() { sed -n 's/.*subnet: &subnet \(.*\)/\1/p' docker-compose.observability.yml; }
