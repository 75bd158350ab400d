"""`multiact.<name>` on a library that has nothing but the standard, a lazy one, and CuPy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import multiact
from tests.battery.checks import array_api_twin, check_twin
from tests.battery.subject import Subject
from tests.helpers.examples import examples

NAMES = multiact.names()
#: Dask itself refuses to join, split or sort an array whose other sizes are not known; so too
#: to stack the derivatives by the elements of an array parameter
NEEDS_SIZES = {"crelu", "maxout", "group_sort", "sparsemax", "funnel_relu"}


def subjects(name: str) -> Iterator[tuple[Subject, tuple[str, ...]]]:
    """The example of the defaults with the value and all derivatives up to the second."""
    for dtype in ("float32", "float64"):
        subject = Subject(next(iter(examples(multiact.get(name), dtype))), dtype)
        paths: list[tuple[str, ...]] = [()]
        if subject.act.is_graph:
            data = [v for v in subject.act.data if v != "noise"]
            paths += [(v,) for v in (*data, *subject.example.parameters)]
            paths += [(v, v) for v in data if dtype == "float64"]
        yield from ((subject, path) for path in paths)


@pytest.mark.parametrize("name", NAMES)
def test_strict(name):
    strict = pytest.importorskip("array_api_strict")
    for subject, wrt in subjects(name):
        with (
            strict.ArrayAPIStrictFlags(boolean_indexing=False, data_dependent_shapes=False),
            np.errstate(all="ignore"),  # both compute with NumPy, in branches not selected too
        ):
            x = strict.asarray(subject.x, dtype=getattr(strict, subject.dtype))
            result = array_api_twin(subject, x, wrt)
            assert type(result) is type(x)
        check_twin(subject, result, subject.x, wrt)


@contextmanager
def _nothing_computed() -> Iterator[None]:
    """Dask with a scheduler that refuses to run."""
    import dask

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a lazy array was computed")

    with dask.config.set(scheduler=refuse):
        yield


def _lazy(subject: Subject) -> Any:
    """The subject's inputs in chunks, of the rows or, of images, of the channels and columns."""
    import dask.array

    x = subject.x.astype(subject.dtype)
    chunks = (len(x) // 2, *x.shape[1:]) if subject.act.is_graph else (2, 2, 4, 2)
    return dask.array.from_array(x, chunks=chunks)


def _computed(result: Any) -> np.ndarray:
    with np.errstate(all="ignore"):
        found = result.compute(scheduler="synchronous")
    assert type(found) is np.ndarray
    assert found.dtype == result.dtype
    return found


@pytest.mark.parametrize("name", NAMES)
def test_lazy(name):
    """The result is lazy, and nothing is computed to make it."""
    pytest.importorskip("dask.array")
    for subject, wrt in subjects(name):
        with _nothing_computed():
            result = array_api_twin(subject, _lazy(subject), wrt)
        check_twin(subject, _computed(result), subject.x, wrt)


@pytest.mark.parametrize("name", NAMES)
def test_lazy_of_unknown_size(name):
    """A mask leaves a number of rows that only a computation would tell."""
    pytest.importorskip("dask.array")
    for subject, wrt in subjects(name):
        rows = np.arange(len(subject.x)) % 3 != 1
        with _nothing_computed():
            x = _lazy(subject)
            x = x[_rows(rows, x)]
            assert np.isnan(x.shape[0])
            if name in NEEDS_SIZES or {*wrt} & {*subject.example.vectors}:
                with pytest.raises(ValueError, match=r"unknown|NaN|nan"):
                    array_api_twin(subject, x, wrt)
                continue
            result = array_api_twin(subject, x, wrt)
            assert np.isnan(result.shape[0])
        check_twin(subject, _computed(result), subject.x[rows], wrt)


def _rows(rows: np.ndarray, x: Any) -> Any:
    import dask.array

    return dask.array.from_array(rows, chunks=x.chunks[:1])


def test_a_computation_would_be_seen():
    array = pytest.importorskip("dask.array")
    with _nothing_computed(), pytest.raises(AssertionError, match="was computed"):
        float(array.ones(3).sum())


@pytest.mark.gpu
@pytest.mark.parametrize("name", NAMES)
def test_cupy(name):
    cupy = pytest.importorskip("cupy")
    if not cupy.cuda.is_available():
        pytest.skip("no CUDA device")
    for subject, wrt in subjects(name):
        x = cupy.asarray(subject.x.astype(subject.dtype))
        result = array_api_twin(subject, x, wrt)
        assert result.device == x.device
        if name not in ("staf", "fourier", "dct"):  # its sine is not NumPy's
            check_twin(subject, cupy.asnumpy(result), subject.x, wrt)
