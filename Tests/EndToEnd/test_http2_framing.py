"""What HTTP/2 could smuggle into HTTP/1.1, and requests that are none: nothing reaches the model."""

import pytest

from harness import HTTP2Client, wire
from harness.http2 import Code
from harness.upstream import echo, hang, raw


@pytest.fixture
def client(sidecar):
    with HTTP2Client(sidecar.address) as one:
        yield one.handshake()


def refused(client, upstream, stream=1):
    """A stream error, a connection error or an answer of 400; the model has seen nothing."""
    try:
        got = client.response(stream)
    except (AssertionError, wire.Ended):
        got = client.answers[stream]
    is_told = got.reset in (Code.PROTOCOL_ERROR, Code.NO_ERROR) or client.goaway is not None
    assert got.status == 400 or is_told and not got.status, got
    assert not got.status or client.goaway is None
    assert upstream.requests == []
    if client.goaway is None:
        assert client.ask(target="/after").status == 200, "other streams are unharmed"
        assert [it.path for it in upstream.requests] == ["/after"]


def pseudo(**changes):
    """The pseudo fields of a GET, some changed, `None` left out."""
    values = {"method": "GET", "scheme": "http", "path": "/", "authority": "model.test"} | changes
    return [(f":{name}", value) for name, value in values.items() if value is not None]


