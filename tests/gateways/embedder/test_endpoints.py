"""The embedder over HTTP, against a stand-in server on the loopback."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from legation.gateways.embedder.endpoints import BATCH_SIZE, EndpointEmbedder, EndpointFailed


class StandIn(ThreadingHTTPServer):
    """An embedding server that remembers its requests and can be told how to fail."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []
        self.answer = None
        self.delay = threading.Event()
        self.holds = False


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, self.headers.get("Authorization"), body))
        if self.server.holds:
            self.server.delay.wait(5)
        status, content = self.server.answer or (200, self.embed(body["input"]))
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except ConnectionError:
            pass  # the client of the time-out test has gone

    @staticmethod
    def embed(texts):
        rows = [{"index": n, "embedding": [3.0, float(len(text))]} for n, text in enumerate(texts)]
        return json.dumps({"data": rows[::-1]}).encode()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    stand_in = StandIn()
    thread = threading.Thread(target=stand_in.serve_forever, args=(0.01,))
    thread.start()
    yield stand_in
    stand_in.delay.set()
    stand_in.shutdown()
    stand_in.server_close()
    thread.join()


@pytest.fixture
def address(server):
    return f"http://127.0.0.1:{server.server_address[1]}"


def test_vectors_come_back_in_the_texts_order_at_unit_length(address):
    vectors = EndpointEmbedder(address, model="m", dimensions=2).embed(["1234", "", "1234"])
    assert np.allclose(vectors, [[0.6, 0.8], [1, 0], [0.6, 0.8]])
    assert vectors.dtype == np.float32


def test_many_texts_are_sent_in_batches(server, address):
    texts = ["x"] * (BATCH_SIZE + 1)
    assert len(EndpointEmbedder(address, model="m").embed(texts)) == BATCH_SIZE + 1
    assert [len(body["input"]) for _path, _key, body in server.requests] == [BATCH_SIZE, 1]


def test_the_server_is_asked_for_the_dimensions_that_nobody_gave(server, address):
    embedder = EndpointEmbedder(address + "/v1/", model="m", key="secret")
    assert (embedder.dimensions, embedder.model) == (2, "m")
    assert embedder.embed([]).shape == (0, 2)
    assert server.requests[0][:2] == ("/v1/embeddings", "Bearer secret")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        ((500, b"out of memory"), "HTTP 500: out of memory"),
        ((200, b"<html>"), "something else"),
        ((200, b'{"data": 3}'), "something else"),
        ((200, b'{"data": [{"index": 0, "embedding": [1, 2, 3]}]}'), "1 × 3 numbers where 1 × 2"),
        ((200, b'{"data": []}'), "numbers where"),
        ((200, b'{"data": [{"index": 0, "embedding": [0, 0]}]}'), "without a direction"),
        ((200, b'{"data": [{"index": 0, "embedding": [NaN, 1]}]}'), "without a direction"),
        (
            (200, b'{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [1]}]}'),
            "something else",
        ),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused_with_the_reason(server, address, answer, remark):
    server.answer = answer
    with pytest.raises(EndpointFailed, match=remark):
        EndpointEmbedder(address, model="m", dimensions=2).embed(["x"])


def test_a_server_that_says_nothing_is_given_up(server, address):
    server.holds = True
    with pytest.raises(EndpointFailed, match="did not answer within 0.1 seconds"):
        EndpointEmbedder(address, model="m", timeout_seconds=0.1).embed(["x"])


def test_a_server_that_is_not_there_is_named(address, server):
    server.server_close()
    with pytest.raises(EndpointFailed, match="could not be reached"):
        EndpointEmbedder(address, model="m").embed(["x"])


@pytest.mark.parametrize("wrong", ["", "embeddings.example", "file:///etc/passwd", "ftp://x"])
def test_an_address_that_is_no_web_address_is_refused(wrong):
    with pytest.raises(ValueError, match="http"):
        EndpointEmbedder(wrong, model="m")
