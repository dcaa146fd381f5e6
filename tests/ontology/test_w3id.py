"""The redirections for w3id.org: where each address of the project leads.

One table says it; a small reader of the rules holds it everywhere, and a real Apache on
this machine where one is installed.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import OWL, RDF, SKOS

from allusion.build.ontology_docs import SERIALIZATIONS, published_files
from allusion.build.void import DISTRIBUTIONS
from allusion.core.resources import locate
from allusion.core.vocabulary import (
    BASE,
    CONCEPT_SCHEMES,
    DATASET,
    ENTITY_REGISTERS,
    GRAPH_DESCRIPTION,
    ONTOLOGY,
    STATEMENT_REGISTERS,
)

ONTOLOGY_FOLDER = Path(__file__).parents[2] / "ontology"
FOLDER = ONTOLOGY_FOLDER / "w3id"
RULES = FOLDER / ".htaccess"
APACHE = shutil.which("apache2", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MODULES = Path("/usr/lib/apache2/modules")
SITE = "https://allusion.example.org"

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PROTEGE = (
    "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"
)
TURTLE = "text/turtle"
XML = "application/rdf+xml"
JSON = "application/ld+json"
BOTH = "text/turtle, application/rdf+xml;q=0.8"

#: Path under https://w3id.org/allusion/, what is accepted, where it leads ("" is nowhere).
LEADS = [
    ("", BROWSER, "/"),
    ("ontology", BROWSER, "/ontology.html"),
    ("ontology", "", "/ontology.html"),
    ("ontology", "*/*", "/ontology.html"),
    ("ontology", TURTLE, "/ontology.ttl"),
    ("ontology", BOTH, "/ontology.ttl"),
    ("ontology", XML, "/ontology.rdf"),
    ("ontology", PROTEGE, "/ontology.rdf"),
    ("ontology", JSON, "/ontology.jsonld"),
    ("ontology/", TURTLE, "/ontology.ttl"),
    ("ontology/0.3.0", BROWSER, "/0.3.0/ontology.html"),
    ("ontology/0.2.0", BROWSER, "/0.2.0/ontology.html"),
    ("ontology/0.2.0", TURTLE, "/0.2.0/ontology.ttl"),
    ("ontology/0.1.0", XML, "/0.1.0/ontology.rdf"),
    ("ontology/10.20.30", JSON, "/10.20.30/ontology.jsonld"),
    ("ontology/latest", TURTLE, ""),
    ("ontology/shapes", BROWSER, "/shapes.ttl"),
    ("ontology/shapes", JSON, "/shapes.jsonld"),
    ("ontology/alignments", XML, "/alignments.rdf"),
    ("ontology/shapes/0.2.0", TURTLE, "/0.2.0/shapes.ttl"),
    ("ontology.html", TURTLE, "/ontology.html"),
    ("ontology.ttl", BROWSER, "/ontology.ttl"),
    ("kinds.jsonld", BROWSER, "/kinds.jsonld"),
    ("logo.svg", BROWSER, "/logo.svg"),
    ("kind", BROWSER, "/ontology.html#scheme-kind"),
    ("kind", TURTLE, "/kinds.ttl"),
    ("kind/name-drop", BROWSER, "/ontology.html#kind-name-drop"),
    ("kind/name-drop", XML, "/kinds.rdf"),
    ("imdb-connection/follows", BROWSER, "/ontology.html#imdb-connection-follows"),
    ("imdb-connection/follows", JSON, "/kinds.jsonld"),
    ("source-type/essay", BROWSER, "/ontology.html#source-type-essay"),
    ("certainty", TURTLE, "/schemes.ttl"),
    ("certainty/explicit", JSON, "/schemes.jsonld"),
    ("void", BROWSER, "/void.ttl"),
    ("dataset", BROWSER, "/"),
    ("dataset", TURTLE, "/void.ttl"),
    ("dataset/stated", TURTLE, "/void.ttl"),
    ("dataset.trig", BROWSER, "/dataset.trig"),
    ("dataset.exe", BROWSER, ""),
    ("film/chungking-express", BROWSER, "/film/chungking-express"),
    ("film/2046", TURTLE, "/film/2046"),
    ("person/tomokazu-miura", TURTLE, "/person/tomokazu-miura"),
    ("movement/french-new-wave", BROWSER, "/movement/french-new-wave"),
    ("connection/cop-223-miura", BROWSER, "/connection/cop-223-miura"),
    ("source/kpnv-223", BROWSER, "/source/kpnv-223"),
    ("film/../../etc/passwd", BROWSER, ""),
    ("film/Chungking Express", BROWSER, ""),
    ("film", BROWSER, ""),
    ("nothing/of-ours", BROWSER, ""),
]


def follow(path: str, accept: str) -> str:
    """Where the rules lead, as Apache reads them; "" where none does."""
    conditions: list[tuple[str, str]] = []
    environment: dict[str, str] = {}
    for line in RULES.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if words[:1] == ["RewriteCond"]:
            _, variable, pattern = words
            conditions.append((variable, pattern))
        elif words[:1] == ["RewriteRule"]:
            _, pattern, target, flags = words
            assert all(variable == "%{HTTP_ACCEPT}" for variable, _ in conditions)
            held = all(re.search(wanted, accept) for _, wanted in conditions)
            conditions = []
            match = re.search(pattern, path)
            if not (match and held):
                continue
            for flag in flags.strip("[]").split(","):
                if flag.startswith("E="):
                    name, _, value = flag[2:].partition(":")
                    environment[name] = value
            if target == "-":
                continue
            assert "R=303" in flags
            assert "L" in flags.strip("[]").split(",")
            assert ("#" in target) == ("NE" in flags), "a # must not be escaped"
            for name, value in environment.items():
                target = target.replace(f"%{{ENV:{name}}}", value)
            for number, group in enumerate(match.groups(), 1):
                target = target.replace(f"${number}", group or "")
            return target
    return ""


@pytest.mark.parametrize(("path", "accept", "target"), LEADS)
def test_an_address_is_redirected_as_in_the_table(path: str, accept: str, target: str) -> None:
    assert follow(path, accept) == (SITE + target if target else "")


# --- the table and the rules against the project ---------------------------------------


def test_every_address_that_the_ontology_gives_itself_leads_to_a_file_that_is_published() -> None:
    files = {*published_files(locate()), "ontology.html", "logo.svg"}
    graph = Graph()
    for path in ONTOLOGY_FOLDER.glob("*.ttl"):
        graph.parse(path)
    addresses = {
        *graph.subjects(RDF.type, OWL.Ontology),
        *graph.subjects(RDF.type, SKOS.ConceptScheme),
        *graph.subjects(RDF.type, SKOS.Concept),
        *graph.objects(None, OWL.versionIRI),
        *graph.objects(None, OWL.priorVersion),
    }
    assert len(addresses) > 100
    for address in addresses:
        for accept in (BROWSER, TURTLE, XML, JSON):
            target = follow(str(address).removeprefix(BASE), accept)
            name = re.sub(r"^/(\d+\.\d+\.\d+/)?", "", target.removeprefix(SITE)).split("#")[0]
            assert name in files, f"{address} as {accept} leads to {target or 'nowhere'}"


def test_every_register_and_scheme_of_the_project_has_its_redirection() -> None:
    for register in (*ENTITY_REGISTERS, *STATEMENT_REGISTERS, "mapping"):
        assert follow(f"{register}/a-slug-1", BROWSER) == f"{SITE}/{register}/a-slug-1"
    for scheme in CONCEPT_SCHEMES:
        assert follow(f"{scheme}/a-slug", BROWSER) == f"{SITE}/ontology.html#{scheme}-a-slug"
        assert follow(scheme, TURTLE).endswith(".ttl")


def test_every_distribution_and_the_description_can_be_fetched() -> None:
    for form in DISTRIBUTIONS:
        name = f"dataset.{form}"
        assert follow(f"{DATASET.removeprefix(BASE)}.{form}", BROWSER) == f"{SITE}/{name}"
    assert follow(GRAPH_DESCRIPTION.removeprefix(BASE), TURTLE) == f"{SITE}/void.ttl"
    for ending in SERIALIZATIONS:
        name = f"{ONTOLOGY.removeprefix(BASE)}.{ending}"
        assert follow(name, BROWSER) == f"{SITE}/{name}"


def test_the_site_address_is_written_once_and_the_maintainer_is_a_placeholder() -> None:
    assert RULES.read_text(encoding="utf-8").count("https://allusion.example.org") == 1
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "## Maintainers\n- NAME, GitHub: @USERNAME, EMAIL\n" in text


# --- a real Apache ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def apache() -> Iterator[int]:
    """The port on loopback of an Apache that serves the folder as w3id.org/allusion."""
    if not APACHE or not (MODULES / "mod_rewrite.so").is_file():
        pytest.skip("no Apache: apache2 with mod_rewrite is not installed")
    # Not under pytest's own folder, which Apache's user may not enter.
    root = Path(tempfile.mkdtemp(prefix="allusion-apache-"))
    root.chmod(0o755)
    shutil.copytree(FOLDER, root / "www" / "allusion")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    modules = ("mpm_event", "authz_core", "rewrite", "headers")
    loads = (f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in modules)
    (root / "httpd.conf").write_text(
        "\n".join(
            [
                f'ServerRoot "{root}"', f"Listen 127.0.0.1:{port}", "ServerName localhost",
                f'PidFile "{root}/pid"', f'ErrorLog "{root}/error.log"', *loads,
                *(["User www-data", "Group www-data"] if os.geteuid() == 0 else []),
                f'DocumentRoot "{root}/www"',
                f'<Directory "{root}/www">', "AllowOverride All", "Require all granted",
                "</Directory>",
            ]
        )
        + "\n"
    )  # fmt: skip
    command = [APACHE, "-f", str(root / "httpd.conf"), "-DFOREGROUND"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if server.poll() is not None:
                pytest.skip(
                    f"Apache does not start here: {(root / 'error.log').read_text()[-300:]}"
                )
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)
        shutil.rmtree(root, ignore_errors=True)


@pytest.mark.parametrize(("path", "accept", "target"), LEADS)
def test_apache_applies_the_rules_as_in_the_table(
    apache: int, path: str, accept: str, target: str
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", apache, timeout=10)
    headers = {"Accept": accept} if accept else {}
    connection.request("GET", f"/allusion/{path.replace(' ', '%20')}", headers=headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    if target:
        assert (response.status, response.getheader("Location")) == (303, SITE + target)
        assert response.getheader("Access-Control-Allow-Origin") == "*"
    else:
        assert response.status in (400, 403, 404)
        assert response.getheader("Location") is None
