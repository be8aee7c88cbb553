"""Reads and edits exported sheets with openpyxl and csv, beside libreoffice.sh.

    sheets.py read XLSX TSV     both hold the same cells; prints how many records
    sheets.py save XLSX         opens it and saves it again
    sheets.py edit XLSX OUT     edits cells, adds a row and takes one out
    sheets.py second XLSX       the id of the second record
    sheets.py merged REPORT     the report of importing what `edit` made, where the second record was changed meanwhile
    sheets.py told REPORT WHAT  nothing but what spreadsheets do by themselves was found
"""
import csv, json, sys
import openpyxl


def rows(path):
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    return book, sheet, [["" if c.value is None else c.value for c in row] for row in sheet.iter_rows()]


def unescaped(text):
    """Undoes the apostrophe before what a spreadsheet would take for a formula."""
    rest = text.lstrip("'")
    return text[1:] if text.startswith("'") and rest[:1] in tuple("=+-@\t\r") and rest else text


def read(xlsx, tsv):
    book, sheet, cells = rows(xlsx)
    assert all(c.number_format == "@" for row in sheet.iter_rows() for c in row), "a cell is not text"
    assert all(c.data_type in "sn" for row in sheet.iter_rows() for c in row), "a cell is no text"
    assert sheet.freeze_panes == "A2" and book["variorum"].sheet_state == "hidden"
    assert sheet.column_dimensions["A"].hidden and len(sheet.data_validations.dataValidation) in (1, 2)
    csv.field_size_limit(1 << 20)
    with open(tsv, encoding="utf-8", newline="") as file:
        table = [r for r in csv.reader(file, delimiter="\t") if r[0] != "#exported"]
    # Of what XML cannot hold openpyxl shows the escapes, as they stand in the file.
    from openpyxl.utils.escape import unescape
    ours = [[unescape(c) if isinstance(c, str) else c for c in row] for row in cells]
    theirs = [[unescaped(c) for c in row] for row in table]
    assert ours == theirs, next((a, b) for a, b in zip(ours, theirs) if a != b)
    print(f"openpyxl {openpyxl.__version__} and csv agree: {len(cells) - 1} records")


def save(path):
    book, _, _ = rows(path)
    book.save(path)


def edit(path, out):
    book, sheet, cells = rows(path)
    at = {name: index + 1 for index, name in enumerate(cells[0])}
    first, second, third = 2, 3, 4
    sheet.cell(first, at["statement"]).value += " (Edited in a spreadsheet.)"
    sheet.cell(first, at["tags"]).value = "edited; " + (sheet.cell(first, at["tags"]).value or "")
    sheet.cell(second, at["status"]).value = "accepted"
    sheet.delete_rows(third)
    new = sheet.max_row + 1
    sheet.cell(new, at["statement"]).value = "A claim that was added in a spreadsheet."
    sheet.cell(new, at["source"]).value = "DOI:10.1234/new"
    book.save(out)


def second(path):
    print(rows(path)[2][2][0])


def merged(path):
    sheet = json.load(open(path))["sheet"]
    # LibreOffice loses a tab by the way.
    assert sheet["counts"].pop("untouched") == 1
    assert sheet["counts"] == {"edit": 1, "conflict": 1, "new": 1, "missing": 1}, sheet["counts"]
    cells = {c["column"]: c for r in sheet["rows"] for c in r["cells"]}
    assert cells["status"]["here"] == "rejected" and cells["status"]["after"] == "accepted", cells
    assert cells["tags"]["note"] == "+edited", cells
    print(f"edited by openpyxl, saved by LibreOffice: {sheet['counts']}, {sheet['unchanged']} unchanged")


def told(path, what):
    sheet = json.load(open(path))["sheet"]
    assert set(sheet["counts"]) <= {"untouched"}, json.dumps(sheet["rows"], indent=1, ensure_ascii=False)[:3000]
    notes = sorted({c["note"] for r in sheet["rows"] for c in r["cells"]})
    print(f"{what}: {sheet['counts']}, {sheet['unchanged']} unchanged; {notes}")


globals()[sys.argv[1]](*sys.argv[2:])
