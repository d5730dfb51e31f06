"""TLS towards clients: what is offered, what is asked for, and what goes wrong."""

import json
import ssl
import subprocess
import time

import pytest

from harness import Client, run, until
from harness.tls import Authority, SecureClient


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture(scope="module")
def pair(authority):
    return authority.issue("model.test", "127.0.0.1")


@pytest.fixture
def secure(start, upstream, pair):
    """A sidecar that speaks TLS."""
    return start(upstream, {"tls": pair.config})


def handshake_failures(sidecar, cause, count=1):
    sidecar.wait_metric("outrider_tls_handshake_failures_total", count, side="downstream",
                        cause=cause)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions_are_spoken(secure, authority, version, upstream):
    context = authority.client(minimum_version=version, maximum_version=version)
    with SecureClient(secure.address, context) as client:
        assert client.ask("POST", "/a", body=b"x" * 1000).status == 200
        assert client.ask("GET", "/b").text == "ok"
        assert client.sock.version() == {"TLSv1_2": "TLSv1.2", "TLSv1_3": "TLSv1.3"}[version.name]
    seen = upstream.at("/a")[0]
    assert seen.fields.get("x-forwarded-proto") == "https"
    assert "proto=https" in seen.fields.get("forwarded")
    assert seen.body.length == 1000


def test_a_target_of_https_is_at_home_here(secure, authority):
    with SecureClient(secure.address, authority.client()) as client:
        assert client.ask("GET", "https://model.test/a").status == 200


def test_older_versions_are_refused(secure, authority):
    context = authority.client()
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        SecureClient(secure.address, context)
    handshake_failures(secure, "version")


@pytest.mark.parametrize("protocol,offered,chosen", [
    ("auto", ["h2", "http/1.1"], "h2"), ("auto", ["http/1.1"], "http/1.1"), ("auto", [], None),
    ("http1", ["h2", "http/1.1"], "http/1.1"), ("h2c", ["h2", "http/1.1"], "h2"),
])
def test_alpn_goes_by_what_the_listener_speaks(start, upstream, authority, pair, protocol, offered,
                                               chosen):
    listen = [{"address": "127.0.0.1:0", "protocol": protocol}]
    sidecar = start(upstream, {"tls": pair.config, "listen": listen})
    with SecureClient(sidecar.address, authority.client(alpn=offered)) as client:
        assert client.sock.selected_alpn_protocol() == chosen


def test_http2_is_spoken_where_it_was_agreed_on(secure, authority, upstream, tmp_path):
    for version, shown in (("--http2", "2"), ("--http1.1", "1.1")):
        done = subprocess.run(
            ["curl", "-s", "--cacert", authority.file, version, "--data-binary", "x" * 50_000,
             "-o", tmp_path / "body", "-w", "%{http_version} %{http_code}",
             f"https://{secure.address}/a"], capture_output=True, text=True, timeout=20)
        assert done.stdout == f"{shown} 200", done.stderr
    assert [request.body.length for request in upstream.at("/a")] == [50_000, 50_000]


def test_no_protocol_in_common_is_told_by_an_alert(start, upstream, authority, pair):
    sidecar = start(upstream, {
        "tls": pair.config, "listen": [{"address": "127.0.0.1:0", "protocol": "http1"}]})
    with pytest.raises(ssl.SSLError, match="(?i)no.application.protocol"):
        SecureClient(sidecar.address, authority.client(alpn=["h2"]))
    handshake_failures(sidecar, "no_protocol")


def test_the_name_that_is_asked_for_chooses_the_certificate(start, upstream, authority, pair):
    other = authority.issue("*.other.test")
    sidecar = start(upstream, {"tls": [pair.config, other.config]})
    for name, shown in (("model.test", "model.test"), ("a.other.test", "*.other.test")):
        with SecureClient(sidecar.address, authority.client(), name) as client:
            assert ("DNS", shown) in client.sock.getpeercert()["subjectAltName"]
            assert client.ask().status == 200
    with pytest.raises(ssl.SSLCertVerificationError):
        SecureClient(sidecar.address, authority.client(), "b.a.other.test")
    # Its alert may be overtaken by its reset.
    sidecar.wait_metric("outrider_tls_handshake_failures_total", 1, side="downstream")


