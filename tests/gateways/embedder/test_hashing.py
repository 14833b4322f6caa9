"""The stand-in embedder."""

import numpy as np

from legation.gateways.embedder.hashing import HashingEmbedder


def test_texts_spelled_alike_are_nearer_than_others():
    near, same, far = HashingEmbedder().embed(
        ["Storm hits the coast", "Storms hit the coast", "Lãi suất tăng"]
    )
    assert near @ same > 0.5 > near @ far


def test_vectors_have_unit_length_even_for_nothing():
    vectors = HashingEmbedder().embed(["", "a", "暴雨"])
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)


def test_a_vector_never_changes():
    # As first computed on 2026-11-22. A change makes every stored vector wrong and needs another model name.
    vector = HashingEmbedder().embed(["Hà Nội"])[0]
    assert np.flatnonzero(vector).tolist() == [50, 95, 173, 176, 186, 200, 205, 292]
    assert HashingEmbedder().model == "hashing-1"
