"""Calls of the libraries themselves: by library, a function of a name, an array and parameters."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

Call = Callable[[str, np.ndarray, Mapping[str, Any]], Any]

#: names that stand in files, but that no version has which can be installed
GONE = {("onnx", "ScaledTanh")}
#: names whose values are drawn, so that two calls differ
RANDOM = {("torch", "gumbel_softmax")}


def _torch(name: str, x: np.ndarray, given: Mapping[str, Any]) -> Any:
    torch = pytest.importorskip("torch")
    owner = torch.nn if name[0].isupper() else torch.nn.functional
    made = getattr(owner, name)
    function = made(*given.values()).eval() if name[0].isupper() else made
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # softmax without an axis is deprecated
        return function(torch.from_numpy(x)).detach().numpy()


def _jax(name: str, x: np.ndarray, given: Mapping[str, Any]) -> Any:
    return getattr(pytest.importorskip("jax").nn, name)(x, **given)


def _flax(name: str, x: np.ndarray, given: Mapping[str, Any]) -> Any:
    nnx = pytest.importorskip("flax.nnx")
    function = getattr(nnx, name)
    return function(**given)(x) if name == "PReLU" else function(x, **given)


def _onnx(name: str, x: np.ndarray, given: Mapping[str, Any]) -> Any:
    onnx = pytest.importorskip("onnx")
    reference = pytest.importorskip("onnx.reference")
    inputs = {"x": x, **{n: np.float32(v) for n, v in given.items()}}
    return reference.ReferenceEvaluator(_model(onnx, name, "", inputs)).run(None, inputs)[0]


def _onnxruntime(name: str, x: np.ndarray, given: Mapping[str, Any]) -> Any:
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    model = _model(onnx, name, "com.microsoft", {"x": x})
    model.ir_version = 10  # the newest that every supported onnxruntime reads
    session = runtime.InferenceSession(model.SerializeToString())
    return session.run(None, {"x": x})[0]


def _model(onnx: Any, name: str, domain: str, inputs: Mapping[str, np.ndarray]) -> Any:
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    node = helper.make_node(name, [*inputs], ["y"], domain=domain)
    values = [helper.make_tensor_value_info(n, kind, v.shape) for n, v in inputs.items()]
    result = helper.make_tensor_value_info("y", kind, None)
    graph = helper.make_graph([node], "one", values, [result])
    opset = min(onnx.defs.onnx_opset_version(), 24)
    imports = [helper.make_opsetid("", opset)]
    imports += [helper.make_opsetid(domain, 1)] if domain else []
    return helper.make_model(graph, opset_imports=imports)


def _keras(name: str, x: np.ndarray, given: Mapping[str, Any]) -> Any:
    os.environ.setdefault("KERAS_BACKEND", "jax")
    keras = pytest.importorskip("keras")
    return getattr(keras.activations, name)(x, *given.values())


def _transformers(name: str, x: np.ndarray, given: Mapping[str, Any]) -> Any:
    torch = pytest.importorskip("torch")
    activations = pytest.importorskip("transformers.activations")
    return activations.ACT2FN[name](torch.from_numpy(x)).detach().numpy()


def _timm(name: str, x: np.ndarray, given: Mapping[str, Any]) -> Any:
    torch = pytest.importorskip("torch")
    torchvision()
    layers = pytest.importorskip("timm.layers")
    return layers.create_act_layer(name)(torch.from_numpy(x)).detach().numpy()


def _tinygrad(name: str, x: np.ndarray, given: Mapping[str, Any]) -> Any:
    os.environ.setdefault("DEV", "PYTHON")  # its other devices need a compiler
    tensor = pytest.importorskip("tinygrad").Tensor
    return getattr(tensor(x), name)(**given).numpy()


def _diffusers(name: str, x: np.ndarray, given: Mapping[str, Any]) -> Any:
    torch = pytest.importorskip("torch")
    activations = pytest.importorskip("diffusers.models.activations")
    if name in activations.ACT2CLS:
        made = activations.get_activation(name)
    elif name == "FP32SiLU":
        made = activations.FP32SiLU()
    else:
        made = getattr(activations, name)(4, 4)
        made.proj = torch.nn.Identity()
    return made(torch.from_numpy(x)).numpy()


def _mlx(name: str, x: np.ndarray, given: Mapping[str, Any]) -> Any:
    nn = pytest.importorskip("mlx.nn")
    array = pytest.importorskip("mlx.core").array(x)
    made = getattr(nn, name)
    return np.asarray(made(**given)(array) if isinstance(made, type) else made(array, **given))


def torchvision() -> Any:
    """Import torchvision, even where its compiled operators are not those of this torch.

    torchvision's wheel fits the build of torch from the same index, and torch for CPUs has
    another one.  No operator is called here; only declarations of two are missing.
    """
    torch = pytest.importorskip("torch")
    if importlib.util.find_spec("torchvision") is None:
        pytest.skip("torchvision is not installed")
    try:
        return importlib.import_module("torchvision")
    except RuntimeError:
        for name in [n for n in sys.modules if n.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        signature = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        _DECLARED.append(torch.library.Library("torchvision", "DEF"))
        _DECLARED[0].define(f"nms{signature}")
        _DECLARED[0].define(f"qnms{signature}")
        return importlib.import_module("torchvision")


_DECLARED: list[Any] = []  # a declaration lives as long as its owner

CALLS: dict[str, Call] = {
    "diffusers": _diffusers,
    "flax": _flax,
    "jax": _jax,
    "keras": _keras,
    "mlx": _mlx,
    "onnx": _onnx,
    "onnxruntime": _onnxruntime,
    "timm": _timm,
    "tinygrad": _tinygrad,
    "torch": _torch,
    "transformers": _transformers,
}
