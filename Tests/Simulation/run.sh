#!/usr/bin/env bash
# Runs seeds of the simulation, in release.
#
#   bash Tests/Simulation/run.sh COUNT [FIRST-SEED] [--hub]
#
# Prints each seed that fails with the fewest steps that still fail, and in the end what was seen; ends with 1 where
# a seed failed. A seed is told again by COUNT 1 and its number.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[ $# -ge 1 ] || { echo "usage: Tests/Simulation/run.sh COUNT [FIRST-SEED]" >&2; exit 2; }
swift build -c release --product simulate >&2
# Copies that a verification makes go to memory too, where there is a disk in memory.
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ]; then export TMPDIR=/dev/shm; fi
"$(swift build -c release --show-bin-path)/simulate" "$@"
