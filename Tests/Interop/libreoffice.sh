#!/bin/bash
# Has LibreOffice and openpyxl read, convert and write the sheets that we export, and imports what comes back.
#
#   Tests/Interop/libreoffice.sh [VARIORUM]
#
# Needs soffice (Debian: apt-get install --no-install-recommends libreoffice-calc) and a python3 with openpyxl, which
# PYTHON may name.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
variorum=${1:-$root/.build/debug/variorum}
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state
mkdir "$work/store" "$work/lo"
cd "$work/store"

"$variorum" init --curator Ada > /dev/null 2>&1
examples=$root/Examples/lcn2-als
"$variorum" import "$examples"/{paper.csl.json,references.bib,terms.tsv,claims-ada.tsv,claims-ben.tsv} > /dev/null 2>&1
# What spreadsheets spoil where they may: gene names, leading zeros, long numbers, formulas, quotes, line ends.
"$variorum" add claim 'MARCH1 and "SEPT2", 1-2 and =1+1; x' --tag MARCH1 --tag SEPT2 --tag 007 --tag 12345678901234567890 \
  --tag 'a;b' --tag true > /dev/null 2>&1
"$variorum" add claim $'=SUM(A1)\nsecond line\twith a tab' --tag=-1 --tag @x > /dev/null 2>&1
"$variorum" add claim $' two  spaces, n\u00a0b, \u201ccurly\u201d, \U0001f9ec _x0041_ ' > /dev/null 2>&1
claim=$("$variorum" list claims --json | head -1 | "$python" -c 'import json,sys; print(json.loads(sys.stdin.readline())["id"])')
"$variorum" assess "$claim" disputes --body 'No.' > /dev/null 2>&1

convert() { # FILE FORMAT: converts it in LibreOffice
  soffice -env:UserInstallation=file://"$work/profile" --headless --convert-to "$2" --outdir "$work/lo" "$1" > /dev/null 2>&1
}

# unchanged FILE WHAT: a dry run must find that every row says what was exported.
unchanged() {
  "$variorum" import "$1" --dry-run --json > "$work/report.json"
  "$python" - "$work/report.json" "$2" << 'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
sheet = report["sheet"]
assert sheet and sheet["counts"] == {}, json.dumps(sheet["rows"][:3], indent=1, ensure_ascii=False)
assert sheet["exported_known"], "the list of what was exported is lost"
print(f"{sys.argv[2]}: {sheet['unchanged']} records, none changed")
PYTHON
}

for kind in claims assessments; do
  "$variorum" export --format xlsx --kind $kind -o "$work/$kind.xlsx" > /dev/null 2>&1
  "$variorum" export --format tsv --kind $kind -o "$work/$kind.tsv" > /dev/null 2>&1
  unchanged "$work/$kind.xlsx" "XLSX as we wrote it"
  unchanged "$work/$kind.tsv" "TSV as we wrote it"
  "$python" "$here/sheets.py" read "$work/$kind.xlsx" "$work/$kind.tsv"

  convert "$work/$kind.xlsx" ods
  convert "$work/lo/$kind.ods" xlsx
  # ODF has no tabs in cells, so LibreOffice loses them; nothing else may differ.
  "$variorum" import "$work/lo/$kind.xlsx" --dry-run --json > "$work/report.json"
  "$python" "$here/sheets.py" told "$work/report.json" "XLSX to ODS to XLSX by LibreOffice"

  cp "$work/$kind.xlsx" "$work/by-openpyxl.xlsx"
  "$python" "$here/sheets.py" save "$work/by-openpyxl.xlsx"
  unchanged "$work/by-openpyxl.xlsx" "XLSX saved by openpyxl"
done

# A CSV of LibreOffice holds the first sheet alone, so the list of what was exported is not in it.
convert "$work/claims.xlsx" csv:"Text - txt - csv (StarCalc)":44,34,76,1
"$variorum" import "$work/lo/claims.csv" --dry-run --json > "$work/report.json"
"$python" -c '
import json, sys
sheet = json.load(open(sys.argv[1]))["sheet"]
assert sheet["counts"] == {} and not sheet["exported_known"], sheet["rows"][:3]
print("XLSX to CSV by LibreOffice:", sheet["unchanged"], "records, none changed")' "$work/report.json"

# LibreOffice opens the TSV with all conversions on: tabs, US English, special numbers. What it takes for numbers and
# dates may not become an edit.
cp "$work/claims.tsv" "$work/lo/opened.csv"
soffice -env:UserInstallation=file://"$work/profile" --headless --infilter="Text - txt - csv (StarCalc):9,34,76,1,,1033,false,true" \
  --convert-to xlsx --outdir "$work/lo" "$work/lo/opened.csv" > /dev/null 2>&1
"$variorum" import "$work/lo/opened.xlsx" --dry-run --json > "$work/report.json"
"$python" "$here/sheets.py" told "$work/report.json" "TSV opened and saved as XLSX by LibreOffice"

# Edited by openpyxl, passed through LibreOffice, and merged with what was written here meanwhile.
"$python" "$here/sheets.py" edit "$work/claims.xlsx" "$work/edited.xlsx"
mv "$work/edited.xlsx" "$work/lo/edited.xlsx"
convert "$work/lo/edited.xlsx" ods
convert "$work/lo/edited.ods" xlsx
second=$("$python" "$here/sheets.py" second "$work/claims.xlsx")
"$variorum" edit "$second" --set status=rejected > /dev/null 2>&1
"$variorum" import "$work/lo/edited.xlsx" --json > "$work/report.json"
"$python" "$here/sheets.py" merged "$work/report.json"
"$variorum" import "$work/lo/edited.xlsx" --json > "$work/again.json"
"$python" -c '
import json, sys
report = json.load(open(sys.argv[1]))
assert report["changes"] == [], report
print("imported again: nothing is written")' "$work/again.json"
