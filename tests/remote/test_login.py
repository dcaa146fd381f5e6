"""Logins: found in the environment or a netrc, given when asked for, and never shown."""

from __future__ import annotations

import base64
import hashlib
import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import parse_http_list, parse_keqv_list

import pytest
from terminal import Run

from allusion.core.errors import AllusionError, NetworkError, ParameterError
from allusion.http.credentials import PASSWORD, TOKEN, USER, Login, find_login
from allusion.store.factory import open_remote, open_store
from allusion.store.graph_writers import GraphStoreWriter
from allusion.store.remote import RemoteStore

if TYPE_CHECKING:
    from .conftest import Behavior, Engine, Exchange, Serve

ASK = "ASK {}"
SECRET = "s3cr€t/+ &x"
MINE = Login("me", SECRET, origin="the test")
BASIC = "Basic " + base64.b64encode(f"me:{SECRET}".encode()).decode()


# Where a login is found


def test_a_login_in_the_environment_takes_precedence_over_netrc(tmp_path: Path) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine example.org login you password theirs\n")
    environment = {"NETRC": str(file)}
    assert find_login("example.org", environment) == Login("you", "theirs", origin=str(file))
    assert find_login("example.com", environment) is None
    environment |= {USER: "me", PASSWORD: SECRET}
    assert find_login("example.org", environment) == Login("me", SECRET, origin=USER)
    assert find_login("example.org", {TOKEN: "abc"}) == Login(token="abc", origin=TOKEN)


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({USER: "me"}, f"{PASSWORD} is not set"),
        ({PASSWORD: SECRET}, f"{USER} is not set"),
        ({TOKEN: "t0ken", USER: "me", PASSWORD: SECRET}, "not both"),
        ({USER: "a:b", PASSWORD: SECRET}, "contains a colon"),
        (
            {USER: "me", PASSWORD: f"{SECRET}\r\nX-Evil: 1"},
            "contains a character that no HTTP header can contain",
        ),
        ({TOKEN: f"{SECRET}"}, "contains a character that no HTTP header can contain"),
    ],
)
def test_an_incomplete_login_is_an_error_without_its_value(
    environment: dict[str, str], complaint: str
) -> None:
    with pytest.raises(ParameterError, match=complaint) as caught:
        find_login("example.org", environment)
    assert "s3cr" not in str(caught.value)


def test_an_unreadable_netrc_is_reported_by_its_line_number_alone(tmp_path: Path) -> None:
    file = tmp_path / "netrc"
    file.write_text(f"machine example.org login me\n{SECRET.split('/')[0]} oops\n")
    with pytest.raises(ParameterError, match=r"netrc, line \d+: not a netrc file") as caught:
        find_login("example.org", {"NETRC": str(file)})
    assert "s3cr" not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(ParameterError, match="named by NETRC"):
        find_login("example.org", {"NETRC": str(tmp_path / "none")})


@pytest.mark.parametrize(
    "address",
    [
        "https://me:hunter2@example.org/sparql",
        "http://me:hunter2@[::1/sparql",
        "https://hunter2@example.org/",
        "me:hunter2@example.org/sparql",
        "ftp://me:hunter2@example.org/",
    ],
)
def test_a_login_in_an_address_is_refused_and_not_shown(address: str) -> None:
    with pytest.raises(ParameterError) as caught:
        open_store(address, Path())
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_the_command_line_refuses_a_login_in_an_address_and_names_the_settings(run: Run) -> None:
    address = "https://me:hunter2@example.org/sparql"
    for command in (["query", "names"], ["push"], ["conformance"]):
        code, out, err = run(*command, "--store", address)
        said = out + err
        assert code == 2
        assert f"set {USER} and {PASSWORD}" in said
        assert "hunter2" not in said


# How it is given


def basic(exchange: Exchange) -> None:
    if exchange.handler.headers["Authorization"] == BASIC:
        exchange.say_yes()
    else:
        exchange.answer(401, WWW_Authenticate='Basic realm="here", charset="UTF-8"')


