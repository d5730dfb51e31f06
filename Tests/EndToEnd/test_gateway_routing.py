"""Which requests go where: hosts, paths, models, versions, splits, what is rewritten."""

import collections
import json

import pytest

from harness import Client, Upstream, bearer, until
from harness.gateway import open_to_all, service
from harness.refusals import is_made_here
from harness.upstream import answer


@pytest.fixture
def named():
    """Upstreams by name; each answers its name."""
    running = {}

    def get(name: str) -> Upstream:
        if name not in running:
            running[name] = Upstream()
            running[name].default = answer(body=name.encode())
        return running[name]
    yield get
    for name, one in running.items():
        one.stop()
        assert one.violations == [], name


def routed(named, *routes, **services) -> dict:
    """A configuration whose services are the ones that the routes name."""
    names = {route["service"] for route in routes} | set(services)
    return open_to_all({name: services.get(name) or service(named(name)) for name in names},
                       list(routes))


def to(name: str, **match) -> dict:
    return {"name": f"to-{name}", "match": match, "service": name}


def where(gate, target="/", host="any.test", method="GET", fields=(), body=None) -> str:
    got = gate.ask(method, target, [("Host", host), *fields], body)
    return got.text if got.status == 200 else str(got.status)


def seen(upstream) -> str:
    return upstream.requests[-1].target


# Hosts and paths -------------------------------------------------------------------------------


def test_the_most_specific_host_wins(gateway, named):
    gate = gateway(routed(
        named, to("any", path="/**"), to("wide", host="*.test"), to("narrow", host="*.b.test"),
        to("exact", host="a.b.test")))
    for host, expected in {
            "a.b.test": "exact", "A.B.Test": "exact", "a.b.test:8080": "exact", "a.b.test.": "exact",
            "x.b.test": "narrow", "y.x.b.test": "narrow", "b.test": "wide", "c.test": "wide",
            "test": "any", "a.b.test.evil": "any", "xa.b.test": "narrow", "127.0.0.1": "any",
            "[::1]:80": "any"}.items():
        assert where(gate, host=host) == expected, host


def test_the_most_specific_path_wins_and_order_only_then(gateway, named):
    gate = gateway(routed(
        named, to("all", path="/**"), to("deep", path="/a/b/**"), to("shallow", path="/a/**"),
        to("one", path="/a/*/c"), to("exact", path="/a/b/c"),
        to("posted", path="/same", methods=["POST"]), to("first", path="/same"),
        to("second", path="/same")))
    for target, expected in {
            "/": "all", "/x": "all", "/a": "shallow", "/a/": "shallow", "/a/x": "shallow",
            "/ab": "all", "/a/b": "deep", "/a/b/d": "deep", "/a/b/c": "exact", "/a/b/c?q=1": "exact",
            "/a/b/c/": "deep", "/a/z/c": "one", "/A/b/c": "all", "/same": "first"}.items():
        assert where(gate, target) == expected, target
    assert where(gate, "/same", method="POST", body=b"") == "posted"


def test_conditions_on_headers_and_query_narrow_a_route(gateway, named):
    gate = gateway(routed(
        named, to("plain", path="/x"), to("blue", path="/x", headers={"X-Color": "blue*"}),
        to("there", path="/x", query={"debug": "*"})))
    assert where(gate, "/x") == "plain"
    assert where(gate, "/x", fields=[("x-color", "blue-ish")]) == "blue"
    assert where(gate, "/x", fields=[("x-color", "red")]) == "plain"
    assert where(gate, "/x?debug=1") == where(gate, "/x?a=b&debug=") == "there"
    assert where(gate, "/x?debugger=1") == "plain"


def test_no_route_is_404_and_goes_nowhere(gateway, named):
    gate = gateway(routed(named, to("a", path="/a", methods=["POST"])))
    for method, target in (("GET", "/a"), ("POST", "/b"), ("POST", "/a/b")):
        got = gate.ask(method, target, body=b"" if method == "POST" else None)
        is_made_here(got, "no_route", 404, "no", by="gateway")
    assert named("a").requests == []


