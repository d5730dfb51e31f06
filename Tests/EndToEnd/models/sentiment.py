"""A sentiment service as a data scientist would write it: FastAPI around VADER.

Usage: [LOAD_DELAY=SECONDS] sentiment.py PORT. Not ready (503) until LOAD_DELAY is over.
"""

import asyncio
import contextlib
import os
import sys

import prometheus_client
import uvicorn
from fastapi import FastAPI, Response
from pydantic import BaseModel
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

predictions = prometheus_client.Counter("predictions", "Predictions made", ["label"])


class Question(BaseModel):
    text: str


async def load(app: FastAPI) -> None:
    await asyncio.sleep(float(os.environ.get("LOAD_DELAY", "0")))
    app.state.analyzer = SentimentIntensityAnalyzer()


@contextlib.asynccontextmanager
async def life(app: FastAPI):
    app.state.analyzer = None
    loading = asyncio.create_task(load(app))
    yield
    loading.cancel()


app = FastAPI(lifespan=life)


@app.get("/healthz")
def healthz():
    return {"alive": True}


@app.get("/readyz")
def readyz(response: Response):
    ready = app.state.analyzer is not None
    response.status_code = 200 if ready else 503
    return {"ready": ready}


@app.post("/predict")
def predict(question: Question, response: Response):
    if app.state.analyzer is None:
        response.status_code = 503
        return {"error": "the model is loading"}
    scores = app.state.analyzer.polarity_scores(question.text)
    mood = scores["compound"]
    label = "positive" if mood >= 0.05 else "negative" if mood <= -0.05 else "neutral"
    predictions.labels(label).inc()
    return {"label": label, "scores": scores}


@app.get("/metrics")
def metrics():
    text = prometheus_client.generate_latest()
    return Response(text, media_type=prometheus_client.CONTENT_TYPE_LATEST)


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