def test_a_password_is_sent_after_a_challenge_and_then_with_each_request(serve: Serve) -> None:
    server = serve(basic)
    store = server.store(login=MINE)
    assert store.query(ASK) is True
    assert store.query(ASK) is True
    assert [headers["Authorization"] for headers in server.headers] == [None, BASIC, BASIC]


def test_a_password_is_not_sent_without_a_challenge(serve: Serve) -> None:
    server = serve(lambda exchange: exchange.say_yes())
    server.store(login=MINE).query(ASK)
    assert server.headers[0]["Authorization"] is None


@pytest.mark.parametrize(("algorithm", "name"), [("MD5", "md5"), ("SHA-256", "sha256")])
def test_a_digest_is_computed_as_in_rfc_7616(serve: Serve, algorithm: str, name: str) -> None:
    def digest(exchange: Exchange) -> None:
        scheme, _, rest = (exchange.handler.headers["Authorization"] or "").partition(" ")
        given = parse_keqv_list(parse_http_list(rest))

        def hashed(*parts: str) -> str:
            return hashlib.new(name, ":".join(parts).encode()).hexdigest()

        if scheme == "Digest":
            secret = hashed("me", "a realm", SECRET)
            what = hashed(exchange.handler.command, exchange.handler.path)
            wanted = hashed(secret, "abc", given["nc"], given["cnonce"], "auth", what)
            assert given["nc"] == f"{exchange.number - 1:08x}"
            if given["response"] == wanted:
                return exchange.say_yes()
        challenge = f'Digest realm="a realm", nonce="abc", qop="auth", algorithm={algorithm}'
        return exchange.answer(401, WWW_Authenticate=f"Basic realm=x, {challenge}")

    store = serve(digest).store(login=MINE)
    assert store.query(ASK) is True
    assert store.query(ASK) is True


def test_a_token_is_sent_only_to_its_host_and_not_after_a_redirect(serve: Serve) -> None:
    token = Login(token="t0ken", origin=TOKEN)

    def move(exchange: Exchange) -> None:
        if exchange.number == 1:
            exchange.answer(307, Location="/moved")
        else:
            exchange.say_yes()

    server = serve(move)
    assert server.store(login=token).query(ASK) is True
    assert [headers["Authorization"] for headers in server.headers] == ["Bearer t0ken"] * 2
    other = serve(lambda exchange: exchange.say_yes())
    away = serve(lambda exchange: exchange.answer(307, Location=other.endpoint))
    assert "another host" in away.complaint(login=token)
    assert other.paths == []


