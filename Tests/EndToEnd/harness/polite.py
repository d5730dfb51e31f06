"""A client of good manners in a process of its own: `python -m harness.polite ADDRESS SECONDS`.

It shares no interpreter with whoever floods the sidecar meanwhile, so that what it measures is the
sidecar. It asks in turn what the sidecar answers itself, whose times it tells, and what the model
answers, which must succeed.
"""

import json
import sys
import time

from .http2 import HTTP2Client


def behave(address: str, seconds: float) -> dict:
    times, failures, served = [], [], 0
    ends = time.monotonic() + seconds
    try:
        with HTTP2Client(address, 5) as client:
            client.handshake()
            while time.monotonic() < ends and not failures:
                begun = time.monotonic()
                got = [client.ask("OPTIONS", "/", [("max-forwards", "0")])]
                times.append(time.monotonic() - begun)
                got.append(client.ask("POST", "/well-behaved", body=b"x"))
                failures += [repr(it) for it in got if not 200 <= it.status < 300]
                served += 1
                client.frames.clear()
                time.sleep(0.01)
    except Exception as error:
        failures.append(repr(error))
    return {"times": sorted(times), "failures": failures, "served": served}


if __name__ == "__main__":
    print(json.dumps(behave(sys.argv[1], float(sys.argv[2]))))