REFUSED = ["/a/../b", "/a/..", "/a/./b", "/a/%2e%2e/b", "/a/%2E./b", "/a/.%2e/b", "/%2e%2e/b",
           "/a//b", "//b", "/a\\b", "/a/..\\b", "/a%5Cb", "/a%00", "/a%0", "/a%zz", "/a%",
           "/a/..%2fb", "/a/..;/b", "/a/%2e%2e%2fb"]


@pytest.mark.parametrize("target", REFUSED)
def test_a_path_that_two_could_read_differently_is_400(shared, target):
    gate, named = shared
    before = len(named("all").requests)
    got = gate.ask("GET", target)
    is_made_here(got, "malformed_request", 400, "no", by="gateway")
    assert len(named("all").requests) == before


@pytest.fixture
def shared(gateway, named):
    return gateway(routed(named, to("all", path="/**"))), named


def test_what_is_matched_is_what_is_forwarded(gateway, named):
    gate = gateway(routed(named, to("all", path="/**"), to("admin", path="/admin/**")))
    for sent, forwarded, expected in [
            ("/%61dmin/x", "/admin/x", "admin"), ("/%41dmin/x", "/Admin/x", "all"),
            ("/admin%2fx", "/admin%2Fx", "all"), ("/admin/%2f", "/admin/%2F", "admin"),
            ("/a%7eb", "/a~b", "all"), ("/a%c3%a9", "/a%C3%A9", "all"),
            ("/admin?%61=%2e%2e/", "/admin?%61=%2e%2e/", "admin"), ("/a;b/c", "/a;b/c", "all"),
            ("/...", "/...", "all"), ("/.well-known/x", "/.well-known/x", "all")]:
        assert where(gate, sent) == expected, sent
        assert seen(named(expected)) == forwarded, sent


def test_absolute_targets_are_routed_by_their_own_host(gateway, named):
    gate = gateway(routed(named, to("all", path="/**"), to("exact", host="a.test")))
    with Client(gate.address) as client:
        client.send("GET http://a.test/x HTTP/1.1\r\nHost: a.test\r\n\r\n")
        assert client.response().text == "exact"
    assert named("exact").requests[-1].target == "/x"


# Models ----------------------------------------------------------------------------------------


@pytest.fixture
def by_model(gateway, named):
    chat = "/v1/chat/completions"
    return gateway(routed(named, to("llama", path=chat, model="llama-*"),
                          to("gpt", path=chat, model="gpt-4"), to("rest", path=chat)))


def chat(gate, body: bytes, fields=()) -> str:
    return where(gate, "/v1/chat/completions", method="POST", body=body,
                 fields=[("Content-Type", "application/json"), *fields])


def test_the_model_in_the_body_chooses_the_route(by_model, named):
    padding = json.dumps("x" * 30_000)
    for body, expected in [
            (b'{"model":"llama-3"}', "llama"), (b'{"model":"gpt-4"}', "gpt"),
            (b'{"model":"gpt-4o"}', "rest"), (b'{"messages":[{"model":"gpt-4"}]}', "rest"),
            (b'{"model":5}', "rest"), (b"not json", "rest"), (b"", "rest"), (b"[]", "rest"),
            (b'{ "a": [1,{"model":"gpt-4"}] , "model" : "llama-\\u0033" }', "llama"),
            (b'{"pad":%s,"model":"gpt-4"}' % padding.encode(), "gpt"),
            (b'{"model":"gpt-4","model":"llama-3"}', "400"),
            (b'{"model":"gpt-4","m\\u006fdel":"llama-3"}', "400")]:
        assert chat(by_model, body) == expected, body[:60]
        if expected != "400":
            assert named(expected).requests[-1].body.data == body


def test_beyond_64_kib_no_model_is_found_and_the_body_passes_whole(by_model, named):
    body = b'{"pad":"' + b"x" * 200_000 + b'","model":"gpt-4"}'
    assert chat(by_model, body) == "rest"
    assert named("rest").requests[-1].body.data == body


def test_a_body_in_small_pieces_is_looked_at_as_it_comes(by_model, named):
    body = b'{"stream":true,"model":"llama-3","messages":[]}'
    with Client(by_model.address) as client:
        client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n")
        for index in range(len(body)):
            client.send(b"1\r\n" + body[index:index + 1] + b"\r\n")
        client.send(b"0\r\n\r\n")
        assert client.response("POST").text == "llama"
    assert named("llama").requests[-1].body.data == body