@pytest.mark.parametrize("login", [MINE, Login(token="t0ken", origin=TOKEN)])
def test_credentials_are_not_sent_unencrypted(
    serve: Serve, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allusion.http.auth._is_loopback", lambda _: False)
    server = serve(basic)
    with pytest.raises(NetworkError, match="use its https address"):
        server.store(login=login).query(ASK)
    assert all(headers["Authorization"] is None for headers in server.headers)


def test_a_large_body_is_sent_again_after_a_challenge(serve: Serve) -> None:
    server = serve(basic)
    writer = GraphStoreWriter(server.endpoint, login=MINE, timeout_s=10)
    writer.check_access("urn:a")
    writer.replace("urn:g", [["<urn:a> <urn:b> <urn:c> ."] * 100_000])
    assert server.methods == ["GET", "GET", "PUT"]


# What is said of it


def refuse(status: int) -> Behavior:
    return lambda exchange: exchange.answer(status)


def test_without_credentials_the_error_names_the_settings(serve: Serve) -> None:
    message = serve(refuse(401)).complaint()
    assert f"asks for a login: set {USER} and {PASSWORD}, or {TOKEN}" in message
    assert "netrc" in message


def test_a_refused_login_is_reported_with_its_origin(serve: Serve) -> None:
    server = serve(lambda exchange: exchange.answer(401, WWW_Authenticate='Basic realm="x"'))
    assert "does not accept the login of the test" in server.complaint(login=MINE)
    assert len(server.paths) == 2


def test_an_unknown_authentication_scheme_is_an_error(serve: Serve) -> None:
    other = 'Digest realm="x", nonce="y", qop="auth", algorithm=SHA-512-256'
    server = serve(lambda exchange: exchange.answer(401, WWW_Authenticate=other))
    assert "Digest algorithm" in server.complaint(login=MINE)


ECHOES = [
    SECRET,
    BASIC,
    "t0ken",
    "Bearer t0ken",
    "s3cr%E2%82%ACt/%2B%20%26x",
    "s3cr%E2%82%ACt%2F%2B+%26x",
]


@pytest.mark.parametrize("login", [MINE, Login(token="t0ken", origin=TOKEN)], ids=["user", "token"])
@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 429, 500, 503])
def test_a_login_echoed_by_a_server_is_not_shown(serve: Serve, status: int, login: Login) -> None:
    text = " ".join(ECHOES)

    def echo(exchange: Exchange) -> None:
        latin = text.encode().decode("latin-1")
        handler = exchange.handler
        handler.send_response(status, latin)
        handler.send_header("Content-Type", "text/plain" if exchange.number % 2 else latin)
        handler.send_header("Location", f"http://{latin.split()[-1]}@127.0.0.1:1/{latin}")
        handler.send_header("WWW-Authenticate", f'Basic realm="{latin}"')
        handler.send_header("Content-Length", str(len(text.encode())))
        handler.end_headers()
        handler.wfile.write(text.encode())

    server = serve(echo)
    for _ in range(2):
        with pytest.raises(AllusionError) as caught:
            server.store(timeout_s=1, login=login).query(ASK)
        shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
        hidden = [login.token] if login.token else [SECRET, BASIC.split()[1], ECHOES[4], ECHOES[5]]
        assert not [secret for secret in hidden if secret in shown]


def test_an_error_about_invalid_json_does_not_show_a_login(serve: Serve) -> None:
    body = b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"t0ken": {}}]}}'
    kind = "application/sparql-results+json"
    server = serve(lambda exchange: exchange.answer(200, body, Content_Type=kind))
    login = Login(token="t0" + "ken", origin=TOKEN)
    with pytest.raises(NetworkError, match="not shown, because it contains the login") as caught:
        server.store(login=login).query("SELECT ?s {}")
    assert login.token not in "".join(traceback.format_exception(caught.value))


def test_redaction_does_not_reveal_a_short_password(serve: Serve) -> None:
    server = serve(lambda exchange: exchange.answer(403, b"no, not you", Content_Type="text/plain"))
    message = server.complaint(login=Login("me", "no", origin="the test"))
    assert message.endswith("(HTTP 403): (not shown, because it contains the login)")


def test_the_repr_of_a_login_has_no_password() -> None:
    both = [Login("me", SECRET), Login(token=SECRET)]
    assert not any("s3cr" in repr(login) or "s3cr" in str(login) for login in both)


def test_an_endpoint_gets_the_login_of_its_host(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1\n  login me\n  password hunter2\n")
    monkeypatch.setenv("NETRC", str(file))
    wanted = "Basic " + base64.b64encode(b"me:hunter2").decode()

    def behave(exchange: Exchange) -> None:
        if exchange.handler.headers["Authorization"] == wanted:
            exchange.say_yes()
        else:
            exchange.answer(401, WWW_Authenticate="Basic realm=x")

    assert open_remote(serve(behave).endpoint).query(ASK) is True


def test_virtuoso_takes_a_digest_and_refuses_a_wrong_one(running_virtuoso: Engine) -> None:
    right = running_virtuoso.writers()["graph store"]
    right.check_access("urn:none")
    wrong = GraphStoreWriter(running_virtuoso.graphs, login=Login("dba", "no", origin="the test"))
    with pytest.raises(NetworkError, match=r"does not accept the login of the test") as caught:
        wrong.check_access("urn:none")
    assert caught.value.status == 401
    store = RemoteStore(running_virtuoso.endpoint + "-auth", login=running_virtuoso.login)
    assert store.query(ASK) is True
    assert re.search(r"\d+", store.host)
