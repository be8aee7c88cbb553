#!/usr/bin/env bash
# Kills a hub and eight clients at random moments, again and again, while they write and sync. In the end all must have
# the same history, with every change that the hub had acknowledged.
#
#   bash Tests/Hub/kill.sh [KILLS [SEED]]
#
# VARIORUM   the program; built where it is not given
set -euo pipefail

kills=${1:-300}
seed=${2:-$$}
clients=8
source "$(dirname "${BASH_SOURCE[0]}")/hub.sh"
RANDOM=$seed
echo "seed $seed"

stop=$scratch/stop
VARIORUM_TOKEN=$("$VARIORUM" token create --data "$data" --role writer test 2>/dev/null)
export VARIORUM_TOKEN
start_hub
"$VARIORUM" init "$scratch/c0" --curator "Client 0" >/dev/null 2>&1
(cd "$scratch/c0" && "$VARIORUM" remote add hub "$address" >/dev/null 2>&1 && "$VARIORUM" sync >/dev/null 2>&1)
for ((i = 1; i < clients; i++)); do
  "$VARIORUM" clone "$address" "$scratch/c$i" --curator "Client $i" >/dev/null 2>&1
done

# Runs a command that may be killed: its process stands in the client's file.
killable() {
  local file=$1
  shift
  "$@" &
  echo $! >"$file"
  wait $!
}

# Writes and syncs until it is told to stop. What was written before a sync that succeeded is acknowledged by it.
client() {
  local i=$1 n=0
  cd "$scratch/c$i"
  : >"$scratch/written.$i"
  : >"$scratch/acknowledged.$i"
  while [ ! -e "$stop" ]; do
    n=$((n + 1))
    if killable "$scratch/pid.$i" "$VARIORUM" add claim "Client $i says $n." --json >"$scratch/out.$i" 2>/dev/null; then
      sed -n 's/.*"change":"\([0-9a-f]*\)".*/\1/p' "$scratch/out.$i" >>"$scratch/written.$i"
    fi
    cp "$scratch/written.$i" "$scratch/before.$i"
    if killable "$scratch/pid.$i" "$VARIORUM" sync --json >/dev/null 2>&1; then
      cp "$scratch/before.$i" "$scratch/acknowledged.$i"
    fi
  done
}

running=()
for ((i = 0; i < clients; i++)); do
  client "$i" 2>/dev/null &
  running+=($!)
done

hubs=0
for ((kill = 0; kill < kills; kill++)); do
  sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
  # The hub is every fourth victim: when it is down nobody gets anything acknowledged.
  if ((RANDOM % 4 == 0)); then
    kill -9 "$hub" 2>/dev/null || true
    wait "$hub" 2>/dev/null || true
    hubs=$((hubs + 1))
    start_hub
  else
    victim=$(cat "$scratch/pid.$((RANDOM % clients))" 2>/dev/null || true)
    if [ -n "$victim" ]; then kill -9 "$victim" 2>/dev/null || true; fi
  fi
done
touch "$stop"
wait "${running[@]}" 2>/dev/null || true

# Twice: the first to sync has not what the last one brings.
for round in 1 2; do
  for ((i = 0; i < clients; i++)); do
    (cd "$scratch/c$i" && "$VARIORUM" sync --json >"$scratch/last.$i" 2>"$scratch/error.$i") ||
      { cat "$scratch/error.$i" >&2; exit 1; }
  done
done
digests=$(for ((i = 0; i < clients; i++)); do
  grep -q '"equal":true' "$scratch/last.$i" || echo "client $i differs from the hub"
  (cd "$scratch/c$i" && "$VARIORUM" status --json | sed -n 's/.*"digest":"\([0-9a-f]*\)".*/\1/p')
done | sort -u)
[ "$(wc -l <<<"$digests")" = 1 ] || { echo "the digests differ (seed $seed):" "$digests" >&2; exit 1; }

(cd "$scratch/c0" && "$VARIORUM" log --json --limit 0 | sed -n 's/.*"change":"\([0-9a-f]*\)".*/\1/p' | sort -u) >"$scratch/all"
sort -u "$scratch"/acknowledged.* >"$scratch/acknowledged"
lost=$(comm -23 "$scratch/acknowledged" "$scratch/all" | wc -l)
[ "$lost" = 0 ] || { echo "$lost acknowledged changes are lost (seed $seed)" >&2; exit 1; }
(cd "$scratch/c0" && "$VARIORUM" verify >/dev/null)
stop_hub
"$VARIORUM" verify --store "$(ls -d "$data"/stores/*)" >/dev/null
echo "$kills kills, $hubs of them of the hub: $(wc -l <"$scratch/acknowledged") acknowledged changes of $(wc -l <"$scratch/all"), none lost; all equal"
