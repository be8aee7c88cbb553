#!/usr/bin/env python3
"""Reads exported W3C annotations without Variorum: python3 w3c.py EXPORTED.jsonld [--context anno.jsonld]

Two judges. The first checks the MUSTs of the Web Annotation Data Model (W3C Recommendation, 23 February 2017), which are
listed below by section. The second is rdflib (PyPI), which reads the document as JSON-LD into RDF; what it found is
compared with the JSON. No context is fetched: rdflib is given that of --context, a copy of the Recommendation's, or else
the one in this file, which was written for this test from the Vocabulary and covers the terms that an export uses.
"""

import argparse
import json
import re
import sys

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
OA = "http://www.w3.org/ns/oa#"
OWN = "urn:variorum:ns#"

DATE = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\Z")
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+\Z")
SETS = {"Choice", "Composite", "List", "Independents"}


def listed(value):
    return value if isinstance(value, list) else [] if value is None else [value]


class Checker:
    """The MUSTs that a document can break; each message begins with its section."""

    def __init__(self):
        self.faults = []

    def must(self, condition, section, words, where):
        if not condition:
            self.faults.append(f"{section} {words}: {where}")

    def iri(self, value, section, where):
        self.must(isinstance(value, str) and IRI.match(value), section, "exactly one IRI", f"{where}: {value!r}")

    def date(self, value, where):
        self.must(isinstance(value, str) and DATE.match(value), "3.3.1", "one xsd:dateTime in UTC, written Z", f"{where}: {value!r}")

    def context(self, document):
        value = document.get("@context")
        self.must(CONTEXT in listed(value), "3.1", "a @context that is or holds the Recommendation's", document.get("id"))
        self.must(not (isinstance(value, list) and len(value) == 1), "3.1", "a single @context as a string", document.get("id"))

    def collection(self, document):
        where = document.get("id")
        self.context(document)                                                    # 5.1 @context
        self.iri(where, "5.1", "collection")                                      # 5.1 exactly one IRI
        self.must("AnnotationCollection" in listed(document.get("type")), "5.1", "type AnnotationCollection", where)
        for label in listed(document.get("label")):
            self.must(isinstance(label, str), "5.1", "labels that are strings", where)
        total = document.get("total")
        self.must(total is None or type(total) is int and total >= 0, "5.1", "total a nonNegativeInteger", where)
        first = document.get("first")
        self.must(not total or first is not None and not isinstance(first, list), "5.1", "exactly one first page", where)
        if isinstance(first, dict):
            self.page(first, document)
            self.must(len(first.get("items", [])) == total, "5.1", "total counts the annotations", where)
        return first["items"] if isinstance(first, dict) else []

    def page(self, page, collection):
        where = page.get("id")
        self.must("@context" not in page, "5.2", "no @context in an embedded page (SHOULD NOT)", where)
        self.iri(where, "5.2", "page")
        self.must("AnnotationPage" in listed(page.get("type")), "5.2", "type AnnotationPage", where)
        self.must(isinstance(page.get("items"), list) and page["items"], "5.2", "an array of one or more items", where)
        self.must(page.get("partOf") == collection.get("id"), "5.2", "partOf names the collection", where)
        index = page.get("startIndex", 0)
        self.must(type(index) is int and index >= 0, "5.2", "startIndex a nonNegativeInteger", where)
        more = len(page.get("items", [])) < (collection.get("total") or 0)
        self.must(not more or isinstance(page.get("next"), str), "5.2", "next, where more follows", where)

    def annotation(self, value):
        where = value.get("id")
        self.iri(where, "3.1", "annotation")
        self.must("Annotation" in listed(value.get("type")), "3.1", "type Annotation", where)
        self.must(listed(value.get("target")), "3.1", "one or more targets", where)
        self.must(not ("bodyValue" in value and "body" in value), "3.2.5", "bodyValue or body", where)
        if "bodyValue" in value:
            self.must(isinstance(value["bodyValue"], str), "3.2.5", "bodyValue a plain string", where)
        for key in ("created", "modified", "generated"):
            if key in value:
                self.date(value[key], f"{where} {key}")                            # 3.3.1, at most one of each
        for key in ("creator", "generator"):
            for agent in listed(value.get(key)):
                if isinstance(agent, dict):
                    self.must(not isinstance(agent.get("id"), list), "3.3.2", "no more than one IRI of an agent", where)
        for rights in listed(value.get("rights")):
            self.iri(rights, "3.3.6", f"{where} rights")
        for resource in listed(value.get("body")) + listed(value.get("target")):
            self.resource(resource, where)

    def resource(self, value, where):
        if isinstance(value, str):
            return self.iri(value, "3.2.1", where)
        types = listed(value.get("type"))
        direction = value.get("textDirection")
        self.must(direction in (None, "ltr", "rtl", "auto"), "3.2.1", "textDirection ltr, rtl or auto", where)
        for key in ("created", "modified"):
            if key in value:
                self.date(value[key], f"{where} {key} of a body")
        if SETS.intersection(types):
            self.must(len(types) == 1, "3.2.7", "exactly one class of a Choice", where)
            for item in value.get("items", []):
                self.resource(item, where)
        elif "source" in value:
            self.must(isinstance(value["source"], (str, dict)), "4", "exactly one source", where)
            for selector in listed(value.get("selector")):
                self.selector(selector, where)
            for state in listed(value.get("state")):
                self.state(state, where)
        elif "TextualBody" in types:
            self.must(isinstance(value.get("value"), str), "3.2.4", "exactly one value of a TextualBody", where)
        else:
            self.iri(value.get("id"), "3.2.1", f"{where} external resource")

    def selector(self, value, where):
        if isinstance(value, str):
            return
        kind = value.get("type")
        self.must(isinstance(kind, str), "4.2", "exactly one type of a selector", where)
        one = {"FragmentSelector": "4.2.1", "CssSelector": "4.2.2", "XPathSelector": "4.2.3"}
        if kind in one:
            self.must(isinstance(value.get("value"), str), one[kind], "exactly one value", where)
        if kind == "TextQuoteSelector":
            self.must(isinstance(value.get("exact"), str), "4.2.4", "exactly one exact", where)
            for key in ("prefix", "suffix"):
                self.must(isinstance(value.get(key, ""), str), "4.2.4", f"no more than one {key}", where)
        if kind in ("TextPositionSelector", "DataPositionSelector"):
            section = "4.2.5" if kind == "TextPositionSelector" else "4.2.6"
            for key in ("start", "end"):
                self.must(type(value.get(key)) is int and value[key] >= 0, section, f"exactly one {key}, from 0", where)
        if kind == "RangeSelector":
            for key in ("startSelector", "endSelector"):
                self.must(isinstance(value.get(key), dict), "4.2.8", f"exactly one {key}", where)
        for refining in listed(value.get("refinedBy")):
            self.selector(refining, where)

    def state(self, value, where):
        if not isinstance(value, dict):
            return
        if value.get("type") == "TimeState":
            ends = ("sourceDateStart" in value, "sourceDateEnd" in value)
            self.must(ends[0] == ends[1], "4.3.1", "sourceDateStart with sourceDateEnd", where)
            self.must(not ("sourceDate" in value and ends[0]), "4.3.1", "sourceDate or a range of dates", where)
            for date in listed(value.get("sourceDate")):
                self.date(date, f"{where} sourceDate")
        if value.get("type") == "HttpRequestState":
            self.must(isinstance(value.get("value"), str), "4.3.2", "exactly one value", where)


