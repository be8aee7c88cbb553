#!/usr/bin/env bash
# Exports the sources of a store as CSL-JSON, BibTeX and RIS, and has citeproc-py, bibtexparser and rispy read them.
#
#   bibliography.sh VARIORUM PYTHON STORE    a built variorum, a Python with the three packages, a directory with a store
set -euo pipefail
variorum=$1 python=$2 store=$3
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$variorum" list sources --store "$store" --json --limit 0 >"$scratch/sources.jsonl"
for format in csl-json bibtex ris; do
  "$variorum" export --store "$store" --format "$format" -o "$scratch/out.$format" 2>/dev/null
done
"$python" "$here/citeproc_reads.py" "$scratch/out.csl-json" "$scratch/sources.jsonl"
"$python" "$here/bibtexparser_reads.py" "$scratch/out.bibtex" "$scratch/sources.jsonl"
"$python" "$here/rispy_reads.py" "$scratch/out.ris" "$scratch/sources.jsonl"
