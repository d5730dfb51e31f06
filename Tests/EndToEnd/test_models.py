"""Real model services behind the sidecar: llama.cpp, a sentiment service, embeddings."""

import json
import threading
import time

import pytest

from harness import Client, until
from harness.client import ask
from harness.metrics import Metrics

pytestmark = [pytest.mark.alone, pytest.mark.models]

QUESTION = {"model": "smollm2", "temperature": 0, "seed": 1, "max_tokens": 24,
            "messages": [{"role": "user", "content": "Name three colours."}]}
LONG = QUESTION | {"max_tokens": 1500, "stream": True, "ignore_eos": True}


def body(question) -> bytes:
    return json.dumps(question).encode()


def say(address, question, path="/v1/chat/completions"):
    return ask(address, "POST", path, [("Content-Type", "application/json")], body(question), 60)


def steady(answer) -> dict:
    """An answer without what differs from call to call."""
    shown = json.loads(answer.text)
    for key in ("id", "created", "timings"):
        shown.pop(key, None)
    if isinstance(shown.get("usage"), dict):
        shown["usage"].pop("prompt_tokens_details", None)
    return shown


def busy_slots(llm) -> float:
    return Metrics(ask(llm.address, "GET", "/metrics").text).total("llamacpp:requests_processing")


@pytest.fixture
def beside(start, llm):
    """A sidecar with its defaults beside llama.cpp."""
    return start(llm, {"upstream": {"engine": "llamacpp"}})


def test_an_answer_is_the_same_as_a_direct_one(beside, llm):
    say(llm.address, QUESTION)
    direct, through = say(llm.address, QUESTION), say(beside.address, QUESTION)
    assert direct.status == through.status == 200
    assert steady(through) == steady(direct)


def test_the_bytes_of_an_answer_are_the_models_own(start, llm):
    """One answer, seen on both sides of the sidecar: byte for byte the same body."""
    from harness import Upstream

    taken = []

    def relay(it):
        direct = say(llm.address, json.loads(it.request.body.data))
        taken.append(direct.body.data)
        it.answer(direct.status, direct.body.data, [("Content-Type", "application/json")])
    with Upstream() as between:
        between.on("/v1/chat/completions", relay)
        sidecar = start(between)
        assert say(sidecar.address, QUESTION).body.data == taken[0]


def test_a_stream_is_the_same_as_a_direct_one(beside, llm):
    def text(address):
        got = say(address, QUESTION | {"stream": True})
        assert not got.was_cut and got.body.data.rstrip().endswith(b"data: [DONE]")
        events = [json.loads(line[6:]) for line in got.body.data.split(b"\n\n")
                  if line.startswith(b"data: {")]
        return [event["choices"][0]["delta"].get("content") for event in events if event["choices"]]
    say(llm.address, QUESTION)
    assert text(beside.address) == text(llm.address)


def openai_client(sidecar, **options):
    openai = pytest.importorskip("openai")
    return openai.OpenAI(base_url=f"http://{sidecar.address}/v1", api_key="sk-test", timeout=60,
                         **options)


def test_the_openai_sdk_streams(beside):
    stream = openai_client(beside).chat.completions.create(**QUESTION, stream=True)
    words = [part.choices[0].delta.content or "" for part in stream if part.choices]
    assert len(words) > 3 and "".join(words).strip()


def test_the_openai_sdk_lists_models(beside):
    assert "smollm2" in {model.id for model in openai_client(beside).models.list().data}


def test_the_openai_sdk_sees_our_refusal_as_what_it_is(start):
    openai = pytest.importorskip("openai")
    sidecar = start("127.0.0.1:1", wait="live")
    with pytest.raises(openai.InternalServerError) as raised:
        openai_client(sidecar, max_retries=0).chat.completions.create(**QUESTION)
    assert raised.value.status_code == 503
    assert raised.value.code == "starting"


def test_loading_is_503_starting_and_never_a_refused_connection(start, launch):
    from harness.models import free_port

    port = free_port()
    sidecar = start(f"127.0.0.1:{port}", {"upstream": {"engine": "llamacpp"},
                                          "health": {"interval": "100ms"}}, wait="live")
    got = say(sidecar.address, QUESTION)
    assert got.status == 503 and b'"starting"' in got.body.data
    launch("llm", port=port)
    until(lambda: sidecar.get("/readyz").status == 200, 60, "ready by itself")
    assert say(sidecar.address, QUESTION).status == 200


def test_a_client_that_leaves_mid_stream_frees_the_slot_within_1_s(beside, llm):
    until(lambda: busy_slots(llm) == 0, 10)
    client = Client(beside.address, timeout=30)
    client.request("POST", "/v1/chat/completions", [("Content-Type", "application/json")], body(LONG))
    client.head()
    client.reader.line()
    assert busy_slots(llm) >= 1
    begun = time.monotonic()
    client.reset()
    until(lambda: busy_slots(llm) == 0, 5, "the slot is free", every=0.02)
    assert time.monotonic() - begun < 1


