#!/usr/bin/env bash
# Asks a hub for everything that it has, with curl, as a script of somebody else would.
#
#   bash Tests/Hub/curl.sh
#
# VARIORUM   the program; built where it is not given
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/hub.sh"
command -v curl >/dev/null || { echo "Missing: curl (sudo apt-get install curl)" >&2; exit 1; }

token=$("$VARIORUM" token create --data "$data" --role admin test 2>/dev/null)
reader=$("$VARIORUM" token create --data "$data" --role reader test 2>/dev/null)
start_hub
"$VARIORUM" init "$scratch/ada" --curator Ada >/dev/null 2>&1
cd "$scratch/ada"
for n in 1 2 3; do "$VARIORUM" add claim "LCN2 is raised, $n." --tag blood >/dev/null 2>&1; done
"$VARIORUM" remote add hub "$address" >/dev/null 2>&1
VARIORUM_TOKEN=$token "$VARIORUM" sync >/dev/null
store=$("$VARIORUM" status --json | sed -n 's/.*"store":"\([0-9a-f-]*\)".*/\1/p')
base=/v1/stores/$store
failed=0

# expect STATUS PATH [curl's options]: the answer has this status; its body is left in $scratch/body.
expect() {
  local status=$1 path=$2 got
  shift 2
  got=$(curl -sS --path-as-is -o "$scratch/body" -D "$scratch/head" -w '%{http_code}' -m 5 "$@" "$address$path" || true)
  if [ "$got" = "$status" ]; then
    echo "$status  $path"
  else
    echo "$got where $status had to come: $path" "$@"
    failed=1
  fi
}
# holds TEXT: the body of the last answer does.
holds() { grep -qF "$1" "$scratch/body" || { echo "not in the last answer: $1"; failed=1; }; }

as=(-H "Authorization: Bearer $token")
expect 200 /healthz
expect 200 /readyz
expect 200 /metrics "${as[@]}"; holds variorum_hub_commits_total
expect 200 /v1/stores "${as[@]}"; holds "$store"
expect 200 "$base/claims?tag=blood&limit=2" "${as[@]}" --compressed; holds '"next":"'
next=$(sed -n 's/.*"next":"\([^"]*\)".*/\1/p' "$scratch/body")
expect 200 "$base/claims?tag=blood&limit=2&cursor=$next" "${as[@]}"; holds '"next":null'
etag=$(sed -n 's/^ETag: \(.*\)\r$/\1/p' "$scratch/head")
expect 304 "$base/claims" "${as[@]}" -H "If-None-Match: $etag"
expect 200 "$base/annotations" "${as[@]}"; holds '"items":[]'
expect 200 "$base/conflicts" "${as[@]}"; holds '"items":[]'
expect 200 "$base/packs" "${as[@]}"
hash=$(sed -n 's/.*"hash":"\([0-9a-f]*\)".*/\1/p' "$scratch/body")
expect 200 "$base/packs/$hash" "${as[@]}"
cp "$scratch/body" "$scratch/pack"
expect 206 "$base/packs/$hash" "${as[@]}" -r 10-19
[ "$(wc -c <"$scratch/body")" = 10 ] || { echo "not ten bytes"; failed=1; }
cmp -s "$scratch/body" <(tail -c +11 "$scratch/pack" | head -c 10) || { echo "other bytes than of the pack"; failed=1; }
expect 416 "$base/packs/$hash" "${as[@]}" -r 999999999-
# A stream has no end: curl is told to stop.
curl -sN -m 1 "${as[@]}" "$address$base/events" >"$scratch/body" || true; holds 'event: cursor'
echo "200  $base/events"

expect 401 "$base/claims"; holds urn:variorum:problem:unauthorized
expect 401 "$base/claims" -H "Authorization: Bearer variorum_00000000_$(printf '0%.0s' {1..64})"
expect 403 /metrics -H "Authorization: Bearer $reader"
expect 404 /v1/nothing "${as[@]}"
expect 404 /v1/stores/00000000-0000-4000-8000-000000000000/claims "${as[@]}"
expect 400 /v1/stores/../../etc/passwd "${as[@]}"
expect 400 "$base/claims?limit=0" "${as[@]}"
expect 405 "$base/claims" "${as[@]}" -X DELETE
expect 415 "$base/sync" "${as[@]}" -X POST -d x
printf '\0\0\0\3abc' >"$scratch/nonsense"
expect 400 "$base/sync" "${as[@]}" -X POST -H "Content-Type: application/vnd.variorum.sync" \
  --data-binary "@$scratch/nonsense"
head -c 70000000 /dev/zero >"$scratch/large"
expect 413 "$base/sync" "${as[@]}" -X POST -H "Content-Type: application/vnd.variorum.sync" -H "Expect:" \
  --data-binary "@$scratch/large"
stop_hub
exit "$failed"
