"""Reads nanopublications that Variorum wrote with rdflib and the package nanopub, and makes some for Variorum to read.

    python nanopub_reads.py EXPORTED.trig...     reads, checks trusty URIs and signatures, prints "N records"
    python nanopub_reads.py --make FILE.trig     writes signed nanopublications made by the package nanopub

Needs, from PyPI: nanopub, rdflib (which it brings along), pycryptodome (likewise).
"""

import base64
import re
import sys
import warnings
from pathlib import Path

from Crypto.Hash import SHA256
from Crypto.PublicKey import RSA
from Crypto.Signature import pkcs1_15
from nanopub import Nanopub, NanopubClaim, NanopubConf, Profile
from nanopub.namespaces import NP, NPX
from nanopub.trustyuri.rdf import RdfHasher, RdfUtils
from rdflib import ConjunctiveGraph, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD


warnings.filterwarnings("ignore", category=DeprecationWarning)


def check_signature(publication):
    """The package's own check asks pycryptodome in a way that cannot fail, so the same bytes are checked anew here."""
    for s, p, o, c in publication.rdf.quads((None, None, None, None)):
        if p != NPX.hasSignature:
            continue
        key = RSA.import_key(base64.b64decode(str(publication.metadata.public_key)))
        quads = [
            (g, s2, p2, o2)
            for g, s2, p2, o2 in RdfUtils.get_quads(publication.rdf)
            if not (s2 == s and p2 == NPX.hasSignature)
        ]
        text = RdfHasher.normalize_quads(quads, baseuri=str(publication.metadata.namespace), hashstr=" ")
        pkcs1_15.new(key).verify(SHA256.new(text.encode()), base64.b64decode(str(o)))
        return True
    return False


def read(path):
    """Every nanopublication of a file: each begins with the declaration of `this:` and is a file of its own."""
    text = Path(path).read_text(encoding="utf-8")
    whole = ConjunctiveGraph()
    whole.parse(data=text, format="trig")
    heads = set(whole.subjects(RDF.type, NP.Nanopublication))
    blocks = [block for block in re.split(r"(?m)^(?=@prefix this: )", text) if block.strip()]
    assert len(blocks) == len(heads), f"{len(blocks)} blocks, {len(heads)} nanopublications"
    signed = 0
    for block in blocks:
        graph = ConjunctiveGraph()
        graph.parse(data=block, format="trig")
        publication = Nanopub(rdf=graph)
        assert publication.is_valid
        assert publication.has_valid_trusty
        assert publication.has_valid_signature if publication.metadata.signature else True
        signed += check_signature(publication)
        this = publication.metadata.np_uri
        assert this in heads
        if DCTERMS.isVersionOf not in set(publication.pubinfo.predicates(this)):
            continue  # somebody else's, which came out as it was
        label = publication.pubinfo.value(this, RDFS.label)
        creator = publication.pubinfo.value(this, DCTERMS.creator)
        license = publication.pubinfo.value(this, DCTERMS.license)
        created = publication.pubinfo.value(this, DCTERMS.created)
        assert label and creator and str(license).startswith("http") and created.toPython() is not None
        told = publication.assertion.value(predicate=RDFS.label, object=label)
        assert told is not None, "the assertion does not hold the statement"
    print(f"{path}: {len(blocks)} records, {signed} signed")


def make(path):
    """Two with a sentence, one with a triple, an ECO type and a source; signed, with trusty URIs."""
    profile = Profile(orcid_id="https://orcid.org/0000-0002-1825-0097", name="Ada Nowak")
    conf = NanopubConf(profile=profile, add_pubinfo_generated_time=True, attribute_publication_to_profile=True)
    made = [
        NanopubClaim(claim="LCN2 is raised in blood, \"as they say\";\nat\\least", conf=conf),
        NanopubClaim(claim="Λιποκαλίνη-2 αυξάνεται 🧬", conf=conf),
    ]
    assertion = Graph()
    gene = URIRef("http://identifiers.org/ncbigene/3934")
    disease = URIRef("http://purl.obolibrary.org/obo/MONDO_0004976")
    assertion.add((gene, URIRef("https://w3id.org/biolink/vocab/biomarker_for"), disease))
    publication = Nanopub(conf=conf, assertion=assertion)
    node = publication.metadata.assertion
    publication.provenance.add((node, PROV.wasDerivedFrom, URIRef("https://doi.org/10.3389/fnagi.2025.1672903")))
    publication.provenance.add((node, PROV.wasGeneratedBy, URIRef("http://purl.obolibrary.org/obo/ECO_0000033")))
    publication.pubinfo.add((gene, RDFS.label, Literal("LCN2", lang="EN")))
    publication.pubinfo.add((publication.metadata.np_uri, DCTERMS.created, Literal("2024-02-29T12:00:00+01:00", datatype=XSD.dateTime)))
    made.append(publication)
    with open(path, "w", encoding="utf-8") as file:
        for publication in made:
            publication.sign()
            assert publication.has_valid_trusty and check_signature(publication)
            file.write(publication.rdf.serialize(format="trig") + "\n")
    print(f"{path}: {len(made)} records made")


if len(sys.argv) == 3 and sys.argv[1] == "--make":
    make(sys.argv[2])
elif len(sys.argv) > 1:
    for name in sys.argv[1:]:
        read(name)
else:
    sys.exit(__doc__)
