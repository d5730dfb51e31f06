"""A model for mlserver: doubles numbers, or streams as many messages as it is told."""

import asyncio
import time

from mlserver import MLModel
from mlserver.types import InferenceResponse, ResponseOutput


class Doubles(MLModel):
    async def load(self) -> bool:
        return True

    async def predict(self, payload):
        return self.answer([2 * number for number in payload.inputs[0].data])

    async def predict_stream(self, payloads):
        """Each says when it was sent: the monotonic clock, in nanoseconds."""
        async for payload in payloads:
            for _ in range(payload.inputs[0].data[0]):
                yield self.answer([time.monotonic_ns()])
                await asyncio.sleep(0.005)

    def answer(self, numbers):
        output = ResponseOutput(name="out", shape=[len(numbers)], datatype="INT64", data=numbers)
        return InferenceResponse(model_name=self.name, outputs=[output])
