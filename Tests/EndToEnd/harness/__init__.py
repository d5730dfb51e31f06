"""What the end-to-end tests are made of: a sidecar process, peers that can misbehave, raw bytes."""

from .client import Client, Response
from .faults import FaultProxy
from .gateway import Gateway, KeyFile, bearer, key
from .http2 import HTTP2Client
from .metrics import Metrics
from .sidecar import BINARY, Sidecar, run
from .upstream import Upstream
from .wait import best, never, until

__all__ = [
    "BINARY", "Client", "FaultProxy", "Gateway", "HTTP2Client", "KeyFile", "Metrics", "Response",
    "Sidecar", "Upstream", "bearer", "best", "key", "never", "run", "until",
]