VALUES = {
    "CR LF": "a\r\nx-smuggled: 1", "bare LF": "a\nx-smuggled: 1", "bare CR": "a\rb", "NUL": "a\0b",
    "leading space": " a", "trailing space": "a ", "leading tab": "\ta",
}
NAMES = {
    "upper case": "X-Upper", "a space": "x bad", "a colon": "x:bad", "LF": "x\nbad", "NUL": "x\0bad",
    "empty": "", "not ASCII": "x-\xff", "a control": "x-\x01", "DEL": "x-\x7f",
    "a line": "x: 1\r\nhost: evil.test\r\ny",
}
CONNECTION = {
    "connection": "close", "keep-alive": "timeout=5", "proxy-connection": "keep-alive",
    "transfer-encoding": "chunked", "upgrade": "h2c", "te": "gzip",
}
TARGETS = {
    "empty": "", "space": "/a b", "fragment": "/a#b", "CR LF": "/a HTTP/1.1\r\nx: y",
    "NUL": "/a\0b", "tab": "/a\tb", "not ASCII": "/\xe4", "no slash": "a", "absolute": "http://x/a",
    "asterisk": "*", "DEL": "/a\x7f",
}
AUTHORITIES = {
    "user": "user@model.test", "space": "model test", "CR LF": "model.test\r\nx: y", "slash": "a/b",
    "empty": "", "bad port": "model.test:port", "fragment": "a#b", "query": "a?b",
}
METHODS = {
    "empty": "", "space": "GET /x", "CR LF": "GET / HTTP/1.1\r\nx: y", "not ASCII": "G\xcbT",
    "colon": "GE:T",
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_value_that_is_no_value(client, upstream, value):
    client.headers(1, client.get(("x-test", value)))
    refused(client, upstream)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_that_is_no_name(client, upstream, name):
    block = client.encode(client.get()) + literal(name, "value")
    client.headers(1, block=block)
    refused(client, upstream)


@pytest.mark.parametrize("name", CONNECTION)
def test_a_field_that_belongs_to_a_connection(client, upstream, name):
    client.headers(1, client.get((name, CONNECTION[name])))
    refused(client, upstream)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_a_path_that_is_no_path(client, upstream, target):
    client.headers(1, pseudo(path=target))
    refused(client, upstream)


@pytest.mark.parametrize("authority", AUTHORITIES.values(), ids=AUTHORITIES)
def test_an_authority_that_is_none(client, upstream, authority):
    client.headers(1, pseudo(authority=authority))
    refused(client, upstream)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_method_that_is_none(client, upstream, method):
    client.headers(1, pseudo(method=method))
    refused(client, upstream)


@pytest.mark.parametrize("missing", ["method", "scheme", "path"])
def test_a_pseudo_field_is_missing(client, upstream, missing):
    client.headers(1, pseudo(**{missing: None}))
    refused(client, upstream)


def test_neither_authority_nor_host(client, upstream):
    client.headers(1, pseudo(authority=None))
    refused(client, upstream)


@pytest.mark.parametrize("name", ["method", "scheme", "path", "authority"])
def test_a_pseudo_field_twice(client, upstream, name):
    client.headers(1, [*pseudo(), *(pair for pair in pseudo() if pair[0] == f":{name}")])
    refused(client, upstream)


@pytest.mark.parametrize("extra", [(":status", "200"), (":unknown", "x"), (":", "x"), (":Path", "/x")])
def test_a_pseudo_field_that_is_none(client, upstream, extra):
    client.headers(1, [*pseudo(), extra])
    refused(client, upstream)


def test_a_protocol_without_connect(client, upstream):
    client.headers(1, [*pseudo(), (":protocol", "websocket")])
    refused(client, upstream)


def test_a_pseudo_field_behind_a_regular_one(client, upstream):
    client.headers(1, [*pseudo(path=None), ("x-test", "y"), (":path", "/late")])
    refused(client, upstream)


def test_a_pseudo_field_in_trailers(client, upstream):
    client.headers(1, client.get(method="POST"), end=False).data(1)
    client.headers(1, [("x-sum", "1"), (":path", "/other")])
    got = client.response(1)
    assert got.reset == Code.PROTOCOL_ERROR or client.goaway
    assert [it for it in upstream.requests if it.body.is_complete] == []


@pytest.mark.parametrize("lines", [
    [("content-length", "0"), ("transfer-encoding", "chunked")],
    [("content-length", "5"), ("content-length", "6")],
    [("content-length", "5, 6")],
    [("content-length", "+5")], [("content-length", "-1")], [("content-length", "0x5")],
    [("content-length", "")], [("content-length", "99999999999999999999")],
    [("content-length", "5 ")],
], ids=lambda lines: " ".join(value for _, value in lines))
def test_a_length_that_is_none(client, upstream, lines):
    client.headers(1, client.get(*lines, method="POST"), end=False).data(1, b"12345", end=True)
    refused(client, upstream)


@pytest.mark.parametrize(("declared", "sent"), [(3, b"12345"), (0, b"1"), (10, b"12345"), (1, b"")])
def test_a_length_that_lies_never_makes_a_whole_request(client, upstream, declared, sent):
    upstream.on("/e", echo)
    lines = client.get(("content-length", str(declared)), method="POST", path="/e")
    client.headers(1, lines, end=False).data(1, sent, end=True)
    got = client.response(1)
    assert got.reset == Code.PROTOCOL_ERROR and got.status in (0, 400)
    assert [it for it in upstream.requests if it.body.is_complete or it.body.length > declared] == []
    assert client.ask().status == 200


def test_a_length_that_lies_is_found_in_a_long_body_too(client, upstream):
    """What follows the declared length must not become the model's next request."""
    # An answer to what was declared would come as rightly as the reset.
    upstream.on("/l", hang)
    client.headers(1, client.get(("content-length", "100000"), method="POST", path="/l"), end=False)
    client.upload(1, bytes(100_000), end=False)
    client.data(1, b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", end=True)
    assert client.response(1).reset == Code.PROTOCOL_ERROR
    assert client.ask().status == 200
    assert upstream.at("/smuggled") == []


def test_a_length_with_no_body_behind_the_head(client, upstream):
    client.headers(1, client.get(("content-length", "5"), method="POST"), end=True)
    refused(client, upstream)


def test_the_same_length_twice_is_at_most_one(client, upstream):
    """RFC 9110 §8.6 lets it be refused or folded."""
    lines = client.get(("content-length", "5"), ("content-length", "5"), method="POST", path="/e")
    upstream.on("/e", echo)
    client.headers(1, lines, end=False).data(1, b"12345", end=True)
    got = client.response(1)
    assert got.reset == Code.PROTOCOL_ERROR or got.status in (200, 400)
    assert all(len(it.fields.all("content-length")) == 1 for it in upstream.requests)


@pytest.mark.parametrize("host", ["other.test", "model.test:81", "model.test.evil", "xmodel.test"])
def test_host_and_authority_disagree(client, upstream, host):
    client.headers(1, client.get(("host", host)))
    refused(client, upstream)


def test_host_twice(client, upstream):
    client.headers(1, [*pseudo(authority=None), ("host", "model.test"), ("host", "other.test")])
    refused(client, upstream)


def test_host_that_says_the_same_as_the_authority_passes(client, upstream):
    assert client.ask("GET", "/h", [("host", "model.test")]).status == 200
    assert upstream.at("/h")[0].fields.all("host") == ["model.test"]


@pytest.mark.parametrize("name", ["content-length", "transfer-encoding", "host", "connection"])
def test_trailers_say_nothing_about_the_message(client, upstream, name):
    """Refused, or left behind: never passed on."""
    client.headers(1, client.get(method="POST", path="/t"), end=False).data(1)
    client.headers(1, [("x-sum", "1"), (name, "5")])
    got = client.response(1)
    assert got.reset == Code.PROTOCOL_ERROR or got.status == 200
    for seen in upstream.at("/t"):
        assert name not in seen.body.trailers


@pytest.mark.parametrize("value", ["a\r\nx-smuggled: 1", "a\nb", "a\0b"])
def test_trailers_smuggle_no_lines(client, upstream, value):
    client.headers(1, client.get(method="POST", path="/t"), end=False).data(1)
    client.headers(1, [("x-sum", value)])
    assert client.response(1).reset == Code.PROTOCOL_ERROR
    assert [it for it in upstream.at("/t") if it.body.is_complete] == []


def test_our_own_fields_of_strangers_stay_behind(client, upstream):
    client.ask("GET", "/o", [("x-outrider-attempt", "1")])
    assert [name for name in upstream.at("/o")[0].fields.lowered() if "outrider" in name] == []


@pytest.mark.parametrize("data", [
    b"HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX-A: a\rb\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
], ids=["NUL", "CR", "two lengths", "101"])
def test_a_malformed_answer_of_the_model_is_502(client, upstream, data):
    upstream.on("/m", raw(data))
    assert client.ask("POST", "/m").status == 502
    assert client.ask().status == 200


def test_names_of_the_model_become_lower_case(client, upstream):
    """What the client reads strictly would else be a violation."""
    upstream.on("/n", raw(b"HTTP/1.1 200 OK\r\nX-UPPER: A\r\nProxy-Connection: close\r\n"
                          b"Content-Length: 0\r\n\r\n"))
    got = client.ask(target="/n")
    assert ("x-upper", "A") in list(got.fields)


def literal(name: str, value: str) -> bytes:
    """A field without indexing and Huffman, its name exactly as given."""
    raw_name, raw_value = name.encode("latin-1"), value.encode("latin-1")
    return bytes([0, len(raw_name)]) + raw_name + bytes([len(raw_value)]) + raw_value