def test_clients_show_certificates_where_they_must(start, upstream, authority, pair):
    tls = {**pair.config, "clientCA": authority.file, "requireClientCert": True}
    sidecar = start(upstream, {"tls": tls})
    good = authority.issue("spiffe://mesh/ns/a")
    with SecureClient(sidecar.address, authority.client(good)) as client:
        assert client.ask().status == 200

    def fails(context, cause):
        # In TLS 1.3 a client learns of it when it reads.
        with pytest.raises(OSError):
            with SecureClient(sidecar.address, context) as client:
                client.request()
                if not client.reader.fill():
                    raise ConnectionResetError
        handshake_failures(sidecar, cause)

    fails(authority.client(), "certificate_missing")
    fails(authority.client(Authority("stranger").issue("x.test")), "certificate_untrusted")
    fails(authority.client(authority.issue("x.test", days=-1)), "certificate_expired")
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_sessions_are_resumed_by_any_worker(start, upstream, authority, pair, version):
    sidecar = start(upstream, {"tls": pair.config, "workers": 2})
    context = authority.client(minimum_version=version, maximum_version=version)
    session = None
    for turn in range(8):
        with SecureClient(sidecar.address, context, session=session) as client:
            assert client.ask().status == 200
            assert client.sock.session_reused == (turn > 0)
            session = client.sock.session
    sidecar.wait_metric("outrider_tls_handshakes_total", 7, side="downstream", resumed="yes")


def test_plain_http_to_a_tls_port_is_told_so(secure):
    with Client(secure.address) as client:
        answer = client.ask("GET", "/")
        assert answer.status == 400
        assert "https" in answer.text
        assert client.is_closed()
    handshake_failures(secure, "plain_http")


@pytest.mark.parametrize("garbage", [b"SSH-2.0-OpenSSH_9.2\r\n", bytes(200), b"\x16\x03\x01\xff\xff"])
def test_garbage_in_place_of_a_hello_ends_the_connection(secure, garbage):
    with Client(secure.address) as client:
        client.send(garbage)
        client.rest()
    handshake_failures(secure, "not_tls")


def test_a_slow_handshake_is_cut_off(start, upstream, pair):
    sidecar = start(upstream, {"tls": pair.config, "timeouts": {"header": "500ms"}})
    with Client(sidecar.address) as client, Client(sidecar.address) as silent:
        begun = time.monotonic()
        client.send(b"\x16\x03\x01\x02\x00\x01")
        assert client.is_closed(5)
        assert 0.4 < time.monotonic() - begun < 3
        assert silent.is_closed(5)
    handshake_failures(sidecar, "timeout")