def small_context():
    """The terms that an export of records uses, after the Web Annotation Vocabulary."""
    reference = {key: {"@id": OA + name, "@type": "@id"} for key, name in {
        "body": "hasBody", "target": "hasTarget", "source": "hasSource", "selector": "hasSelector", "refinedBy": "refinedBy",
    }.items()}
    streams, terms = "http://www.w3.org/ns/activitystreams#", "http://purl.org/dc/terms/"
    number = "http://www.w3.org/2001/XMLSchema#nonNegativeInteger"
    words = ["Annotation", "TextualBody", "SpecificResource", "TextQuoteSelector", "TextPositionSelector", "bookmarking",
             "classifying", "commenting", "describing", "editing", "highlighting", "identifying", "linking", "moderating",
             "questioning", "replying", "tagging", "exact", "prefix", "suffix", "bodyValue"]
    return {
        "id": "@id", "type": "@type", **{word: OA + word for word in words}, **reference,
        "AnnotationCollection": streams + "OrderedCollection", "AnnotationPage": streams + "OrderedCollectionPage",
        "first": {"@id": streams + "first", "@type": "@id"}, "partOf": {"@id": streams + "partOf", "@type": "@id"},
        "items": {"@id": streams + "items", "@type": "@id", "@container": "@list"},
        "total": {"@id": streams + "totalItems", "@type": number},
        "startIndex": {"@id": streams + "startIndex", "@type": number},
        "motivation": {"@id": OA + "motivatedBy", "@type": "@vocab"}, "purpose": {"@id": OA + "hasPurpose", "@type": "@vocab"},
        "start": {"@id": OA + "start", "@type": number}, "end": {"@id": OA + "end", "@type": number},
        "creator": {"@id": terms + "creator", "@type": "@id"}, "Person": "http://xmlns.com/foaf/0.1/Person",
        "created": {"@id": terms + "created", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
        "modified": {"@id": terms + "modified", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
        "name": "http://xmlns.com/foaf/0.1/name", "label": "http://www.w3.org/2000/01/rdf-schema#label",
        "value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value", "format": "http://purl.org/dc/elements/1.1/format",
    }


def inlined(value, context):
    """The document with the context's IRI replaced by the context, wherever it stands."""
    if isinstance(value, list):
        return [inlined(item, context) for item in value]
    if not isinstance(value, dict):
        return value
    result = {key: inlined(item, context) for key, item in value.items()}
    if "@context" in value:
        result["@context"] = [context if item == CONTEXT else item for item in listed(value["@context"])]
    return result


def compare_with_graph(document, items, context):
    """Has rdflib read the document, and compares what it found with the JSON."""
    import rdflib

    graph = rdflib.Graph().parse(data=json.dumps(inlined(document, context)), format="json-ld")
    oa, rdf = rdflib.Namespace(OA), rdflib.RDF
    found = set(graph.subjects(rdf.type, oa.Annotation))
    assert found == {rdflib.URIRef(item["id"]) for item in items}, "rdflib found other annotations"
    texts = 0
    for item in items:
        subject = rdflib.URIRef(item["id"])
        wanted = {body["value"] for body in listed(item.get("body")) if isinstance(body, dict) and "value" in body}
        read = {str(text) for body in graph.objects(subject, oa.hasBody) for text in graph.objects(body, rdf.value)}
        assert wanted == read, f"{subject}: bodies {wanted ^ read}"
        motivation = rdflib.URIRef(OA + item["motivation"])
        assert (subject, oa.motivatedBy, motivation) in graph, f"{subject}: motivation {item['motivation']}"
        kind = graph.value(subject, rdflib.URIRef(OWN + "kind"))
        assert kind is None and "variorum:kind" not in item or str(kind) == item["variorum:kind"], f"{subject}: kind"
        quotes = {str(text) for target in graph.objects(subject, oa.hasTarget)
                  for selector in graph.objects(target, oa.hasSelector) for text in graph.objects(selector, oa.exact)}
        wanted = {selector["exact"] for target in listed(item["target"]) if isinstance(target, dict)
                  for selector in listed(target.get("selector")) if "exact" in selector}
        assert quotes == wanted, f"{subject}: quotes"
        assert graph.value(subject, rdflib.DCTERMS.created) is not None, f"{subject}: created"
        texts += len(read)
    return len(graph), texts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--context", help="a copy of the Recommendation's JSON-LD context")
    arguments = parser.parse_args()
    with open(arguments.file, encoding="utf-8") as file:
        document = json.load(file)
    checker = Checker()
    items = checker.collection(document)
    ids = [item.get("id") for item in items]
    checker.must(len(set(ids)) == len(ids), "3.1", "IRIs that identify", "two annotations have the same")
    for item in items:
        checker.annotation(item)
    for fault in checker.faults[:20]:
        print("MUST", fault, file=sys.stderr)
    if checker.faults:
        sys.exit(f"{len(checker.faults)} breaches of the Recommendation")
    context = small_context()
    if arguments.context:
        with open(arguments.context, encoding="utf-8") as file:
            context = json.load(file)["@context"]
    triples, texts = compare_with_graph(document, items, context)
    print(f"w3c: {len(items)} records; every MUST holds; rdflib read {triples} triples and {texts} texts")


if __name__ == "__main__":
    main()