# Rewrites and headers --------------------------------------------------------------------------


def test_paths_are_rewritten_and_queries_kept(gateway, named):
    gate = gateway(routed(
        named, to("plain", path="/v1/sentiment/**") | {"rewrite": "/predict"},
        to("deep", path="/api/**") | {"rewrite": "/internal/**"},
        to("strip", path="/strip/**") | {"rewrite": "/**"}))
    for name, sent, forwarded in [
            ("plain", "/v1/sentiment/x/y?a=1", "/predict?a=1"), ("plain", "/v1/sentiment", "/predict"),
            ("deep", "/api/a/b?c", "/internal/a/b?c"), ("deep", "/api/a%2fb", "/internal/a%2Fb"),
            ("strip", "/strip/a", "/a")]:
        assert where(gate, sent) == name, sent
        assert seen(named(name)) == forwarded, sent
    for sent in ("/api", "/api/", "/strip"):
        assert where(gate, sent) in ("deep", "strip")
    assert {one.target for one in named("strip").requests} == {"/a", "/"}


def test_headers_are_removed_set_and_added(gateway, named):
    route = to("echo", path="/**") | {
        "requestHeaders": {"remove": ["X-Secret"], "set": {"X-Env": "test"},
                           "add": {"X-Tag": "gateway"}},
        "responseHeaders": {"remove": ["X-Engine"], "set": {"X-Served-By": "outrider"}}}
    gate = gateway(routed(named, route))
    named("echo").on("/h", answer(fields=[("X-Engine", "llama.cpp"), ("X-Served-By", "model")]))
    got = gate.ask("GET", "/h", [("x-secret", "1"), ("x-env", "a"), ("X-Env", "b"), ("x-tag", "c")])
    fields = named("echo").requests[-1].fields
    assert fields.all("x-secret") == [] and fields.all("x-env") == ["test"]
    assert fields.all("x-tag") == ["c", "gateway"]
    assert got.fields.all("x-engine") == [] and got.fields.all("x-served-by") == ["outrider"]


def test_a_credential_is_kept_only_where_the_route_says_so(gateway, named, keys):
    text = keys.add("app")
    gate = gateway({"auth": keys.auth, "services": {"a": service(named("a"))},
                    "routes": [to("a", path="/drop"),
                               to("a", path="/keep") | {"name": "keep", "keepCredential": True}]})
    assert where(gate, "/drop", fields=bearer(text)) == where(gate, "/keep", fields=bearer(text)) == "a"
    dropped, kept = named("a").requests
    assert "authorization" not in dropped.fields
    assert kept.fields.get("authorization") == f"Bearer {text}"


def test_a_caller_segment_is_a_condition(gateway, named, keys):
    gold, free = keys.add("g", tenant="acme", tier="gold"), keys.add("f", tenant="other")
    gate = gateway({"auth": keys.auth,
                    "services": {name: service(named(name)) for name in ("new", "old")},
                    "routes": [to("old", path="/**"),
                               to("new", path="/**", tenant=["ac*"], tier="gold")]})
    assert where(gate, fields=bearer(gold)) == "new"
    assert where(gate, fields=bearer(free)) == "old"


# Versions --------------------------------------------------------------------------------------


def versions(named, *numbers, **more) -> dict:
    return {"versions": {number: {"endpoints": [named(number).address]} for number in numbers},
            **more}


def test_versions_are_named_by_path_header_query_and_route(gateway, named):
    gate = gateway(open_to_all(
        {"m": versions(named, "1.4.0", "1.4.2", "2.0.0", "2.1.0-rc.1", stable="1.4.0",
                       versionHeader="X-Version", versionQuery="v")},
        [to("m", path="/m"), to("m", path="/by/{version}/x") | {"name": "by-path"},
         to("m", path="/fixed") | {"name": "fixed", "version": "^1.4"}]))
    assert where(gate, "/m") == "1.4.0"
    for asked, expected in {"1.4.2": "1.4.2", "^1.4": "1.4.2", "~1.4.0": "1.4.2", ">=1.0 <3": "2.0.0",
                            "2.x": "2.0.0", "*": "2.0.0", "2.1.0-rc.1": "2.1.0-rc.1",
                            "3": "404", "1.4.9": "404", "abc": "404"}.items():
        assert where(gate, "/m", fields=[("x-version", asked)]) == expected, asked
    assert where(gate, "/m?v=2.0.0") == "2.0.0"
    assert where(gate, "/m?a=1&v=^1.4") == "1.4.2"
    assert where(gate, "/by/2.0.0/x") == "2.0.0"
    assert where(gate, "/by/9.0.0/x") == "404"
    assert where(gate, "/fixed", fields=[("x-version", "2.0.0")]) == "1.4.2"


