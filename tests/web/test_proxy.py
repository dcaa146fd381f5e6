"""The site behind a real nginx, below a path, with the configuration of docs/serving.md."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import rdflib
from servers import free_port
from web_pages import HTML, Document
from web_server import Reply, Running, running_server

from allusion.knowledge_graph import KnowledgeGraph

GUIDE = Path(__file__).parents[2] / "docs" / "serving.md"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PUBLIC = "https://example.org/films/"
HOST = "example.org"
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
pytestmark = pytest.mark.skipif(
    NGINX is None or shutil.which("openssl") is None,
    reason="nginx and openssl are not installed: apt-get install nginx-light openssl",
)


class Proxied:
    """Requests through the proxy, as clients of the public address send them."""

    def __init__(self, running: Running, port: int) -> None:
        self.behind = running
        self.port = port

    def ask(self, address: str, **headers: str) -> Reply:
        """Ask for a public address, or a path below its root."""
        parts = urlsplit(urljoin(PUBLIC, address))
        assert (parts.scheme, parts.netloc) == ("https", HOST), address
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return self.send(path, Host=HOST, **headers)

    def send(self, path: str, **headers: str) -> Reply:
        """Send a request to the proxy; its certificate is one of the test."""
        trusting = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=30, context=trusting
        )
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()


def configuration(folder: Path, proxy: int, server: int) -> str:
    """The server block of the guide in a whole configuration, with free ports."""
    [block] = re.findall(r"```nginx\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    for documented, used in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{proxy} ssl;"),
        ("/etc/ssl/certs/example.org.pem", str(folder / "certificate.pem")),
        ("/etc/ssl/private/example.org.pem", str(folder / "key.pem")),
        ("http://127.0.0.1:8000/", f"http://127.0.0.1:{server}/"),
    ):
        assert block.count(documented) == 1
        block = block.replace(documented, used)
    temporary = "".join(
        f"{name}_temp_path {folder / name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; pid {folder / 'pid'}; error_log stderr;\n"
        f"events {{}}\nhttp {{ access_log off;\n{temporary}{block}}}\n"
    )


def make_certificate(folder: Path) -> None:
    command = (
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={HOST} "
        f"-keyout {folder}/key.pem -out {folder}/certificate.pem"
    )
    subprocess.run(command.split(), check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def proxied(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    assert NGINX
    folder = tmp_path_factory.mktemp("nginx")
    with running_server(kg, public_url=PUBLIC) as running:
        port = free_port()
        file = folder / "nginx.conf"
        make_certificate(folder)
        file.write_text(configuration(folder, port, running.port), encoding="utf-8")
        command = [NGINX, "-p", str(folder), "-c", str(file), "-e", "stderr"]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
            try:
                while True:
                    assert process.poll() is None, process.stderr and process.stderr.read()
                    try:
                        socket.create_connection(("127.0.0.1", port)).close()
                        break
                    except ConnectionRefusedError:
                        time.sleep(0.02)
                yield Proxied(running, port)
            finally:
                process.terminate()


PAGES = ["", "film/chungking-express", "query/together", "sparql", "ontology", "search?q=faye"]


@pytest.mark.parametrize("path", PAGES)
def test_the_links_of_a_page_stay_below_the_path_and_lead_somewhere(
    proxied: Proxied, path: str
) -> None:
    reply = proxied.ask(path, Accept=HTML)
    assert (reply.status, reply.media_type) == (200, "text/html")
    base = urljoin(PUBLIC, path)
    links = {urljoin(base, link) for link in Document(reply.text).links}
    own = {link for link in links if urlsplit(link).netloc == HOST}
    assert own
    assert all(link.startswith(PUBLIC) for link in own)
    static = [link for link in own if "/static/" in link]
    assert len(static) >= 3
    others = sorted(own - {*static})[:: max(len(own) // 12, 1)]
    for link in (*static, *others):
        assert proxied.ask(link, Accept=HTML).status == 200, link


def test_a_redirection_leads_to_the_public_address(proxied: Proxied) -> None:
    moved = proxied.ask("film/2046", Accept="text/turtle")
    assert moved.status == 303
    target = urljoin(f"{PUBLIC}film/2046", moved.headers["Location"])
    assert target == f"{PUBLIC}film/2046.ttl"
    assert proxied.ask(target).media_type == "text/turtle"
    well_known = proxied.ask(".well-known/void")
    target = urljoin(f"{PUBLIC}.well-known/void", well_known.headers["Location"])
    assert proxied.ask(target).status == 200
    alternates = re.findall(
        r'<([^>]+)>; rel="alternate"', proxied.ask("film/2046", Accept=HTML).headers["Link"]
    )
    for alternate in alternates:
        assert proxied.ask(urljoin(f"{PUBLIC}film/2046", alternate)).status == 200


def test_sparql_is_answered_and_describes_its_public_address(proxied: Proxied) -> None:
    reply = proxied.ask("sparql?query=ASK%20%7B%20film%3A2046%20a%20al%3AFilm%20%7D")
    assert reply.json()["boolean"] is True
    described = rdflib.Graph().parse(
        data=proxied.ask("sparql", Accept="text/turtle").body, format="turtle"
    )
    [service] = described.subjects(rdflib.RDF.type, SD.Service)
    assert service == rdflib.URIRef(f"{PUBLIC}sparql")
    # An IRI in a query is relative to the public address.
    relative = proxied.ask("sparql?query=SELECT%20(%3C%3E%20AS%20%3Fx)%20%7B%7D&format=csv")
    assert relative.text.split()[1] == f"{PUBLIC}sparql"


def test_machine_readable_descriptions_have_the_public_address(proxied: Proxied) -> None:
    assert proxied.ask("openapi.json").json()["servers"] == [{"url": PUBLIC.rstrip("/")}]
    assert f"Sitemap: {PUBLIC}sitemap.xml" in proxied.ask("robots.txt").text
    assert f"<loc>{PUBLIC}film/2046</loc>" in proxied.ask("sitemap.xml").text
    manifest = proxied.ask("reconcile").json()
    assert manifest["view"]["url"] == f"{PUBLIC}{{{{id}}}}"
    snippet = proxied.ask("query/together", Accept=HTML).text
    assert f"{PUBLIC}query/together.csv" in snippet


def test_a_query_stops_when_the_client_of_the_proxy_leaves(proxied: Proxied) -> None:
    workers = proxied.behind.server.options.workers
    endless = "SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fa%20%3Fb%20%3Fc.%3Fd%20%3Fe%20%3Ff.%3Fg%20%3Fh%20%3Fi%7D"
    clients = []
    for _ in range(workers):
        client = ssl._create_unverified_context().wrap_socket(
            socket.create_connection(("127.0.0.1", proxied.port))
        )
        client.sendall(
            f"GET /films/sparql?query={endless} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
        )
        clients.append(client)
    pool = proxied.behind.server.pool
    while pool.running < workers:
        time.sleep(0.01)
    for client in clients:
        client.close()
    # Every worker was busy for 10 s: an answer comes because the queries were stopped.
    assert proxied.ask("sparql?query=ASK%7B%7D&timeout=5").status == 200


def test_a_proxy_hides_metrics_and_refuses_unknown_hosts(proxied: Proxied) -> None:
    assert proxied.ask("metrics").status == 404
    assert proxied.send("/films/", Host="evil.example.net").status == 421
