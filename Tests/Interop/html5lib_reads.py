"""Reads HTML reports that Variorum wrote with html5lib, which refuses what the HTML standard calls a parse error.

    python html5lib_reads.py REPORT.html...      checks and prints "N records", a record being a claim

Needs, from PyPI: html5lib.
"""

import sys
from pathlib import Path

import html5lib

HTML = "{http://www.w3.org/1999/xhtml}"
REMOTE = {"script", "link", "img", "iframe", "object", "embed", "base", "form", "audio", "video", "source"}


def name(element):
    return element.tag.split("}")[-1] if isinstance(element.tag, str) else "comment"


def read(path):
    data = Path(path).read_bytes()
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=True).parse(data, transport_encoding="utf-8")
    elements = list(document.iter())
    for element in elements:
        assert name(element) not in REMOTE, f"<{name(element)}> has no place in a report"
        for attribute, value in element.attrib.items():
            assert not attribute.lower().startswith("on"), f"a script in {attribute}"
            if attribute in ("href", "src"):
                safe = value.startswith(("#", "https://", "http://", "urn:uuid:"))
                assert safe and attribute == "href", f"{attribute} to {value[:60]}"
    style = "".join(element.text or "" for element in elements if name(element) == "style")
    assert "@import" not in style and "url(http" not in style and "url(//" not in style
    ids = [element.get("id") for element in elements if element.get("id")]
    assert len(ids) == len(set(ids)), "an id occurs twice"
    local = {element.get("href")[1:] for element in elements if (element.get("href") or "").startswith("#")}
    assert local <= set(ids), f"links to nowhere: {local - set(ids)}"
    for chart in (e for e in elements if name(e) == "svg" and e.get("role") == "img"):
        named = chart.get("aria-labelledby").split()
        assert all(part in ids for part in named), "a chart without title and description"
    claims = [element for element in elements if name(element) == "article"]
    for claim in claims:
        heading = claim.find(f".//{HTML}h3")
        assert "".join(heading.itertext()).strip(), "a claim without its statement"
    print(f"{path}: {len(claims)} records")


if len(sys.argv) < 2:
    sys.exit(__doc__)
for report in sys.argv[1:]:
    read(report)
