#!/usr/bin/env python3
"""Reads exported BioC JSON, BioC XML and PubTator files with the package bioc, and has it check that every mention is
where it says.

    bioc_reads.py EXPORTED.json EXPORTED.xml EXPORTED.pubtator [REWRITTEN.json REWRITTEN.xml]

Where two more names are given, bioc writes there what it read: imported into an empty store and exported again it must
be the same (Tests/Interop/bioc.sh).
"""
import sys
from importlib.metadata import version

from bioc import biocjson, biocxml, pubtator, validator


def mentions(collection):
    """All mentions, as (document, offset, text, type)."""
    found = []
    for document in collection.documents:
        segments = [document]
        for passage in document.passages:
            segments += [passage] + passage.sentences
        for segment in segments:
            for annotation in segment.annotations:
                place = [(location.offset, location.length) for location in annotation.locations]
                found.append((document.id, place, annotation.text, annotation.infons.get("type")))
    return found


def main(json_path, xml_path, tab_path, json_out=None, xml_out=None):
    problems = []
    with open(json_path, encoding="utf-8") as file:
        from_json = biocjson.load(file)
    with open(xml_path, encoding="utf-8") as file:
        from_xml = biocxml.load(file)
    for collection in (from_json, from_xml):
        validator.validate(collection, onerror=lambda message, trace=None: problems.append(message))
    assert not problems, problems
    assert mentions(from_json) == mentions(from_xml)
    with open(tab_path, encoding="utf-8") as file:
        blocks = pubtator.load(file)
    for block in blocks:
        pubtator.validate(block)
    rows = sum(len(block.annotations) for block in blocks)
    if json_out:
        with open(json_out, "w", encoding="utf-8") as file:
            biocjson.dump(from_json, file, ensure_ascii=False, indent=1)
        with open(xml_out, "w", encoding="utf-8") as file:
            biocxml.dump(from_xml, file)
    print(
        f"bioc {version('bioc')}: {len(from_json.documents)} documents, {len(mentions(from_json))} mentions in JSON and "
        f"XML, {rows} mentions in PubTator: {len(mentions(from_json)) * 2 + rows} records"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
