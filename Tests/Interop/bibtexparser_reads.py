#!/usr/bin/env python3
"""Reads an exported BibTeX file with bibtexparser, its LaTeX decoder and its splitter of names, and compares it with
what the store lists.

    bibtexparser_reads.py EXPORTED.bib SOURCES.jsonl

SOURCES.jsonl is what `variorum list sources --json` puts out.
"""
import json
import re
import sys

import bibtexparser
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors, SplitNameParts


def name(parts):
    """A name as a source keeps it."""
    family = " ".join(parts.von + parts.last)
    return ", ".join(part for part in [family, " ".join(parts.first), " ".join(parts.jr)] if part)


def plain(text):
    """The text without grouping; the decoder prints a circumflex accent where LaTeX prints a circumflex."""
    return " ".join(text.replace("{", "").replace("}", "").replace("\u02c6", "^").split())


def main(exported, listed):
    with open(listed, encoding="utf-8") as file:
        sources = [json.loads(line) for line in file]
    raw = bibtexparser.parse_file(exported)
    assert not raw.failed_blocks, [str(block.error) for block in raw.failed_blocks]
    split = bibtexparser.parse_file(exported, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    decoded = bibtexparser.parse_file(exported, append_middleware=[LatexDecodingMiddleware()])
    assert len(raw.entries) == len(sources), f"{len(raw.entries)} entries of {len(sources)} sources"
    assert len({entry.key for entry in raw.entries}) == len(raw.entries)
    by_id = {s.get("doi") or s.get("pmid") or s.get("pmcid") or s.get("url"): s for s in sources}
    months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    for entry, named, text in zip(raw.entries, split.entries, decoded.entries):
        fields = {field.key: field.value for field in entry.fields}
        shown = {field.key: field.value for field in text.fields}
        source = by_id.pop(fields.get("doi") or fields.get("pmid") or fields.get("pmcid") or fields.get("url"))
        assert plain(shown.get("title", "")) == plain(source.get("title") or ""), (shown.get("title"), source)
        assert plain(shown.get("journal", "")) == plain(source.get("container") or ""), shown
        authors = [name(parts) for parts in {field.key: field.value for field in named.fields}.get("author", [])]
        expected = [plain(author) for author in source.get("authors", [])]
        assert [plain(re.sub(r"\\(.)", r"\1", author)) for author in authors] == expected, (authors, expected)
        date = [fields.get("year"), fields.get("month"), fields.get("day")]
        if date[1]:
            date[1] = f"{months.index(date[1]) + 1:02}"
        if date[2]:
            date[2] = f"{int(date[2]):02}"
        assert "-".join(part for part in date if part) == (source.get("issued") or ""), date
        keywords = [word.strip() for word in shown.get("keywords", "").split(",") if word]
        assert sorted(keywords) == sorted(source.get("entities", [])), keywords
    assert not by_id
    print(f"bibtexparser {bibtexparser.__version__}: {len(raw.entries)} records")


if __name__ == "__main__":
    main(*sys.argv[1:])