def test_a_client_that_half_closes_still_gets_its_answer(beside):
    with Client(beside.address, timeout=60) as client:
        client.request("POST", "/v1/chat/completions", [("Content-Type", "application/json")],
                       body(QUESTION | {"stream": True})).half_close()
        got = client.response("POST")
    assert not got.was_cut and b"[DONE]" in got.body.data


def test_killing_the_model_mid_stream_never_looks_like_a_clean_end(start, launch):
    openai = pytest.importorskip("openai")
    model = launch("llm").wait_ready()
    sidecar = start(model, {"upstream": {"engine": "llamacpp"}})
    client = openai_client(sidecar, max_retries=0)
    stream = client.chat.completions.create(
        **(QUESTION | {"max_tokens": 1500}), stream=True, extra_body={"ignore_eos": True})
    seen = 0
    with pytest.raises(Exception) as raised:
        for _ in stream:
            seen += 1
            if seen == 5:
                model.kill()
    assert seen >= 5
    assert isinstance(raised.value, openai.APIError) or "rotocol" in type(raised.value).__name__
    sidecar.record_where(reason="upstream_reset")


def test_the_breaker_opens_when_the_model_dies_and_closes_when_it_is_back(start, launch):
    model = launch("sentiment").wait_ready()
    sidecar = start(model, {"health": {"interval": "100ms"}, "breaker": {"openFor": "300ms"}})
    text = {"text": "I love this"}
    assert say(sidecar.address, text, "/predict").status == 200
    model.kill()
    assert {say(sidecar.address, text, "/predict").status for _ in range(10)} == {503}
    model.start().wait_ready()
    until(lambda: say(sidecar.address, text, "/predict").status == 200, 20, "served again", every=0.1)


def test_sentiment_through_the_sidecar(start, sentiment):
    sidecar = start(sentiment)
    got = say(sidecar.address, {"text": "What a wonderful day"}, "/predict")
    assert json.loads(got.text)["label"] == "positive"
    assert got.body.data == say(sentiment.address, {"text": "What a wonderful day"},
                                "/predict").body.data


def test_a_model_that_takes_its_time_to_load_is_waited_for(start, launch):
    model = launch("sentiment", env={"LOAD_DELAY": "2"})
    sidecar = start(model, {"health": {"interval": "100ms"}}, wait="live")
    got = say(sidecar.address, {"text": "x"}, "/predict")
    assert got.status == 503 and b'"starting"' in got.body.data
    assert sidecar.get("/startupz").status == 503
    assert sidecar.get("/upstream-livez").status == 200
    until(lambda: sidecar.get("/readyz").status == 200, 30, "ready by itself")
    assert say(sidecar.address, {"text": "x"}, "/predict").status == 200


def test_uvicorns_idle_connections_never_cost_a_request(start, sentiment):
    """It closes after 5 s; we let go after 4."""
    sidecar = start(sentiment)
    with Client(sidecar.address) as client:
        for pause in (0, 3.9, 4.1, 4.9, 5.1):
            time.sleep(pause)
            client.request("POST", "/predict", [("Content-Type", "application/json")],
                           b'{"text":"fine"}')
            assert client.response("POST").status == 200


def test_embeddings_through_the_sidecar(start, embeddings):
    sidecar = start(embeddings)
    question = {"input": ["a cat", "a kitten", "a lorry"], "model": "m"}
    through = json.loads(say(sidecar.address, question, "/v1/embeddings").text)
    direct = json.loads(say(embeddings.address, question, "/v1/embeddings").text)
    assert through == direct
    cat, kitten, lorry = (one["embedding"] for one in through["data"])

    def likeness(a, b):
        return sum(x * y for x, y in zip(a, b, strict=True))
    assert likeness(cat, kitten) > likeness(cat, lorry)


def test_the_openai_sdk_embeds(start, embeddings):
    sidecar = start(embeddings)
    made = openai_client(sidecar).embeddings.create(model="m", input="hello")
    assert len(made.data[0].embedding) == 384


def test_a_drain_under_real_load_loses_nothing(start, sentiment):
    sidecar = start(sentiment, {"drain": {"delay": "200ms", "timeout": "20s"}})
    failures, refused, is_draining, is_over = [], [], threading.Event(), threading.Event()

    def work():
        while not is_over.is_set():
            try:
                got = say(sidecar.address, {"text": "good"}, "/predict")
            except OSError as error:
                (refused if is_draining.is_set() else failures).append(repr(error))
                return
            if got.status != 200:
                (refused if b'"draining"' in got.body.data else failures).append(got)
                return

    threads = [threading.Thread(target=work) for _ in range(6)]
    [t.start() for t in threads]
    time.sleep(1)
    is_draining.set()
    assert sidecar.stop() == 0
    is_over.set()
    [t.join() for t in threads]
    assert failures == []
