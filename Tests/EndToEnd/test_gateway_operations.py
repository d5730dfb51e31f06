"""The gateway at work: reloads, rotations, splits and failures under load, and what it never tells."""

import collections
import json
import signal
import threading
import time

from harness import BINARY, Client, Upstream, bearer, key, run, until
from harness.client import ask
from harness.gateway import open_to_all, service
from harness.tokens import Introspection, Issuer
from harness.upstream import Gate, answer, events

ALL = [{"name": "all", "match": {"path": "/**"}, "service": "echo"}]


class Load:
    """Requests from several threads, each on a connection of its own, until it is over."""

    def __init__(self, gate, make, threads=4):
        self.gate, self.make = gate, make
        self.lock = threading.Lock()
        self.count = 0
        self.wrong: list = []
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(threads)]

    def run(self):
        while not self.is_over.is_set():
            with self.lock:
                self.count += 1
                number = self.count
            method, target, fields, body, expected = self.make(number)
            try:
                got = ask(self.gate.address, method, target, fields, body)
                is_right = got.status == expected and not got.was_cut
            except Exception as error:
                got, is_right = error, False
            if not is_right:
                with self.lock:
                    self.wrong.append((method, target, got))

    def __enter__(self):
        [thread.start() for thread in self.threads]
        return self

    def __exit__(self, *_):
        self.is_over.set()
        [thread.join(20) for thread in self.threads]

    def advance(self, by: int):
        """Waits until so many more requests have begun."""
        goal = self.count + by
        until(lambda: self.count >= goal, 20, f"{by} more requests")


def test_reloads_under_load_fail_no_good_request(gateway, upstream, second, keys):
    text = keys.add("app")
    def config(model):
        return {"auth": keys.auth, "services": {"echo": service(model)}, "routes": ALL}
    gate = gateway(config(upstream))
    with Load(gate, lambda n: ("POST", "/", bearer(text), b"{}", 200)) as load:
        for turn in range(10):
            gate.reload(config(second if turn % 2 == 0 else upstream))
            load.advance(20)
    assert load.wrong == []
    assert upstream.requests and second.requests


def test_requests_in_flight_end_with_the_configuration_they_began_with(gateway, upstream, second):
    held = Gate()
    upstream.on("/held", held)
    gate = gateway(open_to_all({"echo": service(upstream)}, ALL))
    with Client(gate.address) as client:
        client.request("GET", "/held")
        until(lambda: held.arrived, 5)
        gate.reload(open_to_all({"echo": service(second)}, ALL))
        assert gate.ask("GET", "/new").status == 200
        held.open()
        assert client.response().text == "ok"
    assert [one.path for one in second.requests] == ["/new"]


def test_a_bad_configuration_changes_nothing_and_is_shown(gateway, upstream):
    good = open_to_all({"echo": service(upstream)}, ALL)
    gate = gateway(good)
    gate.reload(good | {"routes": [{"match": {"path": "/**"}, "service": "ecko"}]}, result="failure")
    assert gate.ask("GET", "/").status == 200
    assert "ecko" in gate.get("/status").text


def test_keys_rotate_under_load_without_a_failed_request(gateway, upstream, keys):
    """The new key beside the old, callers change over, then the old one goes."""
    current = [keys.add("app")]
    gate = gateway({"auth": keys.auth, "services": {"echo": service(upstream)}, "routes": ALL})
    with Load(gate, lambda n: ("POST", "/", bearer(current[0]), b"{}", 200)) as load:
        for _ in range(4):
            old, fresh = current[0], keys.rotate("app")
            gate.reload()
            current[0] = fresh
            # Whoever had begun with the old one has ended.
            load.advance(20)
            keys.forget("app", 0)
            gate.reload()
            assert gate.ask("GET", "/", bearer(old)).status == 401
    assert load.wrong == [] and load.count > 80


def test_a_changed_key_file_is_noticed(gateway, upstream, keys):
    keys.add("first")
    gate = gateway({"auth": keys.auth, "services": {"echo": service(upstream)}, "routes": ALL})
    text = keys.add("second")
    until(lambda: gate.ask("GET", "/", bearer(text)).status == 200, 10, "noticed", every=0.3)


