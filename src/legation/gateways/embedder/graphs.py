"""Builds the ONNX graph of multilingual-e5-small in the mixed precision that docs/decisions/0003 chose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legation.gateways.embedder.weights import WeightFile

OPERATOR_SET = 18  # the first with LayerNormalization and all else that is needed here
FORMAT_VERSION = 10  # read by every onnxruntime from 1.18 on
INT8_LIMIT = 127  # symmetric, so that the zero point stays 0


def write_graph(weights: WeightFile, path: Path) -> None:
    """Write the encoder's graph, from word vectors to the mean of the last layer, as one ONNX file.

    Inputs: emb float32 (batch, length, dimensions), len int32 (batch), pool float32 (batch, 1, length).
    Output: out float32 (batch, 1, dimensions), not normalised.
    """
    import onnx  # slow to load, and only the one who builds the cache needs it

    onnx.save(_GraphBuilder(weights).build_model(), str(path))


class _GraphBuilder:
    """Collects the nodes and constants of one graph."""

    def __init__(self, weights: WeightFile) -> None:
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def build_model(self) -> Any:
        from onnx import TensorProto, helper

        size = self._weights.dimensions
        hidden = self._add_norm("emb", "emb.ln")
        for layer in range(self._weights.layer_count):
            hidden = self._add_layer(hidden, f"l{layer}.")
        pooled = self._add("MatMul", ["pool", hidden])
        self._nodes.append(helper.make_node("Identity", [pooled], ["out"]))
        inputs = [
            helper.make_tensor_value_info("emb", TensorProto.FLOAT, ["B", "S", size]),
            helper.make_tensor_value_info("len", TensorProto.INT32, ["B"]),
            helper.make_tensor_value_info("pool", TensorProto.FLOAT, ["B", 1, "S"]),
        ]
        output = helper.make_tensor_value_info("out", TensorProto.FLOAT, ["B", 1, size])
        graph = helper.make_graph(self._nodes, "e5", inputs, [output], self._constants)
        operators = [helper.make_opsetid("", OPERATOR_SET), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=operators)
        model.ir_version = FORMAT_VERSION
        return model

    def _add_layer(self, hidden: str, prefix: str) -> str:
        size, wide = self._weights.dimensions, self._weights.feed_forward_size
        query, key, value = (self._add_int8(hidden, prefix + part, size, size) for part in "qkv")
        context = self._add(
            "MultiHeadAttention",
            [query, key, value, "", "len"],
            domain="com.microsoft",
            num_heads=self._weights.head_count,
        )
        attended = self._add_int8(context, prefix + "ao", size, size)
        hidden = self._add_norm(self._add("Add", [hidden, attended]), prefix + "aln")
        inner = self._add_int8(hidden, prefix + "fi", wide, size)
        inner = self._add("Gelu", [inner], domain="com.microsoft")
        outer = self._add_float(inner, prefix + "fo", size, wide)
        return self._add_norm(self._add("Add", [hidden, outer]), prefix + "oln")

    def _add(self, operator: str, inputs: list[str], domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        output = f"{operator}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def _hold(self, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _add_norm(self, hidden: str, name: str) -> str:
        weight, bias = (self._hold(self._weights.read_floats(f"{name}.{part}")) for part in "wb")
        return self._add(
            "LayerNormalization", [hidden, weight, bias], axis=-1, epsilon=float(self._weights.epsilon)
        )

    def _add_float(self, hidden: str, name: str, output_size: int, input_size: int) -> str:
        """Add a linear layer in float32: the wide activations before it lose too much in 8 bits."""
        matrix = self._hold(self._weights.read_matrix(f"{name}.w", output_size, input_size).T)
        bias = self._hold(self._weights.read_floats(f"{name}.b"))
        return self._add("Add", [self._add("MatMul", [hidden, matrix]), bias])

    def _add_int8(self, hidden: str, name: str, output_size: int, input_size: int) -> str:
        """Add a linear layer in int8 with one scale per output column."""
        matrix = self._weights.read_matrix(f"{name}.w", output_size, input_size).T
        scales = (np.abs(matrix).max(axis=0) / INT8_LIMIT).astype(np.float32)
        rounded = np.clip(np.round(matrix / scales), -INT8_LIMIT, INT8_LIMIT).astype(np.int8)
        inputs = [
            hidden,
            self._hold(rounded),
            self._hold(scales),
            self._hold(np.zeros(output_size, np.int8)),
            self._hold(self._weights.read_floats(f"{name}.b")),
        ]
        return self._add("DynamicQuantizeMatMul", inputs, domain="com.microsoft")
