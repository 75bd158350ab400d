"""`multiact.<name>` on a library that has nothing but the standard, a lazy one, and CuPy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from array_api_compat import array_namespace

import multiact
from multiact.testing.backend import operands
from tests.battery.subject import Subject
from tests.helpers.corners import has_waves
from tests.helpers.examples import examples
from tests.helpers.representatives import is_representative
from tests.helpers.ulp import FORMATS

NAMES = multiact.names()


def twin(subject: Subject, x: Any, wrt: tuple[str, ...] = ()) -> Any:
    """`multiact.<name>`, or its derivative, of an array of any library; an array of the same."""
    namespace = array_namespace(x)
    dtype = getattr(namespace, subject.dtype)
    given = {
        n: namespace.asarray(v, dtype=dtype) if isinstance(v, np.ndarray) else v
        for n, v in subject.numbers.items()
    }
    own = getattr(multiact, subject.act.key)
    function = multiact.derivative(own, wrt=wrt) if wrt else own
    result = function(*operands(own, x), **given, **subject.example.settings)
    assert type(result) is type(x), type(result)
    assert array_namespace(result) is namespace
    assert result.dtype == dtype, f"{result.dtype} for {dtype}"
    return result


def check_twin(subject: Subject, result: Any, x: np.ndarray, wrt: tuple[str, ...] = ()) -> None:
    """What a library computed is what NumPy computes."""
    got, expected = np.asarray(result), subject.expected(x, wrt)
    assert got.shape == expected.shape
    # sums over an axis are taken in another order where the array lies in chunks
    room = 8 * subject.eps if subject.act.is_graph else 64 * subject.eps
    floor = FORMATS[subject.dtype].floor if subject.act.is_graph else room
    if len(wrt) > 1:  # near roots the terms of second derivatives cancel, and their roundings stay
        sizes = np.abs(expected)
        floor = max(floor, subject.eps * float(sizes[sizes < 1].max(initial=0.0)))
    what = f"{subject} by {', '.join(wrt)}"
    # the libraries round differently on the way, and exp(u) multiplies the rounding of u by u
    with np.errstate(divide="ignore", invalid="ignore"):
        exponent = np.where(expected == 0, 0.0, np.abs(np.log(np.abs(expected))))
        excess = np.abs(got - expected) - room * exponent * np.abs(expected)
    near = np.where(np.isnan(got) | (got == expected), got, expected + np.maximum(excess, 0.0))
    np.testing.assert_allclose(near, expected, rtol=room, atol=floor, err_msg=what)


def subjects(name: str, *dtypes: str) -> Iterator[tuple[Subject, list[tuple[str, ...]]]]:
    """The example of the defaults with the value and all derivatives up to the second."""
    for dtype in dtypes or ("float32", "float64"):
        subject = Subject(next(iter(examples(multiact.get(name), dtype))), dtype)
        paths: list[tuple[str, ...]] = [()]
        if subject.act.is_graph:
            data = list(subject.act.data)
            paths += [(v,) for v in (*data, *subject.example.parameters)]
            paths += [(v, v) for v in data if dtype == "float64"]
        yield subject, paths


@pytest.mark.parametrize("name", NAMES)
def test_strict(name):
    strict = pytest.importorskip("array_api_strict")
    for subject, paths in subjects(name):
        for wrt in paths:
            with (
                strict.ArrayAPIStrictFlags(boolean_indexing=False, data_dependent_shapes=False),
                np.errstate(all="ignore"),  # both compute with NumPy, in branches not selected too
            ):
                x = strict.asarray(subject.x, dtype=getattr(strict, subject.dtype))
                result = twin(subject, x, wrt)
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


def _check(subject: Subject, results: dict[tuple[str, ...], Any], x: np.ndarray) -> None:
    """Compute lazy results together, and compare."""
    import dask

    with np.errstate(all="ignore"):
        found = dask.compute(*results.values(), scheduler="synchronous")
    for (wrt, lazy), got in zip(results.items(), found, strict=True):
        assert type(got) is np.ndarray
        assert got.dtype == lazy.dtype
        check_twin(subject, got, x, wrt)


@pytest.mark.parametrize("name", [n for n in NAMES if is_representative(n)])
def test_lazy(name):
    """The results are lazy, and nothing is computed to make them."""
    pytest.importorskip("dask.array")
    for subject, paths in subjects(name):
        # first derivatives of one dtype, second ones of the other
        some = [wrt for wrt in paths if len(wrt) != 1 or subject.dtype == "float32"]
        with _nothing_computed():
            x = _lazy(subject)
            results = {wrt: twin(subject, x, wrt) for wrt in some}
        _check(subject, results, subject.x)


@pytest.mark.parametrize("name", [n for n in NAMES if is_representative(n)])
def test_lazy_of_unknown_size(name):
    """A mask leaves a number of rows that only a computation would tell."""
    pytest.importorskip("dask.array")
    for subject, paths in subjects(name, "float32"):  # of whichever dtype
        rows, results = np.arange(len(subject.x)) % 3 != 1, {}
        for wrt in paths:
            with _nothing_computed():
                x = _lazy(subject)
                x = x[_rows(rows, x)]
                assert np.isnan(x.shape[0])
                result, message = _attempt(subject, x, wrt)
                if result is not None:
                    assert np.isnan(result.shape[0])
                    results[wrt] = result
                    continue
            # Dask itself refuses to join, split or sort an array whose other sizes are not known;
            # so too to stack the derivatives by the elements of an array parameter
            assert not subject.act.is_graph or {*wrt} & {*subject.example.vectors}, message
            assert re.search("unknown|NaN|nan", message), message
        _check(subject, results, subject.x[rows])


def _attempt(subject: Subject, x: Any, wrt: tuple[str, ...]) -> tuple[Any, str]:
    """The result, or what a `ValueError` says."""
    try:
        return twin(subject, x, wrt), ""
    except ValueError as error:
        return None, str(error)


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
    for subject, paths in subjects(name):
        for wrt in paths:
            x = cupy.asarray(subject.x.astype(subject.dtype))
            result = twin(subject, x, wrt)
            assert result.device == x.device
            if not subject.act.is_graph or not has_waves(
                subject.example
            ):  # its sine is not NumPy's
                check_twin(subject, cupy.asnumpy(result), subject.x, wrt)


def test_a_wrong_twin_is_seen():
    subject = Subject(next(iter(examples(multiact.get("mish"), "float32"))), "float32")
    right = subject.expected(subject.x).astype("float32")
    check_twin(subject, right, subject.x)
    with pytest.raises(AssertionError, match="mish-default in float32"):
        check_twin(subject, right * np.float32(1 + 2e-6), subject.x)