def test_a_client_that_trickles_its_hello_is_served(secure, authority):
    """Byte by byte, through a socket that cuts what goes in."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = authority.client().wrap_bio(incoming, outgoing, server_hostname="model.test")
    with Client(secure.address) as client:
        def push():
            client.trickle(outgoing.read(), gap=0.0002)

        def pump(action):
            while True:
                try:
                    value = action()
                    push()
                    return value
                except ssl.SSLWantReadError:
                    push()
                    incoming.write(client.sock.recv(7))
        pump(tls.do_handshake)
        pump(lambda: tls.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
        answer = b""
        while not answer.endswith(b"ok"):
            answer += pump(lambda: tls.read(100))
        assert answer.startswith(b"HTTP/1.1 200")


def test_large_bodies_pass_both_ways(secure, authority, upstream):
    from harness.upstream import echo, flood
    upstream.on("/echo", echo).on("/flood", flood(50 << 20))
    body = bytes(range(256)) * 3_000
    with SecureClient(secure.address, authority.client()) as client:
        assert client.ask("POST", "/echo", body=body).body.data == body
        assert client.ask("GET", "/flood").body.length == 50 << 20
        big = client.ask("POST", "/drop", body=bytes(20 << 20))
        assert big.status == 200
    assert upstream.at("/drop")[0].body.length == 20 << 20
    until(lambda: secure.metrics().total("outrider_buffer_bytes") == 0, 5, "all given back")


def test_a_client_that_takes_nothing_holds_the_model_up(secure, authority, upstream):
    from harness.upstream import flood
    upstream.on("/flood", flood(64 << 20))
    with SecureClient(secure.address, authority.client()) as client:
        client.request("GET", "/flood")
        until(lambda: getattr(upstream.requests[0], "streamed", 0) > 0 if upstream.requests else 0)
        time.sleep(0.5)
        assert upstream.requests[0].streamed < 32 << 20
        assert secure.metrics().total("outrider_buffer_bytes") < 1 << 20
        assert client.response().body.length == 64 << 20


def test_events_leave_when_they_come(secure, authority, upstream):
    from harness.upstream import events
    upstream.on("/events", events(5, gap=0.1))
    with SecureClient(secure.address, authority.client()) as client:
        client.request("GET", "/events")
        answer = client.response()
    assert len(answer.arrivals) == 6
    assert answer.arrivals[4] - answer.arrivals[0] > 0.3


def test_an_end_is_said_and_an_accident_is_not(start, authority, pair, upstream):
    """A body that only the end of the connection ends must not look whole when it is cut."""
    from harness.upstream import raw
    upstream.on("/whole", raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nwhole"))
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
    upstream.on("/cut", raw(chunked, "reset"))
    sidecar = start(upstream, {"tls": pair.config})
    context = authority.client()
    with SecureClient(sidecar.address, context) as client:
        client.send(b"GET /whole HTTP/1.0\r\n\r\n")
        assert client.response().text == "whole"
    with SecureClient(sidecar.address, context) as client:
        client.send(b"GET /cut HTTP/1.0\r\n\r\n")
        assert client.response().was_cut


def test_half_a_hello_and_an_end_are_counted_but_a_probe_is_not(secure):
    Client(secure.address).close()
    with Client(secure.address) as client:
        client.send(b"\x16\x03\x01\x02\x00\x01").half_close()
        client.rest()
    handshake_failures(secure, "cut_short")
    assert secure.metrics().total("outrider_tls_handshake_failures_total") == 1


def test_certificates_are_taken_on_while_connections_go_on(start, upstream, authority):
    pair = authority.issue("model.test")
    sidecar = start(upstream, {"tls": pair.config})
    with SecureClient(sidecar.address, authority.client()) as old:
        assert old.ask().status == 200
        shown = old.sock.getpeercert()["serialNumber"]
        authority.issue("model.test").write(pair.cert_file, pair.key_file)

        def other():
            with SecureClient(sidecar.address, authority.client()) as fresh:
                return fresh.sock.getpeercert()["serialNumber"] != shown
        until(other, 10, "the new certificate", every=0.1)
        assert old.ask().status == 200


def test_a_key_that_does_not_fit_changes_nothing(start, upstream, authority):
    pair = authority.issue("model.test")
    sidecar = start(upstream, {"tls": pair.config})
    stranger = authority.issue("model.test")
    pair.key_file.write_bytes(stranger.key_pem)
    sidecar.says("is not that of the certificate")
    with SecureClient(sidecar.address, authority.client()) as client:
        assert client.ask().status == 200
    pair.cert_file.write_bytes(stranger.cert_pem)
    sidecar.says("reloaded, generation 2")


def test_over_the_limit_of_connections_nothing_is_said_in_plain(start, upstream, authority, pair):
    sidecar = start(upstream, {"tls": pair.config, "limits": {"connections": 1}})
    with SecureClient(sidecar.address, authority.client()) as client:
        assert client.ask().status == 200
        with Client(sidecar.address) as refused:
            assert refused.is_closed()


def test_a_listener_without_tls_stands_beside_one_with(start, upstream, authority, pair):
    sidecar = start(upstream, {
        "tls": pair.config,
        "listen": ["127.0.0.1:0", {"address": "127.0.0.2:0", "tls": None}]})
    until(lambda: len(sidecar.listeners) == 2)
    with SecureClient(sidecar.listeners[0], authority.client()) as client:
        assert client.ask().status == 200
    with Client(sidecar.listeners[1]) as client:
        assert client.ask().status == 200


def test_bytes_behind_the_end_are_nothing_to_anybody(secure, authority):
    """A client that has said that it is through, and then goes on."""
    with SecureClient(secure.address, authority.client()) as client:
        assert client.ask().status == 200
        plain = client.sock.unwrap()
        plain.settimeout(5)
        try:
            plain.sendall(b"\x17\x03\x03\x00\x05hello")
            while plain.recv(1024):
                pass
        except OSError:
            pass
    with SecureClient(secure.address, authority.client()) as client:
        assert client.ask().status == 200


def test_the_system_has_no_say_in_what_is_offered(tmp_path, pair):
    """OpenSSL's own configuration file could take every algorithm away."""
    theirs, ours = tmp_path / "openssl.cnf", tmp_path / "sidecar.json5"
    theirs.write_text("openssl_conf = a\n[a]\nproviders = b\n[b]\nnull = c\n[c]\nactivate = 1\n")
    ours.write_text(json.dumps({"tls": pair.config, "upstream": {"endpoints": ["127.0.0.1:1"]}}))
    checked = run("check", "--config", ours, env={"OPENSSL_CONF": str(theirs)})
    assert checked.returncode == 0, checked.stderr
