#!/usr/bin/env bash
# Exports a store as BioC JSON, BioC XML and PubTator, has the package bioc read, check and rewrite them, and imports
# what it wrote again: that must export the same.
#
#   bioc.sh VARIORUM PYTHON STORE    a built variorum, a Python with bioc, a directory with a store
set -euo pipefail
variorum=$1 python=$2 store=$3
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for format in bioc-json bioc-xml pubtator; do
  "$variorum" export --store "$store" --format "$format" -o "$scratch/out.$format" 2>/dev/null
done
"$python" "$here/bioc_reads.py" "$scratch/out.bioc-json" "$scratch/out.bioc-xml" "$scratch/out.pubtator" \
  "$scratch/re.json" "$scratch/re.xml"
for format in bioc-json bioc-xml; do
  mkdir "$scratch/$format"
  (
    cd "$scratch/$format"
    "$variorum" init --curator "A Reader" >/dev/null 2>&1
    "$variorum" import "$scratch/re.${format#bioc-}" --format "$format" >/dev/null 2>&1
    "$variorum" export --format "$format" -o again >/dev/null 2>&1
  )
  cmp "$scratch/out.$format" "$scratch/$format/again"
done
echo "what bioc wrote came back the same"
