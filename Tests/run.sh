#!/usr/bin/env bash
# Installs what is needed, builds, and runs every test.
#
#   bash Tests/run.sh
#
# VARIORUM_SHARED   a directory with data that is not in this repository; ../shared where there is one. Tests that need
#                   it are skipped without it.
# VARIORUM_STRICT   set: warnings are errors (see Package.swift).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source Tests/install.sh

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# No test may read or leave a replica key in the state directory of whoever runs this.
export XDG_STATE_HOME="$scratch/state"
if [ -z "${VARIORUM_SHARED:-}" ] && [ -d ../shared ]; then VARIORUM_SHARED=$(cd ../shared && pwd); fi
if [ -n "${VARIORUM_SHARED:-}" ]; then
  export VARIORUM_SHARED
else
  echo "No VARIORUM_SHARED: tests that need its data are skipped."
fi

install_to_build
install_to_verify .build/verify-venv

echo "== Build"
swift build --build-tests
variorum="$(swift build --show-bin-path)/variorum"

# The formats by a reader that shares no code with Variorum: first what is fixed, then what is written today.
echo "== Schema/verify.py: the test vectors"
"$PYTHON" Schema/verify.py --vectors Schema/vectors

echo "== Schema/verify.py: a log that was just exported"
store="$scratch/example"
data=Examples/lcn2-als
"$variorum" init "$store" --curator "Ada Nowak" --orcid 0000-0002-1825-0097
"$variorum" import --store "$store" $data/paper.csl.json $data/references.bib $data/*.tsv
"$variorum" export --store "$store" --format log -o "$scratch/log.cborseq"
"$PYTHON" Schema/verify.py "$scratch/log.cborseq"

echo "== Formats by tools that share no code with Variorum"
# A laptop without a network goes on without them, and says so.
bash Tests/Interop/run.sh "$variorum" || [ $? = 3 ]

echo "== Tests"
# Bounded, and written line by line where the system can do that: of a test that never ends, the name is wanted.
limit=()
if command -v timeout >/dev/null; then limit+=(timeout 1800); fi
if command -v stdbuf >/dev/null; then limit+=(stdbuf -oL); fi
# --skip-build: they were built above, and a second plan costs time.
result=0
# ${a[@]+...}: an empty array counts as unset under set -u in the bash of macOS and of older systems.
${limit[@]+"${limit[@]}"} swift test --skip-build --disable-xctest 2>&1 | tee "$scratch/tests.log" || result=$?

names() { grep -v "^. Test case" "$scratch/tests.log" | sed -nE 's/^. Test (".*"|[A-Za-z0-9_]+\(\)).* '"($1).*/\\1/p" | sort -u; }
if [ "$result" -ne 0 ]; then
  echo "== Started, and not ended"
  comm -23 <(names started) <(names "passed|failed|skipped")
fi

# The names of what was skipped scroll by long before the end, and a test that never runs looks like one that passes.
skipped=$(grep -E "^. Test .* skipped" "$scratch/tests.log" || true)
if [ -n "$skipped" ]; then
  echo "== Skipped"
  printf '%s\n' "$skipped"
fi
echo "== Summary"
grep "Test run with" "$scratch/tests.log" || true
exit "$result"
