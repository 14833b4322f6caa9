"""Embeds through a server that speaks the OpenAI-compatible /v1/embeddings protocol."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from legation.engine.ports import Vectors

BATCH_SIZE = 64  # texts a request; common servers accept at least this many
MAX_ANSWER_BYTES = 64 * 1024 * 1024  # 64 vectors of 4,096 numbers as JSON take about 6 MB
MAX_REMARK_CHARACTERS = 200  # of a server's error text that a person gets to read
PROBE = "?"  # any text serves to see how long a vector is
DEFAULT_TIMEOUT_SECONDS = 60.0  # a batch of full texts on a slow machine takes tens of seconds


class EndpointFailed(Exception):
    """The embedding server gave no answer or not one that can be used; the message says which."""


class EndpointEmbedder:
    """An Embedder over HTTP; one connection per request, so it may be shared between threads."""

    def __init__(
        self,
        address: str,
        *,
        model: str,
        key: str = "",
        dimensions: int = 0,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    ) -> None:
        """Prepare requests without making one.

        address: of the server, with or without "/v1/embeddings". key: sent as bearer, "" for none.
        dimensions: what a vector must have; 0 takes what the server's first answer has.
        Raises ValueError when the address is not an absolute http or https one.
        """
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(
                f"The embedding server's address must start with http:// or https://: {address!r}"
            )
        path = parts.path.rstrip("/")
        if not path.endswith("/embeddings"):
            path += "/embeddings" if path.endswith("/v1") else "/v1/embeddings"
        self._is_secure = parts.scheme == "https"
        self._host, self._port, self._path = parts.hostname, parts.port, path
        self._model, self._dimensions, self._key = model, dimensions, key
        self._timeout_seconds = timeout_seconds

    @property
    def model(self) -> str:
        """Name as the server knows it, stored beside every vector that it made."""
        return self._model

    @property
    def dimensions(self) -> int:
        """Length of a vector; asks the server once where nobody said it, failing as embed does."""
        if not self._dimensions:
            self.embed([PROBE])
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed the texts in batches and bring the server's vectors to unit length.

        Returns float32 (texts, dimensions), in the texts' order.
        Raises EndpointFailed with one English sentence: no connection, timeout, HTTP error, wrong shape.
        """
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        batches = [list(texts[start : start + BATCH_SIZE]) for start in range(0, len(texts), BATCH_SIZE)]
        return np.concatenate([self._read_vectors(self._post(batch), len(batch)) for batch in batches])

    def _post(self, texts: list[str]) -> bytes:
        kind = http.client.HTTPSConnection if self._is_secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=self._timeout_seconds)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = json.dumps({"model": self._model, "input": texts, "encoding_format": "float"})
        try:
            connection.request("POST", self._path, request.encode(), headers)
            answer = connection.getresponse()
            body = answer.read(MAX_ANSWER_BYTES + 1)
        except TimeoutError:
            raise EndpointFailed(f"{self._host} did not answer within {self._timeout_seconds:g} seconds.")
        except (OSError, http.client.HTTPException) as error:
            raise EndpointFailed(f"{self._host} could not be reached: {error or type(error).__name__}.")
        finally:
            connection.close()
        if answer.status != http.client.OK:
            remark = body[:MAX_REMARK_CHARACTERS].decode("utf-8", "replace")
            raise EndpointFailed(f"{self._host} answered with HTTP {answer.status}: {remark}")
        if len(body) > MAX_ANSWER_BYTES:
            raise EndpointFailed(f"{self._host} answered with more than {MAX_ANSWER_BYTES} bytes.")
        return body

    def _read_vectors(self, body: bytes, count: int) -> Vectors:
        """Read the vectors by their index: the protocol does not promise the order of the input."""
        try:
            rows: list[dict[str, Any]] = json.loads(body)["data"]
            ordered = sorted(rows, key=lambda row: int(row["index"]))
            vectors = np.array([row["embedding"] for row in ordered], np.float32)
        except (ValueError, TypeError, KeyError) as error:
            raise EndpointFailed(f"{self._host} answered with something else than embeddings: {error!r}.")
        wanted = (count, self._dimensions or vectors.shape[-1])
        if vectors.shape != wanted or not all(wanted):
            found = " × ".join(map(str, vectors.shape))
            raise EndpointFailed(
                f"{self._host} sent {found} numbers where {wanted[0]} × {wanted[1]} were due."
            )
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(vectors).all() or not norms.all():
            raise EndpointFailed(f"{self._host} sent vectors without a direction.")
        self._dimensions = wanted[1]
        unit: Vectors = vectors / norms
        return unit
