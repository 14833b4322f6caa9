"""The model that the desk uses, built once under var/models of the repository."""

from pathlib import Path

import pytest

from legation.gateways.embedder.caches import build_model_cache, load_encoder

MODELS = Path(__file__).parents[2] / "var" / "models"


@pytest.fixture(scope="session")
def encoder():
    build_model_cache(MODELS)
    return load_encoder(MODELS, threads=2)
