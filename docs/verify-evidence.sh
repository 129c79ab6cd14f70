#!/bin/sh
# Checks evidence with sha256sum and openssl alone.
#
#   sh verify-evidence.sh FOLDER [KEY.pem [AUTHORITIES.pem]]
#
# FOLDER is a bag or holds bags; KEY.pem is the public key that all of it must be signed with (default: each bag's own, which
# tells that nothing has changed since, but not who sealed it), and AUTHORITIES.pem the certificates that time stamps must lead
# to (default: those beside them; with it, a root that was to be stamped must be). Names each thing that is wrong, and ends
# with 20 then. What it does not look at: whether the Merkle root of a root is that of its lines, which both are signed.
set -u
folder=${1:?usage: verify-evidence.sh FOLDER [KEY.pem [AUTHORITIES.pem]]}
whole() { [ -z "$1" ] || echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"; }
key=$(whole "${2:-}")
authorities=$(whole "${3:-}")
found=$(mktemp)
list=$(mktemp)
trap 'rm -f "$found" "$list"' EXIT

wrong() {
  echo "$1"
  echo x >>"$found"
}

# SHA-256 of the DER of a public key: its fingerprint.
fingerprint() { openssl pkey -pubin -in "$1" -outform DER 2>/dev/null | sha256sum | cut -c-64; }

check_bag() (
  cd "$1" || exit
  for manifest in tagmanifest-sha256.txt manifest-sha256.txt; do
    sha256sum --check --strict --quiet "$manifest" >/dev/null 2>&1 || wrong "$1: files are not as $manifest says"
  done
  for file in bag-info.txt bagit.txt key.pem manifest-sha256.txt; do
    cut -c67- tagmanifest-sha256.txt | grep -Fxq "$file" || wrong "$1/$file: tagmanifest-sha256.txt does not name it"
  done
  find . ! -type d | sed 's|^\./||' | while IFS= read -r file; do
    case $file in
    tagmanifest-sha256.txt | tagmanifest-sha256.txt.sig | tagmanifest-sha256.txt.tsr | tsa-chain.pem) ;;
    *) cut -c67- manifest-sha256.txt tagmanifest-sha256.txt | grep -Fxq "$file" || wrong "$1/$file: no manifest names it" ;;
    esac
    [ -f "$file" ] && [ ! -h "$file" ] || wrong "$1/$file: is no plain file"
  done
  openssl dgst -sha256 -verify "${key:-key.pem}" -signature tagmanifest-sha256.txt.sig tagmanifest-sha256.txt \
    >/dev/null 2>&1 || wrong "$1: is not signed by ${key:-its own key}"
  grep -q "\"keySha256\":\"$(fingerprint key.pem)\"" data/evidence.json data/root.json 2>/dev/null ||
    wrong "$1/key.pem: its fingerprint is not the one in the statement"
)

# The stamp is of the tag manifest, and its certificates were valid when it was given, whatever they are now.
check_stamp() (
  cd "$1" || exit
  if [ ! -e tagmanifest-sha256.txt.tsr ]; then
    [ ! -e tsa-chain.pem ] || wrong "$1/tagmanifest-sha256.txt.tsr: is not there, and tsa-chain.pem is"
    grep -q '"timestamp":"expected"' data/root.json 2>/dev/null || exit
    [ -z "$authorities" ] || wrong "$1/tagmanifest-sha256.txt.tsr: is not there, and the root was to be stamped"
    [ -n "$authorities" ] || echo "$1: waits for its time stamp" >&2
    exit
  fi
  time=$(openssl ts -reply -in tagmanifest-sha256.txt.tsr -text 2>/dev/null | sed -n 's/^Time stamp: //p')
  for trusted in tsa-chain.pem ${authorities:+"$authorities"}; do
    openssl ts -verify -data tagmanifest-sha256.txt -in tagmanifest-sha256.txt.tsr -CAfile "$trusted" \
      -untrusted tsa-chain.pem -attime "$(date -u -d "$time" +%s)" >/dev/null 2>&1 ||
      wrong "$1/tagmanifest-sha256.txt.tsr: is no time stamp of it that leads to $trusted"
  done
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

# The bags that a root names are there, or were pruned under a tombstone, it has as many cells as were planned, and it names the root before.
check_root() {
  run=$(dirname "$1")
  sed -n 's/.*"bag":"\([^"]*\)","bagSha256":"\([0-9a-f]*\)".*/\2 \1/p' "$1/data/cells.jsonl" | while read -r hash bag; do
    tags=$run/../$bag/tagmanifest-sha256.txt
    [ -f "$tags" ] && [ "$(sha256sum <"$tags" | cut -c-64)" = "$hash" ] ||
      grep -Fqs "\"bagSha256\":\"$hash\"" "$run/../$bag/tombstone.json" || wrong "$bag: is not the bag that $1 names"
  done
  grep -q "\"planned\":$(grep -c '' "$1/data/cells.jsonl")[,}]" "$1/data/root.json" ||
    wrong "$1/data/cells.jsonl: has not as many cells as were planned"
  number=$(basename "$1" | sed 's/root-0*//')
  before=$run/$(printf 'root-%04d' $((number - 1)))/tagmanifest-sha256.txt
  hash=null
  [ "$number" -eq 1 ] || hash=\"$([ ! -f "$before" ] || sha256sum <"$before" | cut -c-64)\"
  grep -q "\"previous\":$hash[,}]" "$1/data/root.json" || wrong "$1: the root before it is not the one that it names"
}

find "$folder" -name '.?*' -prune -o \( -name bagit.txt -o -name manifest-sha256.txt -o -name tagmanifest-sha256.txt \) -print |
  sed 's|/[^/]*$||' | sort -u >"$list"
[ -s "$list" ] || wrong "$folder: there is no bag"
while IFS= read -r bag; do
  check_bag "$bag"
  check_stamp "$bag"
  case $(basename "$bag") in root-*) check_root "$bag" ;; esac
done <"$list"
find "$folder" -name '.?*' -prune -o -name tombstone.json -print | sed 's|/tombstone\.json$||' | while IFS= read -r stone; do
  check_tombstone "$stone"
done
[ ! -s "$found" ] || exit 20
echo "$(grep -c '' "$list") bags are whole"
