"""Which array of a file is which parameter of a model: names, wrappers, layouts, shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from array_api_compat import array_namespace

from multiact._suggest import nearest

#: the last component of a parameter's name: Flax's -> PyTorch's
TORCH = {
    "kernel": "weight",
    "scale": "weight",
    "embedding": "weight",
    "negative_slope": "weight",  # of PReLU
    "mean": "running_mean",
    "var": "running_var",
}
COUNTER = "num_batches_tracked"  # absent from Flax; PyTorch uses it only with momentum=None
_SLOPES = {"negative_slope": "weight", "weight": "negative_slope"}  # of PReLU and LeakyReLU
_OF_LAYERS = {*TORCH, *TORCH.values(), "bias"}
_ONE_NUMBER = ((), (1,))  # nn.PReLU stores its single number as an array with one axis
#: the attributes under which DataParallel and DDP, torch.compile, FSDP and activation
#: checkpointing keep the module that they wrap
_WRAPPERS = {"module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"}
_SUGGESTIONS = 10_000  # comparisons of two names; more would take minutes


class IncompatibleKeys(NamedTuple):
    """What did not fit when parameters were loaded; PyTorch's has the first two fields.

    Attributes
    ----------
    missing_keys
        The model's names for which nothing was given.
    unexpected_keys
        The names that were given and are not the model's.
    mismatched_keys
        The model's names for which an array was given that has another shape or dtype: what
        is different about it.
    """

    missing_keys: list[str]
    unexpected_keys: list[str]
    mismatched_keys: dict[str, str]

    def faults(self) -> Iterator[str]:
        """Yield a sentence for each name."""
        yield from self.mismatched_keys.values()
        yield from (f"{name} is missing" for name in self.missing_keys)
        few = 0 < len(self.missing_keys) * len(self.unexpected_keys) <= _SUGGESTIONS
        for name in self.unexpected_keys:
            hint = f"; {nearest(name, self.missing_keys)}" if few else ""
            yield f"{name} is no parameter of the model{hint}"

    def check(self, where: Any) -> None:
        """Raise an error that names everything that does not fit.

        Raises
        ------
        ValueError
            If there is anything.
        """
        if any(self):
            raise ValueError("\n  ".join([f"{where} does not fit the model:", *self.faults()]))

    def __repr__(self) -> str:
        lines = "\n  ".join(self.faults())
        return f"<Some keys did not match:\n  {lines}>" if lines else _ALL_MATCHED


_ALL_MATCHED = "<All keys matched successfully>"  # as PyTorch prints it


def match(
    arrays: Iterable[str], model: Iterable[str], activations: Collection[str]
) -> dict[str, str]:
    """Return the array's name for each of the model's that one fits; each is used once."""
    given, wanted = _unwrapped(arrays, model), _unwrapped(model, arrays)
    free = given.keys() - wanted.keys()
    found = {}
    for plain, name in wanted.items():
        candidates = _other_names(plain, name in activations)
        source = plain if plain in given else next((n for n in candidates if n in free), None)
        if source is not None:
            free.discard(source)
            found[name] = given[source]
    return found


def _unwrapped(names: Iterable[str], others: Iterable[str]) -> dict[str, str]:
    """Return names by what they are without wrappers, unless two on one side would be the same."""
    counts = [Counter(map(_unwrap, each)) for each in (names, others)]
    shorter = {name: _unwrap(name) for name in names}
    ambiguous = {short for count in counts for short, n in count.items() if n > 1}
    return {name if s in ambiguous else s: name for name, s in shorter.items()}


def _unwrap(name: str) -> str:
    *modules, last = name.split(".")
    return ".".join([*(m for m in modules if m not in _WRAPPERS), last])


def _other_names(name: str, of_activation: bool) -> list[str]:
    """Return what a parameter is called elsewhere, if it has not the model's own name."""
    end = last(name)
    if of_activation:
        ends = [_SLOPES[end]] if end in _SLOPES else []
    else:
        ends = [TORCH[end]] if end in TORCH else [n for n, t in TORCH.items() if t == end]
    return [with_last(name, other) for other in ends]


def convert(
    array: Any,
    source: str,
    target: str,
    shape: tuple[int, ...] | None = None,
    of_activation: bool = False,
) -> Any:
    """Transpose from one name's layout to the other's: (out, in, ...) or (..., in, out)."""
    n, xp, ends = len(array.shape), array_namespace(array), (last(source), last(target))
    if ends[0] != ends[1] and "kernel" in ends and n > 1:
        torch_to_flax = (*range(2, n), 1, 0)
        flax_to_torch = (n - 1, n - 2, *range(n - 2))
        return xp.permute_dims(array, torch_to_flax if ends[1] == "kernel" else flax_to_torch)
    found = tuple(array.shape)
    if shape is None or shape == found:
        return array
    of_layer = not (of_activation or _OF_LAYERS.isdisjoint(ends))
    if {shape, found} == {*_ONE_NUMBER} or (not of_layer and _same_row(shape, found)):
        return xp.reshape(array, shape)
    return array


def _same_row(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Whether the one is a row of numbers and the other one too, with axes of length 1."""
    return min(len(a), len(b)) <= 1 and [n for n in a if n != 1] == [n for n in b if n != 1]


def difference(source: str, array: Any, model: Any, of_activation: bool) -> str:
    """Return how an array differs from the model's in shape and dtype; empty if it does not."""
    found, wanted = tuple(array.shape), tuple(model.shape)
    parts = []
    if found != wanted:
        channels = [n for n in found if n != 1]
        single = not wanted or (of_activation and wanted == (1,) and last(source) in _SLOPES)
        advice = single and len(channels) == 1
        hint = f"; give the activation channels={channels[0]}" if advice else ""
        parts.append(f"has, for this model, shape {found}, not {wanted}{hint}")
    if _dtype(array) != _dtype(model):
        parts.append(f"is {_dtype(array)}, not {_dtype(model)}; convert the array or the model")
    return f"{source} {', and '.join(parts)}" if parts else ""


def last(name: str) -> str:
    """Return the last component of a name."""
    return name.rpartition(".")[2]


def with_last(name: str, end: str) -> str:
    """Return a name with another last component."""
    head, dot, _ = name.rpartition(".")
    return f"{head}{dot}{end}"


def same_values(a: Any, b: Any) -> bool:
    """Whether two arrays of one shape have the same numbers; NaN is itself."""
    if a is b:
        return True
    equal = (a == b) | ((a != a) & (b != b))  # noqa: PLR0124
    return bool(array_namespace(a).all(equal))


def _dtype(array: Any) -> str:
    return str(array.dtype).rpartition(".")[2]
