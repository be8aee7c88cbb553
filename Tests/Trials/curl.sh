#!/usr/bin/env bash
# Asks every endpoint of a hub by curl, what it refuses too, and checks status, content type and some headers.
#
#   bash Tests/Trials/curl.sh [VARIORUM]
#
# Without VARIORUM, the command, it is built. Prints a line a request; ends with 1 where one was answered wrongly.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source Tests/install.sh
source Tests/Trials/hub.sh
install_to_try curl
start_hub "${1:-}"

failed=0
count=0
answer="$scratch/answer" heads="$scratch/heads"

# expect STATUS TYPE PATH [curl's arguments ...]: the answer stays in $answer and $heads.
expect() {
  local status=$1 type=$2 path=$3 got
  shift 3
  # curl leaves an old file where an answer has no body.
  : >"$answer"
  got=$(curl -sS --path-as-is --max-time 20 -o "$answer" -D "$heads" -w '%{http_code} %{content_type}' "$@" \
    "$hub$path" || true)
  count=$((count + 1))
  if [[ "$got" == "$status $type"* ]]; then
    printf 'ok    %s %s\n' "$status" "$path"
  else
    failed=1
    printf 'WRONG %s: %s, expected %s %s\n' "$path" "$got" "$status" "$type"
    head -c 400 "$answer"; echo
  fi
  case $type in
    application/problem+json) must '"type":"urn:variorum:problem:' "$answer" ;;
  esac
  [ "$status" = 000 ] || must '^x-request-id: .' "$heads"
}

# must PATTERN FILE
must() {
  if ! grep -qiE -- "$1" "$2"; then failed=1; printf 'WRONG %s is not in the answer:\n' "$1"; head -c 400 "$2"; echo; fi
}

as() { printf 'Authorization: Bearer %s' "$1"; }
header() { tr -d '\r' <"$heads" | sed -n "s/^$1: //Ip"; }

problem=application/problem+json
json=application/json
sync_type=application/vnd.variorum.sync
pack_type=application/vnd.variorum.pack
at="/v1/stores/$store"
absent=/v1/stores/00000000-0000-4000-8000-000000000000
R=$(as "$reader") W=$(as "$writer") A=$(as "$admin")

echo "== Health and metrics"
expect 200 text/plain /healthz
expect 200 text/plain /readyz
expect 200 text/plain /metrics -H "$A"
must '^# TYPE ' "$answer"
expect 403 $problem /metrics -H "$R"
expect 401 $problem /metrics

echo "== Access"
expect 401 $problem /v1/stores
must '^www-authenticate: bearer' "$heads"
expect 401 $problem /v1/stores -H "Authorization: Bearer variorum_00000000_$(printf '0%.0s' {1..64})"
expect 401 $problem /v1/stores -H "Authorization: Basic QWRhOmFkYQ=="
other=$(token_for writer --for-store 00000000-0000-4000-8000-000000000001)
for path in claims annotations conflicts packs events; do expect 403 $problem "$at/$path" -H "$(as "$other")"; done
expect 403 $problem "$at/sync" -H "$(as "$other")" -H "Content-Type: $sync_type" --data-binary ''
revoked=$(token_for reader)
expect 200 $json /v1/stores -H "$(as "$revoked")"
"$variorum" token revoke --data "$data" "$(cut -d_ -f2 <<<"$revoked")" >/dev/null 2>&1
expect 401 $problem /v1/stores -H "$(as "$revoked")"

echo "== Paths and methods"
expect 200 $json /v1/stores -H "$R"
must "$store" "$answer"
for path in / /v1 /v2/stores "$at/nothing"; do expect 404 $problem "$path" -H "$R"; done
for path in /v1/stores/../../tokens.json "$at/../../../tokens.json" "$at/%2e%2e/%2e%2e/tokens.json"; do
  expect 400 $problem "$path" -H "$R"
done
for path in claims annotations conflicts packs events; do expect 404 $problem "$absent/$path" -H "$R"; done
expect 400 $problem /v1/stores/no-uuid/claims -H "$R"
expect 405 $problem "$at/claims" -H "$W" -X DELETE
expect 405 $problem "$at/sync" -H "$W"
expect 405 $problem /healthz -X POST

echo "== Records"
expect 200 $json "$at/claims" -H "$R"
must "\"id\":\"$claim\"" "$answer"
tag=$(header etag)
expect 304 "" "$at/claims" -H "$R" -H "If-None-Match: $tag"
[ ! -s "$answer" ] || { failed=1; echo "WRONG a 304 has a body"; }
expect 200 $json "$at/claims" -H "$R" -H 'If-None-Match: "other"'
expect 200 $json "$at/annotations" -H "$R" -H "Accept-Encoding: gzip" --compressed
must '^content-encoding: gzip' "$heads"
must 'plasma or serum' "$answer"
for query in tag=biomarker text=LCN2 status=accepted limit=1 conflict=true "curator=000000"; do
  case $query in
    curator=*) expect 400 $problem "$at/claims?$query" -H "$R" ;;
    *) expect 200 $json "$at/claims?$query" -H "$R" ;;
  esac
done
expect 200 $json "$at/claims?tag=nobody-uses-it" -H "$R"
must '"items":\[\]' "$answer"
expect 200 $json "$at/annotations?target=$claim" -H "$R"
must 'plasma or serum' "$answer"
expect 200 $json "$at/conflicts" -H "$R"
must '"field":"status"' "$answer"
expect 200 $json "$at/conflicts?record=$claim&field=status&type=register" -H "$R"
for query in limit=0 limit=1001 limit=x cursor=x unknown=1 conflict=maybe "limit=1&limit=2"; do
  expect 400 $problem "$at/claims?$query" -H "$R"
