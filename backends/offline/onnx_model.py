"""Builds the embedding model that the offline server runs: MiniLM as one fused ONNX graph in eight-bit numbers, 23 MB.

`python -m backends.offline.onnx_model OUTPUT` is run once by the server, in a process of its own, because building
takes 400 MB and running takes a fraction of that. Mean pooling and the unit length are part of the graph.
"""

import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from backends.offline.embedder import MiniLM
from backends.offline.weights import model_dir, read_tensors

LAYERS, HEADS, WIDTH, EPSILON = 6, 12, 384, 1e-12
FUSED = "com.microsoft"
SIMILAR = ("How do I reset my password?", "I forgot my login credentials")
UNLIKE = "The cat sleeps in the sun"


class Graph:
    """Collects nodes and constants."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        """Add a constant; its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output; its name."""
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output


def build_graph(tensors: dict[str, np.ndarray]) -> onnx.ModelProto:
    """The whole model in 32-bit numbers, token ids and mask to unit vectors."""
    graph = Graph()
    hidden = _embed(graph, tensors)
    for layer in range(LAYERS):
        hidden = _layer(graph, tensors, f"encoder.layer.{layer}.", hidden)
    _pool(graph, hidden)
    ids, mask = (
        helper.make_tensor_value_info(name, TensorProto.INT32, ["batch", "length"])
        for name in ("input_ids", "attention_mask")
    )
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH])
    body = helper.make_graph(graph.nodes, "minilm", [ids, mask], [output], graph.constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(body, opset_imports=opsets, ir_version=8)


def _embed(graph: Graph, tensors: dict[str, np.ndarray]) -> str:
    """Word plus position; the token type is always the first, so its vector is added to the positions here."""
    positions = tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
    words = graph.constant("words", tensors["embeddings.word_embeddings.weight"])
    table = graph.constant("positions", positions)
    for name, number in (("zero", 0), ("one", 1), ("two", 2)):
        graph.constant(name, np.array([number], dtype=np.int64))
    graph.add("Shape", ["input_ids"], "shape", start=1, end=2)
    graph.add("Slice", [table, "zero", "shape", "zero"], "places")
    graph.add("Gather", [words, "input_ids"], "looked_up")
    graph.add("Add", ["looked_up", "places"], "summed")
    graph.add("Unsqueeze", ["attention_mask", "two"], "mask_column")
    graph.add("Cast", ["mask_column"], "weights", to=TensorProto.FLOAT)
    gamma, beta = _norm(graph, tensors, "embeddings.LayerNorm.")
    return graph.add("LayerNormalization", ["summed", gamma, beta], "embedded", axis=-1, epsilon=EPSILON)


def _norm(graph: Graph, tensors: dict[str, np.ndarray], prefix: str) -> tuple[str, str]:
    gamma, beta = prefix + "weight", prefix + "bias"
    return graph.constant(gamma, tensors[gamma]), graph.constant(beta, tensors[beta])


def _layer(graph: Graph, tensors: dict[str, np.ndarray], at: str, hidden: str) -> str:
    """Attention over all heads in one node, then the two dense layers, each followed by its sum and norm."""
    parts = [f"{at}attention.self.{part}." for part in ("query", "key", "value")]
    weight = graph.constant(at + "qkv", np.concatenate([tensors[p + "weight"].T for p in parts], axis=1))
    bias = graph.constant(at + "qkv_bias", np.concatenate([tensors[p + "bias"] for p in parts]))
    seen = graph.add(
        "Attention", [hidden, weight, bias, "attention_mask"], at + "attention", domain=FUSED, num_heads=HEADS
    )
    mixed = _dense(graph, tensors, at + "attention.output.dense.", seen)
    hidden = _add_and_norm(graph, tensors, at + "attention.output.", mixed, hidden)
    wide = _dense(graph, tensors, at + "intermediate.dense.", hidden)
    wide_bias = graph.constant(at + "wide_bias", tensors[at + "intermediate.dense.bias"])
    active = graph.add("BiasGelu", [wide, wide_bias], at + "gelu", domain=FUSED)
    narrow = _dense(graph, tensors, at + "output.dense.", active)
    return _add_and_norm(graph, tensors, at + "output.", narrow, hidden)


def _dense(graph: Graph, tensors: dict[str, np.ndarray], at: str, value: str) -> str:
    weight = graph.constant(at + "matrix", tensors[at + "weight"].T)
    return graph.add("MatMul", [value, weight], at + "product")


def _add_and_norm(graph: Graph, tensors: dict[str, np.ndarray], at: str, value: str, skip: str) -> str:
    bias = graph.constant(at + "dense_bias", tensors[at + "dense.bias"])
    gamma, beta = _norm(graph, tensors, at + "LayerNorm.")
    inputs = [value, skip, gamma, beta, bias]
    return graph.add("SkipLayerNormalization", inputs, at + "normal", domain=FUSED, epsilon=EPSILON)


def _pool(graph: Graph, hidden: str) -> None:
    """The mean over real tokens, brought to length one."""
    graph.add("Mul", [hidden, "weights"], "masked")
    graph.add("ReduceSum", ["masked", "one"], "total", keepdims=0)
    graph.add("ReduceSum", ["weights", "one"], "count", keepdims=0)
    graph.add("Div", ["total", "count"], "mean")
    graph.add("LpNormalization", ["mean"], "embedding", axis=1, p=2)


def quantize(source: Path, target: Path) -> None:
    """Matrices, attention and the word table in eight bits, with a scale for each column.

    The range is reduced to seven bits: x86 processors without VNNI overflow on eight, and the vectors are as good.
    """
    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul", "Attention", "Gather"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )


def check(path: Path) -> None:
    """Refuse a file whose vectors make no sense; the usual figures are 0.68 and about 0.1."""
    first, second, other = np.array(MiniLM(path).embed([*SIMILAR, UNLIKE]))
    if first @ second < 0.55 or first @ other > 0.3:
        raise RuntimeError(f"the built model is wrong: {first @ second:.2f}, {first @ other:.2f}")


def build(target: Path) -> None:
    """Build, check, and only then put the file in its place, so that a half-written one is never read."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        onnx.save(build_graph(read_tensors(model_dir() / "model.safetensors")), whole)
        quantize(whole, small)
        check(small)
        os.replace(small, target)


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # the quantiser recommends a preparation that this graph has had
    build(Path(sys.argv[1]))
