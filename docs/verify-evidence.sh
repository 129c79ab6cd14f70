#!/bin/sh
# Checks evidence with sha256sum and openssl alone.
#
#   sh verify-evidence.sh FOLDER [KEY.pem]
#
# FOLDER is a bag or holds bags; KEY.pem is the public key that all of it must be signed with (default: each bag's own, which
# tells that nothing has changed since, but not who sealed it). Names each thing that is wrong, and ends with 20 then.
set -u
folder=${1:?usage: verify-evidence.sh FOLDER [KEY.pem]}
key=${2:-}
[ -z "$key" ] || key=$(cd "$(dirname "$key")" && pwd)/$(basename "$key")
found=$(mktemp)
trap 'rm -f "$found"' EXIT

wrong() {
  echo "$1"
  echo x >>"$found"
}

check_bag() (
  cd "$1" || exit
  for manifest in tagmanifest-sha256.txt manifest-sha256.txt; do
    sha256sum --check --strict --quiet "$manifest" >/dev/null 2>&1 || wrong "$1: files are not as $manifest says"
  done
  find . -type f ! -name 'tagmanifest-sha256.txt*' | sed 's|^\./||' | while read -r file; do
    cut -c67- manifest-sha256.txt tagmanifest-sha256.txt | grep -Fxq "$file" || wrong "$1/$file: no manifest names it"
  done
  openssl dgst -sha256 -verify "${key:-key.pem}" -signature tagmanifest-sha256.txt.sig tagmanifest-sha256.txt \
    >/dev/null 2>&1 || wrong "$1: is not signed by ${key:-its own key}"
)

# What stands in the place of a bag that was deleted on purpose: it is signed, and nothing of the bag is left.
check_tombstone() (
  cd "$1" || exit
  openssl dgst -sha256 -verify "${key:-tombstone-key.pem}" -signature tombstone.json.sig tombstone.json \
    >/dev/null 2>&1 || wrong "$1: its tombstone is not signed by ${key:-its own key}"
  place=$(pwd | sed 's|.*/\([^/]*/[^/]*/[^/]*\)$|\1|')
  grep -Fq "\"bag\":\"$place\"" tombstone.json || wrong "$1: its tombstone is that of another bag"
  find . -type f ! -name 'tombstone.json*' ! -name tombstone-key.pem | grep -q . && wrong "$1: something of the bag is left"
)

# The bags that a root names are there, or were pruned under a tombstone, and it names the root before.
check_root() {
  run=$(dirname "$1")
  sed -n 's/.*"bag":"\([^"]*\)","bagSha256":"\([0-9a-f]*\)".*/\2 \1/p' "$1/data/cells.jsonl" | while read -r hash bag; do
    tags=$run/../$bag/tagmanifest-sha256.txt
    [ "$(sha256sum <"$tags" 2>/dev/null | cut -c-64)" = "$hash" ] ||
      grep -Fqs "\"bagSha256\":\"$hash\"" "$run/../$bag/tombstone.json" || wrong "$bag: is not the bag that $1 names"
  done
  number=$(basename "$1" | sed 's/root-0*//')
  [ "$number" -gt 1 ] || return 0
  before=$run/$(printf 'root-%04d' $((number - 1)))/tagmanifest-sha256.txt
  hash=$(sha256sum <"$before" 2>/dev/null | cut -c-64)
  grep -q "\"previous\":\"$hash\"" "$1/data/root.json" || wrong "$1: the root before it is not the one that it names"
}

bags=$(find "$folder" -name '.?*' -prune -o -name bagit.txt -print | sed 's|/bagit\.txt$||')
[ -n "$bags" ] || wrong "$folder: there is no bag"
for bag in $bags; do
  check_bag "$bag"
  case $(basename "$bag") in root-*) check_root "$bag" ;; esac
done
stones=$(find "$folder" -name '.?*' -prune -o -name tombstone.json -print | sed 's|/tombstone\.json$||')
for stone in $stones; do check_tombstone "$stone"; done
[ ! -s "$found" ] || exit 20
echo "$(echo "$bags" | wc -l) bags are whole"
