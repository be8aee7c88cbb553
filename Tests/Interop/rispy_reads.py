#!/usr/bin/env python3
"""Reads an exported RIS file with rispy and compares it with what the store lists.

    rispy_reads.py EXPORTED.ris SOURCES.jsonl

SOURCES.jsonl is what `variorum list sources --json` puts out.
"""
import json
import sys

import rispy


def main(exported, listed):
    with open(listed, encoding="utf-8") as file:
        sources = [json.loads(line) for line in file]
    with open(exported, encoding="utf-8") as file:
        entries = rispy.load(file)
    assert len(entries) == len(sources), f"{len(entries)} entries of {len(sources)} sources"

    def identity(doi, pmid, pmcid, url):
        return doi or pmid or pmcid or url

    by_id = {identity(s.get("doi"), s.get("pmid"), s.get("pmcid"), s.get("url")): s for s in sources}
    for entry in entries:
        pmid = entry.get("accession_number")
        pmcid = entry.get("custom2")
        source = by_id.pop(identity(entry.get("doi"), pmid, pmcid, (entry.get("urls") or [None])[0]))
        assert entry.get("title") == " ".join((source.get("title") or "").split()) or "title" not in source, entry
        assert entry.get("authors", []) == source.get("authors", []), (entry.get("authors"), source.get("authors"))
        assert entry.get("year") == (source.get("issued") or "")[:4] or "issued" not in source, entry
        assert (pmid, pmcid) == (source.get("pmid"), source.get("pmcid")), entry
        assert sorted(entry.get("keywords", [])) == sorted(source.get("entities", [])), entry
    assert not by_id
    print(f"rispy {rispy.__version__}: {len(entries)} records")


if __name__ == "__main__":
    main(*sys.argv[1:])
