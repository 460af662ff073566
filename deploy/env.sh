#!/usr/bin/env bash
# Makes .env, or the file that is named, from .env.example: what is empty there becomes a new secret. An existing file stays as it is.
set -eu
umask 077
file=${1:-$(dirname "$0")/../.env}
example=$(dirname "$0")/../.env.example
[ ! -e "$file" ] || exit 0
"$(dirname "$0")/../build/need.sh" openssl

# A P-256 private key (PKCS#8), in one line: PEM allows any white space between its lines.
signing_key() {
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:named_curve | tr '\n' ' ' | sed 's/ *$//'
}

draft=$(mktemp "$file.XXXXXX")
trap 'rm -f "$draft"' EXIT
while IFS= read -r line; do
  case $line in
    REVISION=) line=REVISION=$(git -C "$(dirname "$example")" rev-parse HEAD 2>/dev/null || true) ;;
    SHOP_SIGNING_KEY=) line="SHOP_SIGNING_KEY='$(signing_key)'" ;;
    # Hexadecimal: no connection string, URL or shell reads anything into it.
    *_PASSWORD= | *_KEY=) line=$line$(openssl rand -hex 16) ;;
  esac
  printf '%s\n' "$line"
done <"$example" >"$draft"
mv "$draft" "$file"
