#!/usr/bin/env bash
# Writes the digest of each image behind its tag, name:tag@sha256:…, in the Compose files and the Dockerfile: a tag can be moved to another
# image, a digest cannot. Needs Docker with buildx, and the registries. Run it again after a change of a tag: deploy/pin.sh
set -eu
cd "$(dirname "$0")/.."
files=(docker-compose.observability.yml deploy/compose.services.yml deploy/Dockerfile)

# Only names with a tag are images: the stages of the Dockerfile have none.
images=$(sed -nE 's/^ *image: ([^ @]+:[^ @]+).*/\1/p; s/^FROM ([^ @]+:[^ @]+).*/\1/p' "${files[@]}" | sort -u)
expressions=()
for image in $images; do
  digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
  case $digest in
    sha256:????????????????????????????????????????????????????????????????) ;;
    *) echo "Docker tells no digest of $image: nothing was changed." >&2; exit 1 ;;
  esac
  expressions+=(-e "s#(image: |FROM )${image//./\\.}(@sha256:[0-9a-f]+)?( |\$)#\1$image@$digest\3#")
done
# All or nothing: the files are written when every digest is known.
sed -i -E "${expressions[@]}" "${files[@]}"
echo "$(printf '%s\n' "$images" | wc -l) images are pinned by digest."
