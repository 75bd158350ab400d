"""A model and its loss as a function of one vector of weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen, nnx
from jax.flatten_util import ravel_pytree

if TYPE_CHECKING:
    from multiact.geometry.problem import BatchedProblem

_Apply = Callable[[Any, jax.Array], jax.Array]  # parameters, inputs


def problem(
    model: nnx.Module | tuple[linen.Module, Mapping[str, Any]],
    loss: Callable[[Any, Any], jax.Array],
    batches: Iterable[tuple[Any, Any]],
) -> BatchedProblem:
    """Make a problem for `multiact.geometry` of a model, its loss and data.

    Parameters
    ----------
    model
        An nnx module, which is copied in evaluation mode and stays as it is; or a linen module
        with its variables, whose collection "params" is varied.
    loss
        A function of outputs and targets, such as
        `optax.softmax_cross_entropy_with_integer_labels`: the mean over a mini-batch, or the
        losses of its examples.
    batches
        Pairs of inputs and targets, arrays of any library; they are kept.  Floats get the dtype
        of the model's parameters.

    Returns
    -------
    multiact.geometry.Problem
        Losses are means over all examples.  It computes in the dtype of the parameters; each
        function is compiled once for each shape of a mini-batch.

    Raises
    ------
    TypeError
        If the model is neither, or a batch is not a pair.
    ValueError
        If the model has no parameters, or if there is no batch.

    Examples
    --------
    >>> import numpy as np, multiact_flax
    >>> from flax import nnx
    >>> model = nnx.Sequential(nnx.Linear(4, 8, rngs=nnx.Rngs(0)), multiact_flax.GELU())
    >>> data = [(np.zeros((16, 4)), np.zeros((16, 8)))]
    >>> problem = multiact_flax.problem(model, lambda y, target: (y - target) ** 2, data)
    >>> problem.start.shape, [group.name for group in problem.groups]
    ((40,), ['layers.0.bias', 'layers.0.kernel'])
    """
    from multiact.geometry.problem import BatchedProblem, Group, pairs  # its imports take time

    parameters, apply = _functional(model)
    leaves: list[tuple[Any, Any]] = jax.tree.leaves_with_path(parameters)
    if not leaves:
        raise ValueError("model has no parameters")
    start, unravel = ravel_pytree(parameters)
    functions = _Functions(lambda w, x: apply(unravel(w), x), loss, start.dtype)
    data = [(functions.array(x), functions.array(y)) for x, y in pairs(batches)]
    groups = tuple(Group(_name(p), leaf.shape, _axis(_name(p))) for p, leaf in leaves)
    return BatchedProblem(functions, _numpy(start), groups, tuple(data))


def _functional(model: Any) -> tuple[Any, _Apply]:
    """Return the parameters of a model, and it as a function of them."""
    if isinstance(model, nnx.Module):
        model = nnx.clone(model)
        model.eval()
        split: Any = nnx.split(model, nnx.Param, ...)  # typed as of any length
        definition, parameters, rest = split
        return nnx.to_pure_dict(parameters), _nnx_apply(definition, parameters, rest)
    if isinstance(model, tuple) and len(model) == 2 and isinstance(model[0], linen.Module):
        module, variables = model
        others = {name: v for name, v in variables.items() if name != "params"}
        return variables.get("params", {}), lambda p, x: module.apply({"params": p, **others}, x)
    raise TypeError(
        "model must be an nnx module, or a linen module with its variables, "
        f"got {type(model).__name__}"
    )


def _nnx_apply(definition: Any, parameters: Any, rest: Any) -> _Apply:
    def apply(values: Any, x: jax.Array) -> jax.Array:
        state = jax.tree.unflatten(jax.tree.structure(parameters), jax.tree.leaves(values))
        outputs: jax.Array = nnx.merge(definition, state, rest)(x)
        return outputs

    return apply


class _Functions:
    """What is computed of one mini-batch; vectors of weights go in and out as NumPy arrays."""

    def __init__(self, apply: _Apply, loss: Callable[[Any, Any], jax.Array], dtype: Any) -> None:
        def mean(w: jax.Array, x: jax.Array, y: jax.Array) -> jax.Array:
            return jnp.mean(loss(apply(w, x), y))

        def product(w: jax.Array, v: jax.Array, x: jax.Array, y: jax.Array) -> jax.Array:
            tangent: jax.Array = jax.jvp(lambda w: jax.grad(mean)(w, x, y), (w,), (v,))[1]
            return tangent

        def of_one(w: jax.Array, x: jax.Array) -> jax.Array:
            return apply(w, x[None]).ravel()

        self.dtype = dtype
        # the data are arguments: closed over, they would be compiled into the program
        self._loss, self._gradient = jax.jit(mean), jax.jit(jax.grad(mean))
        self._hvp, self._outputs = jax.jit(product), jax.jit(apply)
        self._jacobian = jax.jit(jax.vmap(jax.jacrev(of_one), (None, 0)))

    def array(self, data: Any) -> jax.Array:
        """Convert data or weights: floats to the dtype of the parameters."""
        array = jnp.asarray(data)
        return array.astype(self.dtype) if jnp.issubdtype(array.dtype, jnp.floating) else array

    def loss(self, w: np.ndarray, inputs: jax.Array, targets: jax.Array) -> float:
        """Return the mean loss."""
        return float(self._loss(self.array(w), inputs, targets))

    def gradient(self, w: np.ndarray, inputs: jax.Array, targets: jax.Array) -> np.ndarray:
        """Return its gradient."""
        return _numpy(self._gradient(self.array(w), inputs, targets))

    def hvp(
        self, w: np.ndarray, v: np.ndarray, inputs: jax.Array, targets: jax.Array
    ) -> np.ndarray:
        """Return the product of its Hessian with a vector: the derivative of the gradient."""
        return _numpy(self._hvp(self.array(w), self.array(v), inputs, targets))

    def outputs(self, w: np.ndarray, inputs: jax.Array) -> np.ndarray:
        """Return the outputs, of shape (examples, outputs)."""
        outputs = _numpy(self._outputs(self.array(w), inputs))
        return outputs.reshape(len(outputs), -1)

    def jacobian(self, w: np.ndarray, inputs: jax.Array) -> np.ndarray:
        """Return their derivatives, of shape (examples, outputs, size)."""
        return _numpy(self._jacobian(self.array(w), inputs))


def _numpy(array: jax.Array) -> np.ndarray:
    return np.asarray(array, np.float64)


def _axis(name: str) -> int:
    """Return the axis of units or channels, or of the rows of an embedding."""
    return 0 if name.rpartition(".")[2] == "embedding" else -1


def _name(path: tuple[Any, ...]) -> str:
    return jax.tree_util.keystr(path, simple=True, separator=".")
