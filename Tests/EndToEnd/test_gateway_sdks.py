"""OpenAI's and Anthropic's clients through gateway and sidecar to real models."""

import json
import time

import pytest

from harness import Client, Upstream, bearer, key, until
from harness.client import ask
from harness.gateway import service
from harness.metrics import Metrics
from harness.upstream import Gate, events

pytestmark = [pytest.mark.alone, pytest.mark.models]

openai = pytest.importorskip("openai")
anthropic = pytest.importorskip("anthropic")

SECRET = "the secret that gateway and sidecar share"
ASKED = [{"role": "user", "content": "Name three colours."}]
QUESTION = {"model": "smollm2", "messages": ASKED, "max_tokens": 24, "temperature": 0}
#: The same for Anthropic's client, which knows no temperature.
MESSAGE = {"model": "smollm2", "messages": ASKED, "max_tokens": 24,
           "extra_body": {"temperature": 0}}
ENGINE = {"upstream": {"engine": "llamacpp"}}


def strict(name: str) -> dict:
    """A sidecar that believes this gateway alone."""
    return {"service": name, "identity": {"mode": "require",
                                          "keys": [{"id": "k1", "secret": SECRET}]}}


def config(keys, **services) -> dict:
    """Chat, messages and embeddings by path, each to the service that has it."""
    routes = [
        {"name": "chat", "match": {"path": "/v1/chat/completions", "model": "smollm2"},
         "service": "chat", "scopes": ["chat"]},
        {"name": "messages", "match": {"path": "/v1/messages"}, "service": "chat"},
        {"name": "embeddings", "match": {"path": "/v1/embeddings"}, "service": "embed"}]
    return {"auth": keys.auth, "identity": {"signWith": {"id": "k1", "secret": SECRET}},
            "services": services,
            "routes": [route for route in routes if route["service"] in services]}


@pytest.fixture
def chain(start, gateway, keys, llm):
    """Gateway, sidecar and llama.cpp; the key may chat."""
    text = keys.add("app", tenant="acme", scopes=["chat"])
    sidecar = start(llm, ENGINE | strict("chat"))
    gate = gateway(config(keys, chat=service(sidecar, models=["smollm2"])))
    return gate, text


def openai_client(gate, text, **options):
    return openai.OpenAI(base_url=f"http://{gate.address}/v1", api_key=text, timeout=60,
                         **({"max_retries": 0} | options))


def anthropic_client(gate, text, **options):
    return anthropic.Anthropic(base_url=f"http://{gate.address}", api_key=text, timeout=60,
                               **({"max_retries": 0} | options))


def test_openai_chats_and_streams(chain):
    client = openai_client(*chain)
    whole = client.chat.completions.create(**QUESTION, seed=1).choices[0].message.content
    stream = client.chat.completions.create(**QUESTION, seed=1, stream=True)
    assert whole.strip() == "".join(
        part.choices[0].delta.content or "" for part in stream if part.choices).strip()
    assert [model.id for model in client.models.list().data] == ["smollm2"]


def test_an_answer_through_both_is_the_models_own(chain, llm):
    gate, text = chain
    body = json.dumps(QUESTION | {"seed": 1}).encode()
    kind = [("Content-Type", "application/json")]

    def said(address, fields=()):
        got = ask(address, "POST", "/v1/chat/completions", [*kind, *fields], body, 60)
        assert got.status == 200
        return json.loads(got.text)["choices"]
    said(llm.address)
    assert said(gate.address, bearer(text)) == said(llm.address)


def test_anthropic_chats_and_streams(chain):
    client = anthropic_client(*chain)
    whole = client.messages.create(**MESSAGE)
    assert whole.role == "assistant" and whole.content[0].text.strip()
    with client.messages.stream(**MESSAGE) as stream:
        assert "".join(stream.text_stream).strip() == whole.content[0].text.strip()


def test_openai_embeds(start, gateway, keys, embeddings):
    text = keys.add("app")
    gate = gateway(config(keys, embed=service(start(embeddings, strict("embed")))))
    made = openai_client(gate, text).embeddings.create(model="m", input=["hello", "world"])
    assert [len(one.embedding) for one in made.data] == [384, 384]


def test_openai_knows_our_refusals_for_what_they_are(chain, keys):
    gate, text = chain
    poor = keys.add("poor")
    gate.reload()
    with pytest.raises(openai.AuthenticationError) as raised:
        openai_client(gate, key()).chat.completions.create(**QUESTION)
    assert raised.value.code == "unauthenticated"
    with pytest.raises(openai.PermissionDeniedError) as raised:
        openai_client(gate, poor).chat.completions.create(**QUESTION)
    assert raised.value.code == "forbidden"
    with pytest.raises(openai.NotFoundError) as raised:
        openai_client(gate, text).chat.completions.create(**QUESTION | {"model": "another"})
    assert raised.value.code == "no_route"
    for _ in range(40):
        ask(gate.address, "GET", "/", bearer(key()))
    with pytest.raises(openai.RateLimitError) as raised:
        openai_client(gate, key()).chat.completions.create(**QUESTION)
    assert raised.value.code == "auth_throttled"


