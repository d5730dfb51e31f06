"""A service of either version of HTTP that says when it sent what: hypercorn, without TLS.

Usage: stamped.py PORT. `/events?count=N&gap=S` are events whose data is the monotonic time of
sending in nanoseconds, `/echo` says bodies and WebSockets back, and `/left` tells how many streams
of events the client left.
"""

import asyncio
import json
import sys
import time
from urllib.parse import parse_qs

from hypercorn.asyncio import serve
from hypercorn.config import Config

left = 0


async def body_of(receive) -> bytes:
    whole = bytearray()
    while (message := await receive())["type"] == "http.request":
        whole += message["body"]
        if not message.get("more_body"):
            break
    return bytes(whole)


async def until_left(receive):
    while (await receive())["type"] != "http.disconnect":
        pass


async def answer(send, body: bytes, kind="application/json", more=False):
    await send({"type": "http.response.start", "status": 200,
                "headers": [(b"content-type", kind.encode())]})
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def events(scope, receive, send):
    global left
    query = parse_qs(scope["query_string"].decode())
    await answer(send, b"", "text/event-stream", more=True)
    leaving = asyncio.create_task(until_left(receive))
    for number in range(int(query["count"][0])):
        event = b'data: {"n":%d,"t":%d}\n\n' % (number, time.monotonic_ns())
        await send({"type": "http.response.body", "body": event, "more_body": True})
        if (await asyncio.wait({leaving}, timeout=float(query["gap"][0])))[0]:
            left += 1
            return
    leaving.cancel()
    await send({"type": "http.response.body", "body": b"data: [DONE]\n\n"})


async def socket(receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message.get("text"),
                    "bytes": message.get("bytes")})


async def service(scope, receive, send):
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": message["type"] + ".complete"})
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "websocket":
        await socket(receive, send)
    elif scope["path"] == "/events":
        await events(scope, receive, send)
    elif scope["path"] == "/echo":
        await answer(send, await body_of(receive), "application/octet-stream")
    else:
        version = scope["http_version"]
        heads = [(name.decode(), value.decode()) for name, value in scope["headers"]]
        await answer(send, json.dumps({"left": left, "version": version, "heads": heads}).encode())


config = Config()
config.bind = [f"127.0.0.1:{sys.argv[1]}"]
config.websocket_max_message_size = 1 << 25
asyncio.run(serve(service, config))
