#!/usr/bin/env bash
# Has tools that share no code with Variorum read what it writes, and Variorum what they write: the example's store in
# every format, and what the tools were made for.
#
#   bash Tests/Interop/run.sh [VARIORUM]
#
# The tools come from PyPI into .build/interop-venv. LibreOffice judges workbooks where it is installed
# (libreoffice-calc of Debian): Tests/Interop/libreoffice.sh.
set -euo pipefail

# The scripts change the directory, so the program is named from the root.
if [ $# -gt 0 ]; then given=$(cd "$(dirname "$1")" && pwd)/$(basename "$1"); fi
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source Tests/install.sh
install_to_build
if [ $# -gt 0 ]; then
  variorum=$given
else
  swift build --product variorum
  variorum="$(swift build --show-bin-path)/variorum"
fi
install_python_tools "$PWD/.build/interop-venv" bibtexparser bioc citeproc-py html5lib jsonschema nanopub openpyxl \
  rdflib rispy || {
  say "The tools cannot be had from PyPI now; install them into .build/interop-venv by hand."
  exit 3
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_STATE_HOME="$scratch/state"
store="$scratch/example"
data=Examples/lcn2-als
"$variorum" init "$store" --curator "Ada Nowak" --orcid 0000-0002-1825-0097 >/dev/null 2>&1
"$variorum" import --store "$store" $data/paper.csl.json $data/references.bib $data/*.tsv >/dev/null 2>&1
# Accepted, so that there is something to publish.
for claim in $("$variorum" list claims --store "$store" --json | head -5 | sed -E 's/.*"id":"([^"]+)".*/\1/'); do
  "$variorum" edit "$claim" --store "$store" --set status=accepted >/dev/null 2>&1
done
write() { "$variorum" export --store "$store" --format "$1" -o "$scratch/$2" >/dev/null 2>&1; }
write jsonl all.jsonl
write w3c all.jsonld
write nanopub all.trig
write html report.html
write xlsx claims.xlsx

say() { printf '== %s\n' "$*"; }
say "JSON Lines by jsonschema"
"$PYTHON" Tests/Interop/jsonl.py Schema/records.schema.json "$scratch/all.jsonl"
"$PYTHON" Tests/Interop/jsonl.py Schema/records.schema.json Tests/InterchangeTests/Golden/example.jsonl
say "W3C annotations by rdflib, and every MUST of the Recommendation"
"$PYTHON" Tests/Interop/w3c.py "$scratch/all.jsonld"
say "Nanopublications by nanopub and rdflib"
"$PYTHON" Tests/Interop/nanopub_reads.py "$scratch/all.trig"
"$PYTHON" Tests/Interop/nanopub_reads.py --make "$scratch/others.trig"
"$variorum" init "$scratch/others" --curator "Ada Nowak" >/dev/null 2>&1
"$variorum" import --store "$scratch/others" "$scratch/others.trig" 2>/dev/null
say "The report by html5lib"
"$PYTHON" Tests/Interop/html5lib_reads.py "$scratch/report.html"
say "Bibliographies by citeproc-py, bibtexparser and rispy"
bash Tests/Interop/bibliography.sh "$variorum" "$PYTHON" "$store"
say "BioC and PubTator by bioc"
"$variorum" import --store "$store" Tests/InterchangeTests/Golden/lcn2-als.bioc.json >/dev/null 2>&1
bash Tests/Interop/bioc.sh "$variorum" "$PYTHON" "$store"
if command -v soffice >/dev/null; then
  say "Sheets by LibreOffice and openpyxl"
  PYTHON="$PYTHON" bash Tests/Interop/libreoffice.sh "$variorum"
fi
