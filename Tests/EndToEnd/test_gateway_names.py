"""Services behind a name: the gateway follows what the name stands for."""

import glob

import pytest

from harness import Client, Upstream, until
from harness.gateway import open_to_all, service
from harness.refusals import is_made_here
from harness.upstream import answer

NAME = "models.svc.test"
ROUTE = {"name": "all", "match": {"path": "/**"}, "service": "echo"}


class Hosts:
    """A hosts file that one process alone sees, in place of the system's and of DNS."""

    def __init__(self, path):
        self.path = path
        self.set()

    def set(self, *addresses, name=NAME):
        fresh = self.path.with_suffix(".new")
        fresh.write_text("".join(f"{address} {name}\n" for address in addresses) or "# nobody\n")
        fresh.replace(self.path)

    @property
    def env(self) -> dict:
        found = glob.glob("/usr/lib/*/libnss_wrapper.so")
        if not found:
            pytest.skip("not installed: libnss-wrapper")
        return {"LD_PRELOAD": found[0], "NSS_WRAPPER_HOSTS": str(self.path)}


@pytest.fixture
def hosts(tmp_path):
    return Hosts(tmp_path / "hosts")


@pytest.fixture
def pair():
    """Two upstreams at two addresses and one port, as replicas behind a name are."""
    with Upstream() as one, Upstream(host="127.0.0.2", port=one.port) as two:
        one.default, two.default = answer(body=b"one"), answer(body=b"two")
        yield one, two


def named(port: int, **more) -> dict:
    return open_to_all({"echo": service(f"dns:{NAME}:{port}", **more)}, [ROUTE])


def endpoints(gate) -> list:
    [version] = gate.status()["services"][0]["versions"]
    return [one["address"] for one in version["endpoints"]]


def who(gate) -> set:
    return {gate.ask().text for _ in range(12)}


def test_every_address_of_a_name_is_used(gateway, hosts, pair):
    one, two = pair
    hosts.set("127.0.0.1", "127.0.0.2")
    gate = gateway(named(one.port), env=hosts.env, wait="live")
    until(lambda: who(gate) == {"one", "two"}, 5, "both answer")
    assert sorted(endpoints(gate)) == [one.address, two.address]


def test_an_address_that_comes_and_one_that_goes_are_followed(gateway, hosts, pair):
    one, two = pair
    hosts.set("127.0.0.1")
    gate = gateway(named(one.port), env=hosts.env, wait="live")
    assert who(gate) == {"one"}
    hosts.set("127.0.0.1", "127.0.0.2")
    until(lambda: who(gate) == {"one", "two"}, 10, "the new one answers, too")
    hosts.set("127.0.0.2")
    until(lambda: endpoints(gate) == [two.address], 10, "the old one is gone")
    one.kill()
    assert who(gate) == {"two"}
    # Only who configures makes a generation.
    assert gate.status()["config"]["generation"] == 1
    assert one.address not in gate.get("/metrics").text


def test_a_connection_that_stands_outlives_the_change(gateway, hosts, pair):
    one, two = pair
    hosts.set("127.0.0.1")
    gate = gateway(named(one.port), env=hosts.env, wait="live")
    with Client(gate.address) as client:
        assert client.request("GET", "/").response().text == "one"
        hosts.set("127.0.0.2")
        until(lambda: endpoints(gate) == [two.address], 10, "the change is seen")
        assert client.request("GET", "/").response().text == "two"


def test_a_name_that_is_lost_keeps_its_addresses(gateway, hosts, pair):
    one, _ = pair
    hosts.set("127.0.0.1")
    gate = gateway(named(one.port), env=hosts.env, wait="live")
    assert who(gate) == {"one"}
    hosts.set()
    gate.says(f"{NAME} cannot be looked up", within=15)
    assert who(gate) == {"one"}
    hosts.set("127.0.0.1")
    gate.says(f"{NAME} is looked up again", within=15)
    assert len([line for line in gate.errors if "looked up" in line]) == 2


def test_a_request_waits_for_a_name_at_the_start_but_not_for_long(gateway, hosts, pair):
    one, _ = pair
    gate = gateway(named(one.port), env=hosts.env, wait="live")
    got = gate.ask()
    is_made_here(got, "no_healthy_endpoint", 503, "no", by="gateway")
    hosts.set("127.0.0.1")
    until(lambda: gate.ask().text == "one", 15, "the name is found later")


def test_a_reload_keeps_what_names_stand_for(gateway, hosts, pair):
    one, _ = pair
    hosts.set("127.0.0.1")
    config = named(one.port)
    gate = gateway(config, env=hosts.env, wait="live")
    assert who(gate) == {"one"}
    hosts.set()
    gate.write(gate.config | {"limits": {"uri": "4KiB"}})
    until(lambda: gate.status()["config"]["generation"] == 2, 10, "the reload")
    assert who(gate) == {"one"}
