"""The model's folder on disk: built once, whole or not at all."""

import json

import pytest

from legation.gateways.embedder import caches
from legation.gateways.embedder.caches import ModelCacheMissing, build_model_cache, load_encoder


@pytest.fixture
def light_build(monkeypatch):
    """Replace the two costly steps by counted stand-ins."""
    built = []

    class Tokenizer:
        def save(self, path, pretty):
            built.append(path)
            with open(path, "w") as file:
                file.write("{}")

    monkeypatch.setattr(caches, "write_graph", lambda weights, path: path.write_bytes(b"graph"))
    monkeypatch.setattr(caches, "_make_tokenizer", lambda weights: Tokenizer())
    return built


def test_a_whole_folder_is_left_as_it_is(tmp_path, light_build):
    first = build_model_cache(tmp_path / "models")
    assert build_model_cache(tmp_path / "models") == first
    assert len(light_build) == 1
    assert {path.name for path in first.iterdir()} == {"model.onnx", "tokenizer.json", "stamp.json"}
    assert [path.name for path in first.parent.iterdir()] == [first.name]


@pytest.mark.parametrize("stamp", ["", "{", json.dumps({"model": "older", "weights_bytes": 1})])
def test_a_folder_of_another_version_is_built_again(tmp_path, light_build, stamp):
    folder = build_model_cache(tmp_path)
    (folder / "stamp.json").write_text(stamp)
    assert build_model_cache(tmp_path) == folder
    assert len(light_build) == 2
    assert json.loads((folder / "stamp.json").read_text())["model"] == "multilingual-e5-small/mix-1"
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_an_interrupted_build_leaves_nothing(tmp_path, light_build, monkeypatch):
    def fail(weights, path):
        path.write_bytes(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(caches, "write_graph", fail)
    with pytest.raises(OSError, match="No space"):
        build_model_cache(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_was_never_built_is_named(tmp_path):
    with pytest.raises(ModelCacheMissing, match="build it first"):
        load_encoder(tmp_path, threads=1)
