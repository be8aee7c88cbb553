#!/usr/bin/env python3
"""Reads an exported CSL-JSON file with citeproc-py, has it cite every item, and compares it with what the store lists.

    citeproc_reads.py EXPORTED.json SOURCES.jsonl

SOURCES.jsonl is what `variorum list sources --json` puts out.
"""
import json
import sys
import warnings

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON


def main(exported, listed):
    warnings.simplefilter("ignore")
    with open(listed, encoding="utf-8") as file:
        sources = [json.loads(line) for line in file]
    with open(exported, encoding="utf-8") as file:
        items = json.load(file)
    assert len(items) == len(sources), f"{len(items)} items of {len(sources)} sources"
    library = CiteProcJSON(items)
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, library, formatter.plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    by_id = {s.get("doi") or s.get("pmid") or s.get("pmcid") or s.get("url"): s for s in sources}
    text = [str(line) for line in bibliography.bibliography()]
    assert len(text) == len(items)
    for item in items:
        reference = library[item["id"].lower()]
        source = by_id.pop(item.get("DOI") or item.get("PMID") or item.get("PMCID") or item.get("URL"))
        assert item.get("title", "") == " ".join((source.get("title") or "").split()), item
        if "issued" in source:
            assert int(reference.issued.year) == int(source["issued"][:4]), item
        authors = [
            author.get("literal")
            or ", ".join(
                part
                for part in [
                    " ".join(filter(None, [author.get("non-dropping-particle"), author.get("family")])),
                    author.get("given"),
                    author.get("suffix"),
                ]
                if part
            )
            for author in item.get("author", [])
        ]
        assert authors == source.get("authors", []), (authors, source.get("authors"))
        assert any((item.get("title") or item["id"])[:20].lower() in line.lower() for line in text), item
    assert not by_id
    print(f"citeproc-py: {len(items)} records")


if __name__ == "__main__":
    main(*sys.argv[1:])
