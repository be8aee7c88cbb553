#!/usr/bin/env bash
# Shows that the simulation sees a broken kernel: builds each mutant of Tests/Simulation/mutants in a copy of the
# sources, and expects a seed to fail within so many.
#
#   bash Tests/Simulation/mutants.sh [SEEDS]
#
# Ends with 1 where a mutant is not caught, or its patch no longer fits.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seeds=${1:-100}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
# A build directory of its own, kept from mutant to mutant so that little is built again.
cp -R Package.swift Package.resolved Schema Sources Tests Examples "$copy/"
cp -R Sources "$copy/Sources.good"
result=0
for patch in Tests/Simulation/mutants/*.patch; do
  name=$(basename "$patch" .patch)
  rm -rf "$copy/Sources"
  cp -R "$copy/Sources.good" "$copy/Sources"
  patch --quiet --no-backup-if-mismatch -d "$copy" -p1 < "$patch" || { echo "$name: the patch does not fit"; result=1; continue; }
  swift build --package-path "$copy" --product simulate >"$copy/build.log" 2>&1 || { tail "$copy/build.log"; exit 1; }
  if "$(swift build --package-path "$copy" --show-bin-path)/simulate" "$seeds" 1 --first >"$copy/run.log"; then
    echo "$name: NOT caught within $seeds seeds"
    result=1
  else
    echo "$name: caught. $(grep -m1 FAILED "$copy/run.log")"
  fi
done
exit "$result"