done
expect 400 $problem "$at/conflicts?type=nothing" -H "$R"

echo "== Packs"
expect 200 $json "$at/packs" -H "$R"
cp "$answer" "$scratch/packs"
hash=$(sed 's/.*"hash":"\([0-9a-f]*\)".*/\1/' "$answer")
size=$(sed 's/.*"bytes":\([0-9]*\).*/\1/' "$answer")
expect 200 $pack_type "$at/packs/$hash" -H "$R"
[ "$(wc -c <"$answer")" = "$size" ] || { failed=1; echo "WRONG the pack has not $size bytes"; }
cp "$answer" "$scratch/pack"
expect 206 $pack_type "$at/packs/$hash" -H "$R" -H "Range: bytes=10-"
must "^content-range: bytes 10-$((size - 1))/$size" "$heads"
cmp -s "$answer" <(tail -c +11 "$scratch/pack") || { failed=1; echo "WRONG the range has other bytes"; }
expect 416 $problem "$at/packs/$hash" -H "$R" -H "Range: bytes=$size-"
expect 404 $problem "$at/packs/$(printf '0%.0s' {1..64})" -H "$R"
expect 400 $problem "$at/packs/x" -H "$R"

echo "== Sync"
expect 400 $problem "$at/sync" -H "$W" -H "Content-Type: $sync_type" --data-binary ''
S="Content-Type: $sync_type"
expect 415 $problem "$at/sync" -H "$W" -H "Content-Type: text/plain" --data-binary 'x'
# The first four bytes are a length, here one of more than a gigabyte.
expect 413 $problem "$at/sync" -H "$W" -H "$S" --data-binary 'no messages at all'

# sync STATUS TYPE PATH TOKEN-HEADER STORE DIRECTION CURSOR PACK: sends hub.md's first request of a sync. CURSOR and
# PACK are files, JSON and bytes, or empty: then a state stands in their place.
sync() {
  python3 - "$5" "$6" "$7" "$8" >"$scratch/body" <<'PYTHON'
import json, sys, uuid
def head(major, n):
    if n < 24: return bytes([major << 5 | n])
    size = 1 if n < 1 << 8 else 2 if n < 1 << 16 else 4
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26}[size]]) + n.to_bytes(size, "big")
def blob(b): return head(2, len(b)) + b
store, direction = uuid.UUID(sys.argv[1]).bytes, head(0, int(sys.argv[2]))
zero, cursor, rest = bytes(32), b"\x80", [b"\x85\x01\x01" + blob(store) + blob(bytes(32)) + b"\x80"]
if sys.argv[3]:
    at = json.load(open(sys.argv[3]))
    epoch = uuid.UUID(at["epoch"]).bytes
    cursor = b"\x83" + blob(epoch) + head(0, at["arrival"]) + blob(bytes.fromhex(at["digest"]))
    rest = [b"\x82\x03" + blob(open(sys.argv[4], "rb").read()), b"\x82\x04\x01"]
messages = [b"\x86\x10\x01" + blob(store) + blob(zero) + direction + cursor, *rest]
sys.stdout.buffer.write(b"".join(len(m).to_bytes(4, "big") + m for m in messages))
PYTHON
  expect "$1" "$2" "$3" -H "$4" -H "$S" --data-binary @"$scratch/body"
}
absent_store=${absent##*/}
sync 200 $sync_type "$at/sync" "$R" "$store" 1 "" ""
sync 404 $problem "$absent/sync" "$R" "$absent_store" 1 "" ""
sync 409 $problem "$at/sync" "$W" "$absent_store" 3 "" ""
sync 403 $problem "$at/sync" "$R" "$store" 3 "$scratch/packs" "$scratch/pack"
sync 200 $sync_type "$at/sync" "$W" "$store" 3 "$scratch/packs" "$scratch/pack"
{ head -c 60 "$scratch/pack"; printf 'no frame'; } >"$scratch/damaged"
sync 422 $problem "$at/sync" "$W" "$store" 3 "$scratch/packs" "$scratch/damaged"
printf 'no pack' >"$scratch/damaged"
sync 422 $problem "$at/sync" "$W" "$store" 3 "$scratch/packs" "$scratch/damaged"
truncate -s 70M "$scratch/large"
expect 413 $problem "$at/sync" -H "$W" -H "$S" -H "Expect:" --data-binary @"$scratch/large"

echo "== Events"
curl -s -N --max-time 2 -D "$heads" -H "$R" "$hub$at/events" >"$answer" || true
must '^content-type: text/event-stream' "$heads"
must '^event: cursor' "$answer"
must '^data: \{"schema":1,' "$answer"

echo "== Nothing has changed"
before=$(cd "$home" && json digest "$variorum" status --json)
(cd "$home" && VARIORUM_TOKEN=$reader "$variorum" pull --json) >"$answer"
must "\"there\":\"$before\",\"equal\":true" "$answer"
if grep -qF -e "${writer##*_}" -e "${reader##*_}" -e "plasma or serum" "$scratch/log"; then
  failed=1; echo "WRONG the hub's log has a secret or prose"
fi

[ "$failed" = 0 ] || { echo "FAILED"; exit 1; }
echo "all $count requests were answered as expected"
