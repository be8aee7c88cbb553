#!/usr/bin/env bash
# Two replicas sync through a folder as real processes, which are killed at any moment, and through two folders that
# rclone copies back and forth while both are written to; in the end both have the same history, and nothing is lost.
#
#   bash Tests/Folder/run.sh [ROUNDS]
#
# Without rclone (Debian: rclone) the second part is left out.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rounds=${1:-100}
(cd "$here/../.." && swift build -c release --product variorum) >&2
PATH="$(cd "$here/../.." && swift build -c release --show-bin-path):$PATH"
work=$(mktemp -d)
trap 'cd / && rm -rf "$work"' EXIT
export XDG_STATE_HOME="$work/state"
unset VARIORUM_STORE
cd "$work"
trap 'echo "run.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR

# Makes the stores ada and ben in $1, which meet in the folders $2 and $3, and sets `claim`.
begin() {
  mkdir -p "$1" "$2" "$3"
  variorum init "$1/ada" --curator Ada
  variorum remote add team "$2" --store "$1/ada"
  claim=$(variorum add claim "LCN2 is raised in ALS." --store "$1/ada" | cut -d ' ' -f 1)
  variorum sync --store "$1/ada"
  [ "$2" = "$3" ] || rclone copy "$2" "$3"
  variorum clone "$3" "$1/ben" --curator Ben
} >/dev/null 2>&1

# Both have all that was acknowledged, and the same history. $1: their directory; $2: how many annotations.
check() {
  local store digests=()
  for store in ada ben; do
    variorum verify --store "$1/$store" >/dev/null
    variorum status --json --store "$1/$store" | grep -q "\"annotation\":$2," ||
      { echo "run.sh: $store has lost annotations" >&2; exit 1; }
    digests+=("$(variorum status --json --store "$1/$store" | sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/')")
  done
  [ "${digests[0]}" = "${digests[1]}" ] || { echo "run.sh: the digests differ" >&2; exit 1; }
}

begin killed "$work/one" "$work/one"
kills=0
for round in $(seq "$rounds"); do
  for store in ada ben; do
    variorum note "$claim" "Note $round of $store." --store "killed/$store" >/dev/null 2>&1
    variorum sync --store "killed/$store" >/dev/null 2>&1 &
    sleep "0.0$((RANDOM % 3))$((RANDOM % 10))"
    # What has ended already cannot be killed.
    kill -9 $! 2>/dev/null && kills=$((kills + 1))
    wait $! 2>/dev/null || true
  done
done
for store in ada ben ada; do variorum sync --store "killed/$store" >/dev/null; done
check killed $((2 * rounds))
echo "killed $kills times: both have all $((2 * rounds)) notes, and equal digests"

if ! command -v rclone >/dev/null; then
  echo "rclone is not installed: the copied folders are left out"
  exit 0
fi
begin copied "$work/left" "$work/right"
copy_both() { rclone copy left right && rclone copy right left; } 2>/dev/null
(while [ ! -e stop ]; do copy_both || true; done) &
copier=$!
for round in $(seq "$rounds"); do
  for store in ada ben; do
    variorum note "$claim" "Note $round of $store." --store "copied/$store" >/dev/null 2>&1
    variorum sync --store "copied/$store" >/dev/null 2>&1
  done
done
touch stop
wait "$copier"
for _ in 1 2; do
  copy_both
  for store in ada ben; do variorum sync --store "copied/$store" >/dev/null 2>&1; done
done
check copied $((2 * rounds))
echo "copied by rclone meanwhile: both have all $((2 * rounds)) notes, and equal digests"