def test_a_canary_is_rolled_back_and_is_met_no_more(gateway, upstream, second):
    """5 % meet the new version; it fails; after the reload nobody does."""
    second.default = answer(500, b"broken")

    def config(**split):
        return open_to_all({"echo": {"versions": {
            "1.0.0": {"endpoints": [upstream.address]}, "1.1.0": {"endpoints": [second.address]}},
            "retry": {"attempts": 1}, **split}}, ALL)
    gate = gateway(config(split={"1.0.0": 95, "1.1.0": 5}))
    with Load(gate, lambda n: ("POST", "/", (), b"{}", 200)) as load:
        until(lambda: len(second.requests) >= 5, 20, "some meet the new version")
        gate.reload(config(stable="1.0.0"))
        load.advance(8)
        failed, met = len(load.wrong), len(second.requests)
        load.advance(200)
    assert len(load.wrong) == failed and len(second.requests) == met
    assert all(getattr(got, "text", "") == "broken" for _, _, got in load.wrong)
    assert met < len(upstream.requests) / 4


def test_a_drain_ends_what_runs_and_begins_nothing(gateway, upstream):
    held = Gate()
    upstream.on("/held", held)
    upstream.on("/stream", events(20, gap=0.05))
    gate = gateway(open_to_all({"echo": service(upstream)}, ALL))
    with Client(gate.address) as running, Client(gate.address) as streaming:
        running.request("POST", "/held", body=b"{}")
        streaming.request("GET", "/stream")
        assert streaming.head().status == 200
        until(lambda: held.arrived, 5)
        gate.signal(signal.SIGTERM)
        until(lambda: gate.get("/readyz").status == 503, 5, "not ready any more")
        try:
            assert gate.ask("POST", "/", body=b"{}").status == 503
        except OSError:
            pass
        held.open()
        assert running.response("POST").text == "ok"
        assert b"[DONE]" in streaming.rest()
    assert gate.wait_exit() == 0
    assert sorted(one.path for one in upstream.requests) == ["/held", "/stream"]


def three(start, config=None):
    """Three models, each with its sidecar; a model answers the id that it executes."""
    models = [Upstream() for _ in range(3)]
    for model in models:
        model.default = lambda it: (time.sleep(0.005), it.answer(200, it.request.body.data))
    return models, [start(model, config) for model in models]


def mixed(number: int):
    """GETs, and POSTs that tell one from another."""
    if number % 2:
        return "GET", f"/get/{number}", (), None, 200
    return "POST", f"/post/{number}", (), str(number).encode(), 200


def executed(models) -> collections.Counter:
    return collections.Counter(
        one.path for model in models for one in list(model.requests) if one.method == "POST")


def test_stopping_one_of_three_sidecars_fails_nothing(start, gateway):
    """Told to stop: what runs ends there, what is new goes elsewhere."""
    models, sidecars = three(start, {"drain": {"delay": "0s", "timeout": "5s"}})
    gate = gateway(open_to_all({"echo": service(*sidecars)}, ALL))
    with Load(gate, mixed, threads=6) as load:
        load.advance(100)
        assert sidecars[1].stop() == 0
        load.advance(300)
    assert [one for one in load.wrong if one[0] == "GET"] == []
    assert [one for one in load.wrong if one[0] == "POST"] == []
    assert max(executed(models).values()) == 1
    assert all(model.requests for model in models)
    [model.stop() for model in models]


def test_killing_one_of_three_sidecars_executes_nothing_twice(start, gateway):
    """Without a word: what can be repeated is, what cannot is told to the caller."""
    models, sidecars = three(start)
    # All threads may have been there, and the budget's floor is meant for fewer.
    budget = {"retry": {"budget": {"floor": 6}}}
    gate = gateway(open_to_all({"echo": service(*sidecars) | budget}, ALL))
    with Load(gate, mixed, threads=6) as load:
        load.advance(100)
        sidecars[1].kill()
        load.advance(300)
    assert [one for one in load.wrong if one[0] == "GET"] == []
    # At most one for each thread was under way there.
    assert len(load.wrong) <= 6, load.wrong
    assert max(executed(models).values()) == 1
    [model.stop() for model in models]