def test_a_split_is_kept_to_and_blue_green_moves_all(gateway, named):
    two = [to("m", path="/**")]
    gate = gateway(open_to_all({"m": versions(named, "1.0.0", "2.0.0",
                                              split={"1.0.0": 90, "2.0.0": 10})}, two))
    with Client(gate.address) as client:
        met = collections.Counter(client.ask("GET", "/").text for _ in range(600))
    # Five standard deviations of 600 draws at 10 % are 37.
    assert 23 <= met["2.0.0"] <= 97, met
    for stable in ("2.0.0", "1.0.0"):
        gate.reload(open_to_all({"m": versions(named, "1.0.0", "2.0.0", stable=stable)}, two))
        assert {where(gate) for _ in range(30)} == {stable}


def test_the_same_caller_meets_the_same_version_here_and_elsewhere(gateway, named):
    def config(share):
        return open_to_all(
            {"m": versions(named, "1.0.0", "2.0.0", sticky="header:X-User",
                           split={"1.0.0": 100 - share, "2.0.0": share})}, [to("m", path="/**")])

    def met(gate) -> dict:
        with Client(gate.address) as client:
            return {user: client.ask("GET", "/", [("X-User", f"user-{user}")]).text
                    for user in range(300)}
    one, other = gateway(config(20)), gateway(config(20))
    first = met(one)
    assert first == met(one) == met(other)
    assert 25 <= list(first.values()).count("2.0.0") <= 95
    one.reload(config(40))
    second = met(one)
    # Who had the new version keeps it; nobody is moved that need not be.
    assert all(second[user] == "2.0.0" for user in first if first[user] == "2.0.0")
    assert list(second.values()).count("2.0.0") > list(first.values()).count("2.0.0")


def test_another_version_or_service_stands_in_before_the_first_byte(gateway, named):
    small = service(named("small"))
    gate = gateway(open_to_all(
        {"m": versions(named, "1.0.0", "2.0.0", stable="2.0.0", fallback=["@1.0.0", "small"],
                       retry={"attempts": 1}), "small": small}, [to("m", path="/**")]))
    assert where(gate, "/x", method="POST", body=b"{}") == "2.0.0"
    named("2.0.0").kill()
    assert where(gate, "/x", method="POST", body=b"{}") == "1.0.0"
    named("1.0.0").kill()
    assert where(gate, "/x", method="POST", body=b"{}") == "small"
    assert named("small").requests[-1].body.data == b"{}"
    named("small").kill()
    got = gate.ask("POST", "/x", body=b"{}")
    assert got.status in (502, 503) and got.fields.get("x-outrider-processed") == "no"


def test_no_other_stands_in_for_what_a_model_has_begun(gateway, named):
    gate = gateway(open_to_all({"m": service(named("m"), fallback="small"),
                                "small": service(named("small"))}, [to("m", path="/**")]))
    named("m").on("/dies", lambda it: it.reset())
    named("m").on("/fails", answer(500, b"model's own"))
    assert gate.ask("POST", "/dies", body=b"{}").status == 502
    assert gate.ask("POST", "/fails", body=b"{}").text == "model's own"
    assert named("small").requests == []


def test_metrics_and_log_tell_route_service_and_version(gateway, named):
    gate = gateway(open_to_all({"m": versions(named, "1.0.0", "2.0.0", stable="2.0.0")},
                               [to("m", path="/**")]))
    got = gate.ask("GET", "/")
    record = gate.record(got.fields.get("x-request-id"))
    assert "to-m" in json.dumps(record) and "2.0.0" in json.dumps(record)
    until(lambda: "to-m" in gate.metrics().text, 5, "the route is counted")