def test_anthropic_knows_our_refusals_for_what_they_are(chain):
    gate, _ = chain
    with pytest.raises(anthropic.AuthenticationError) as raised:
        anthropic_client(gate, key()).messages.create(**MESSAGE)
    assert raised.value.body["type"] == "error"
    assert raised.value.body["error"]["type"] == "authentication_error"


def test_a_model_that_is_away_is_told_and_tried_again_by_the_sdks(start, gateway, keys):
    """503 with `x-should-retry`: the second try of the SDK finds the model."""
    text = keys.add("app", scopes=["chat"])
    with Upstream() as model:
        model.on("/v1/chat/completions", lambda it: it.answer(
            200, json.dumps({"id": "x", "object": "chat.completion", "created": 1, "model": "smollm2",
                             "choices": [{"index": 0, "finish_reason": "stop", "message": {
                                 "role": "assistant", "content": "back"}}]}).encode(),
            [("Content-Type", "application/json")]))
        sidecar = start(model, strict("chat") | {"health": {"interval": "100ms"},
                                                 "breaker": {"openFor": "200ms"}})
        gate = gateway(config(keys, chat=service(sidecar, models=["smollm2"])))
        model.stop_listening()
        model.drop_connections()
        with pytest.raises(openai.InternalServerError) as raised:
            openai_client(gate, text).chat.completions.create(**QUESTION)
        assert raised.value.status_code == 503
        client = openai_client(gate, text, max_retries=5)
        until(lambda: sidecar.get("/readyz").status == 503, 5)
        model.listen()
        assert client.chat.completions.create(**QUESTION).choices[0].message.content == "back"
        assert len(model.at("/v1/chat/completions")) == 1


def test_a_stream_that_dies_is_an_error_in_both_sdks(start, gateway, keys):
    text = keys.add("app", scopes=["chat"])
    with Upstream() as model:
        for path in ("/v1/chat/completions", "/v1/messages"):
            model.on(path, events(3, end="reset"))
        sidecar = start(model, strict("chat"))
        gate = gateway(config(keys, chat=service(sidecar)))
        got = ask(gate.address, "POST", "/v1/messages", bearer(text), b'{"stream":true}')
        assert b"event: error" in got.body.data and got.was_cut
        with pytest.raises(Exception) as raised:
            for _ in openai_client(gate, text).chat.completions.create(**QUESTION, stream=True):
                pass
        is_cut = "rotocol" in type(raised.value).__name__
        assert isinstance(raised.value, openai.APIError) or is_cut, raised.value


def test_who_leaves_mid_stream_frees_the_models_slot(chain, llm):
    gate, text = chain

    def busy() -> float:
        shown = Metrics(ask(llm.address, "GET", "/metrics").text)
        return shown.total("llamacpp:requests_processing")
    until(lambda: busy() == 0, 10)
    long = QUESTION | {"max_tokens": 1500, "stream": True, "ignore_eos": True}
    client = Client(gate.address, timeout=30)
    client.request("POST", "/v1/chat/completions",
                   [*bearer(text), ("Content-Type", "application/json")], json.dumps(long).encode())
    assert client.head().status == 200
    client.reader.line()
    assert busy() >= 1
    begun = time.monotonic()
    client.reset()
    until(lambda: busy() == 0, 5, "the slot is free", every=0.02)
    assert time.monotonic() - begun < 1


def test_many_callers_share_the_models_slots(start, gateway, keys):
    """What is too much for the model waits in its sidecar, not in the gateway."""
    text = keys.add("app", scopes=["chat"])
    held = Gate()
    with Upstream() as model:
        model.on("/v1/messages", held)
        sidecar = start(model, strict("chat") | {"admission": {"concurrency": 2, "queue": 4}})
        gate = gateway(config(keys, chat=service(sidecar)))
        clients = [Client(gate.address) for _ in range(8)]
        for client in clients:
            client.request("POST", "/v1/messages", bearer(text), b"{}")
        sidecar.wait_metric("outrider_requests_rejected_total", 2, reason="queue_full")
        until(lambda: held.arrived == 2)
        held.open()
        statuses = sorted(client.response("POST").status for client in clients)
        assert statuses == [200] * 6 + [503] * 2
        [client.close() for client in clients]
