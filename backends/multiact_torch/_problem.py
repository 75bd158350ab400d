"""A model and its loss as a function of one vector of weights."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, jacrev, vmap

if TYPE_CHECKING:
    from multiact.geometry.problem import BatchedProblem

_TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


def problem(
    model: nn.Module,
    loss: Callable[[Any, Any], Tensor],
    batches: Iterable[tuple[Any, Any]],
) -> BatchedProblem:
    """Make a problem for `multiact.geometry` of a model, its loss and data.

    Parameters
    ----------
    model
        Any module.  It is copied, in evaluation mode, and stays as it is; parameters that
        require no gradient are constants.
    loss
        A function of outputs and targets, such as `torch.nn.functional.cross_entropy`: the mean
        over a mini-batch, or the losses of its examples.
    batches
        Pairs of inputs and targets, tensors or arrays, such as a DataLoader; they are kept.
        Floats get the dtype of the model's parameters, and all of them its device.

    Returns
    -------
    multiact.geometry.Problem
        Losses are means over all examples.  It computes in the dtype of the parameters.

    Raises
    ------
    TypeError
        If the model is not a module, or a batch is not a pair.
    ValueError
        If the model has no parameter that requires a gradient, or if there is no batch.

    Examples
    --------
    >>> import torch, multiact_torch
    >>> from multiact.geometry import trace
    >>> model = torch.nn.Sequential(torch.nn.Linear(4, 8), multiact_torch.GELU())
    >>> data = [(torch.zeros(16, 4), torch.zeros(16, 8))]
    >>> problem = multiact_torch.problem(model, torch.nn.functional.mse_loss, data)
    >>> problem.start.shape, [group.name for group in problem.groups]
    ((40,), ['0.weight', '0.bias'])
    """
    from multiact.geometry.problem import BatchedProblem, pairs  # its imports take time

    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a module, got {type(model).__name__}")
    parameters = {n: p for n, p in model.named_parameters() if p.requires_grad}
    if not parameters:
        raise ValueError(f"{type(model).__name__} has no parameter that requires a gradient")
    start = torch.cat([p.detach().flatten() for p in parameters.values()])
    functions = _Functions(copy.deepcopy(model).eval(), loss, parameters, start)
    data = [(functions.tensor(x), functions.tensor(y)) for x, y in pairs(batches)]
    return BatchedProblem(functions, _array(start), _groups(model, parameters), tuple(data))


def _groups(model: nn.Module, parameters: Mapping[str, Tensor]) -> tuple[Any, ...]:
    from multiact.geometry.problem import Group

    transposed = {n for n, m in model.named_modules() if isinstance(m, _TRANSPOSED)}
    return tuple(
        Group(name, tuple(p.shape), 1 if name.rpartition(".")[0] in transposed else 0)
        for name, p in parameters.items()
    )


class _Functions:
    """What is computed of one mini-batch; vectors of weights go in and out as NumPy arrays."""

    def __init__(
        self, model: nn.Module, loss: Callable[[Any, Any], Tensor], parameters: Any, start: Tensor
    ) -> None:
        self.model, self.criterion = model, loss
        self.like = {name: (p.shape, p.dtype) for name, p in parameters.items()}
        self.dtype, self.device = start.dtype, start.device

    def tensor(self, array: Any) -> Tensor:
        """Convert data or weights: floats to the dtype of the parameters."""
        tensor = torch.as_tensor(array, device=self.device).detach()
        return tensor.to(self.dtype) if tensor.is_floating_point() else tensor

    def loss(self, w: np.ndarray, inputs: Tensor, targets: Tensor) -> float:
        """Return the mean loss."""
        with torch.no_grad():
            return self._loss(self.tensor(w), inputs, targets).item()

    def gradient(self, w: np.ndarray, inputs: Tensor, targets: Tensor) -> np.ndarray:
        """Return its gradient."""
        return _array(self._gradient(self.tensor(w).requires_grad_(), inputs, targets))

    def hvp(self, w: np.ndarray, v: np.ndarray, inputs: Tensor, targets: Tensor) -> np.ndarray:
        """Return the product of its Hessian with a vector: the gradient of gradient * vector."""
        leaf = self.tensor(w).requires_grad_()
        with torch.enable_grad():
            slope = self._gradient(leaf, inputs, targets, create_graph=True) @ self.tensor(v)
        if not slope.requires_grad:  # of a loss that is linear
            return np.zeros(len(v))
        return _array(torch.autograd.grad(slope, leaf, materialize_grads=True)[0])

    def outputs(self, w: np.ndarray, inputs: Tensor) -> np.ndarray:
        """Return the outputs, of shape (examples, outputs)."""
        with torch.no_grad():
            return _array(self._apply(self.tensor(w), inputs).flatten(1))

    def jacobian(self, w: np.ndarray, inputs: Tensor) -> np.ndarray:
        """Return their derivatives, of shape (examples, outputs, size)."""

        def of_one(w: Tensor, x: Tensor) -> Tensor:
            return self._apply(w, x[None]).flatten()

        return _array(vmap(jacrev(of_one), (None, 0))(self.tensor(w), inputs))

    def _apply(self, w: Tensor, inputs: Tensor) -> Tensor:
        parts = torch.split(w, [shape.numel() for shape, _ in self.like.values()])
        parameters = {
            name: part.view(shape).to(dtype)
            for part, (name, (shape, dtype)) in zip(parts, self.like.items(), strict=True)
        }
        outputs: Tensor = functional_call(self.model, parameters, (inputs,))
        return outputs

    def _loss(self, w: Tensor, inputs: Tensor, targets: Tensor) -> Tensor:
        return self.criterion(self._apply(w, inputs), targets).mean()

    def _gradient(
        self, leaf: Tensor, inputs: Tensor, targets: Tensor, create_graph: bool = False
    ) -> Tensor:
        with torch.enable_grad():
            loss = self._loss(leaf, inputs, targets)
        return torch.autograd.grad(loss, leaf, create_graph=create_graph)[0]


def _array(tensor: Tensor) -> np.ndarray:
    array: np.ndarray = tensor.detach().to("cpu", torch.float64).numpy()
    return array
