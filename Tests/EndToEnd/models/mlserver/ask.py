"""Asks a server of the Open Inference Protocol by gRPC, and tells what it said as JSON.

Usage: ask.py HOST:PORT AUTHORITY. tritonclient asks, but for the stream: mlserver does not wrap its
messages as Triton does.
"""

import json
import sys
import time
from pathlib import Path

import grpc
import numpy
from tritonclient.grpc import InferenceServerClient, InferInput
from tritonclient.grpc.service_pb2 import InferTensorContents, ModelInferRequest, ModelInferResponse

address, authority = sys.argv[1:]
told = {}

with InferenceServerClient(address, ssl=True, root_certificates=authority) as client:
    told["is ready"] = client.is_server_ready() and client.is_model_ready("doubles")
    numbers = numpy.arange(100_000)
    asked = InferInput("in", numbers.shape, "INT64")
    asked.set_data_from_numpy(numbers)
    said = client.infer("doubles", [asked]).as_numpy("out")
    told["is doubled"] = bool((said == 2 * numbers).all())

count = ModelInferRequest.InferInputTensor(
    name="in", datatype="INT64", shape=[1], contents=InferTensorContents(int64_contents=[300]))
with grpc.secure_channel(address, grpc.ssl_channel_credentials(Path(authority).read_bytes())) as it:
    stream = it.stream_stream(
        "/inference.GRPCInferenceService/ModelStreamInfer",
        ModelInferRequest.SerializeToString, ModelInferResponse.FromString)
    said = stream(iter([ModelInferRequest(model_name="doubles", inputs=[count])]), timeout=20)
    told["delays"] = [time.monotonic_ns() - one.outputs[0].contents.int64_contents[0]
                      for one in said]

print(json.dumps(told))