def test_a_replica_that_comes_back_is_used_again(gateway, upstream, second):
    gate = gateway(open_to_all({"echo": service(upstream, second) | {
        "breaker": {"openFor": "200ms", "rampUp": "0s"}, "health": {"interval": "100ms"}}}, ALL))
    second.kill()
    with Load(gate, lambda n: ("GET", "/", (), None, 200), threads=2) as load:
        load.advance(60)
        second.listen()
        before = len(second.requests)
        until(lambda: len(second.requests) > before, 10, "it is used again")
    assert load.wrong == []


# What is never told ----------------------------------------------------------------------------

ADMIN_TOKEN = "admin-token-that-nobody-may-read-0123456789"
IDENTITY = "identity-secret-that-nobody-may-read-0123456789"
SHARED = "jwt-secret-that-nobody-may-read-0123456789"


def test_secrets_appear_nowhere(gateway, upstream, second, keys):
    text, revoked = keys.add("app", tenant="acme"), keys.add("gone", state="revoked")
    wrong = key()
    issuer = Issuer().add("k", "ES256")
    server = Introspection(second)
    server.known["opaque-token-0123456789"] = {"sub": "bob"}
    config = {
        "auth": {**keys.auth, "introspection": server.settings(), "jwt": [
            issuer.settings(issuer.serve(second)),
            {"issuer": "https://shared.test", "audience": "models", "secret": SHARED}]},
        "identity": {"signWith": {"id": "k1", "secret": IDENTITY}}, "adminToken": ADMIN_TOKEN,
        "services": {"echo": service(upstream)}, "routes": ALL}
    gate = gateway(config)
    token, spoiled = issuer.token(), issuer.token(aud="others")
    shown = [text, revoked, wrong, token, spoiled, "opaque-token-0123456789", "opaque-wrong-987654"]
    answers = []
    for one in shown:
        for fields in (bearer(one), [("x-api-key", one)]):
            answers.append(gate.ask("POST", "/x", fields, b"{}"))
    # Query and path are the caller's own words; credentials do not belong there, and are none.
    assert gate.ask("GET", "/x?api_key=" + wrong).status == 401
    gate.post("/reload", [("Authorization", f"Bearer {ADMIN_TOKEN}x")])
    gate.reload()
    gate.reload(config | {"routes": [{"match": {"path": "/**"}, "service": "nowhere"}]},
                result="failure")
    identities = [value for one in upstream.requests
                  for value in one.fields.all("x-outrider-identity")]
    secrets = [*shown, ADMIN_TOKEN, IDENTITY, SHARED, "introspection-secret-0123", *identities[:3]]
    places = {path: gate.get(path).raw.decode("latin-1")
              for path in ("/metrics", "/config", "/requests", "/status", "/readyz?verbose", "/")}
    for entry in json.loads(gate.get("/requests").text).get("requests", [])[:5]:
        path = f"/requests/{entry.get('id') or entry.get('request_id')}"
        places[path] = gate.get(path).raw.decode("latin-1")
    places["answers"] = "".join(one.raw.decode("latin-1") for one in answers if one.status != 200)
    checked = run("check", "--config", gate.config_file)
    places["check"] = checked.stdout + checked.stderr
    gate.signal(signal.SIGUSR1)
    assert gate.stop() == 0
    places["access log"] = json.dumps(gate.records)
    places["standard error"] = "\n".join(gate.errors)
    # A token counts as told when its signature is, a key when its random part is.
    parts = {one: one.rsplit(".", 1)[-1][4:] if one.count(".") == 2 or one.startswith("ork_") else one
             for one in secrets}
    told = [(place, one[:12]) for place, content in places.items()
            for one, part in parts.items() if part in content]
    assert told == []
    assert len(gate.records) >= len(answers) and "acme" in places["access log"]


def test_secrets_are_not_in_the_arguments_or_the_environment_either(gateway, upstream):
    from pathlib import Path
    gate = gateway(open_to_all({"echo": service(upstream)}, ALL, identity={
        "signWith": {"id": "k1", "secret": {"env": "TEST_IDENTITY"}}}),
        env={"TEST_IDENTITY": IDENTITY})
    assert gate.ask("GET", "/").status == 200
    assert IDENTITY not in Path(f"/proc/{gate.pid}/cmdline").read_text()
    assert IDENTITY not in gate.get("/config").text
    assert BINARY in Path(f"/proc/{gate.pid}/cmdline").read_text()
