"""Many runs: those that are missing are trained, by several processes or a cluster."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from multiact._adapters import require
from multiact.experiments.rates import choose_rate
from multiact.experiments.recipe import Recipe
from multiact.experiments.run import Run
from multiact.experiments.store import missing, records_of
from multiact.experiments.training import LARGEST, Advance, train_group

#: seeds of the runs that choose a rate; those of the comparison start at 0
TUNING = 1000

#: a worker of Dask may have several threads, but frameworks have one state of random numbers
_ALONE = Lock()

#: called with epochs that were made, and with their total
Report = Callable[[int, int], None]


def grid(
    activations: Sequence[str],
    recipe: Recipe,
    seeds: int,
    backend: str = "torch",
    rates: Sequence[float] = (),
    stage: str = "final",
) -> list[Run]:
    """Return the runs of a comparison: each activation at each rate with each seed.

    Parameters
    ----------
    activations
        Texts of choices, such as "relu" and "prelu+tied".
    recipe
        What is trained on what, and how.
    seeds
        How many.
    backend
        "torch" or "flax".
    rates
        Learning rates; by default that of the recipe.
    stage
        "tune" or "final", which have other seeds.
    """
    first = TUNING if stage == "tune" else 0
    return [
        Run(activation, replace(recipe, rate=rate), first + seed, backend, stage)
        for activation in activations
        for rate in rates or (recipe.rate,)
        for seed in range(seeds)
    ]  # fmt: skip


def train(
    runs: Sequence[Run],
    out: str | os.PathLike[str],
    *,
    workers: int = 1,
    cluster: str | None = None,
    report: Report = lambda made, total: None,
) -> None:
    """Train the runs that are not finished in a folder.

    A run that stopped goes on where its last checkpoint was.  If a worker dies, the runs that it
    had are trained again, as long as each attempt finishes some.

    Parameters
    ----------
    runs
        From `grid`, or any others.
    out
        The folder of the results, which is made.
    workers
        Number of processes; 1: this one.
    cluster
        "dask://HOST:PORT" or "ray://HOST:PORT", whose workers see the folder under the same
        path; "dask://" and "ray://" start a cluster on this machine, with a worker for each
        core, from a script that is guarded by ``if __name__ == "__main__"``.
    report
        Called with the number of epochs that a run made, and of all epochs to make.

    Raises
    ------
    ValueError
        If there is no such cluster, or no worker.
    ModuleNotFoundError
        If joblib is not installed, or what the cluster needs.

    Examples
    --------
    >>> import tempfile
    >>> from multiact.experiments import Recipe, grid, results, train
    >>> recipe = Recipe.read("digits").changed({"epochs": 1})
    >>> with tempfile.TemporaryDirectory() as out:
    ...     train(grid(["relu", "talu"], recipe, seeds=2), out)
    ...     [(record.run.activation, record.run.seed) for record in results(out)]
    [('relu', 0), ('relu', 1), ('talu', 0), ('talu', 1)]
    """
    if workers < 1:
        raise ValueError(f"workers must be 1 or more, got {workers}")
    Path(out).mkdir(parents=True, exist_ok=True)
    left = missing(runs, out)
    total = sum(run.recipe.epochs for run in left)
    with _connected(cluster, workers) as count:
        while left:
            pieces = _pieces(left, count)
            failure = _attempt(pieces, out, count, cluster, lambda epochs: report(epochs, total))
            before, left = left, missing(left, out)
            if failure is not None and len(left) == len(before):
                raise failure


def tune(runs: Sequence[Run], out: str | os.PathLike[str], **options: Any) -> dict[str, float]:
    """Train runs of the stage "tune", and choose the learning rate of each activation.

    Parameters
    ----------
    runs
        From `grid`, of one recipe, with several rates.
    out, **options
        As in `train`.

    Returns
    -------
    dict
        The rate with the best mean score on the held out examples, by activation.

    Raises
    ------
    ValueError
        If the runs do not tune, or are of several recipes.

    Examples
    --------
    >>> import tempfile
    >>> from multiact.experiments import Recipe, grid, tune
    >>> recipe = Recipe.read("digits").changed({"epochs": 1})
    >>> with tempfile.TemporaryDirectory() as out:
    ...     tune(grid(["relu"], recipe, 2, rates=[1e-5, 1e-2], stage="tune"), out)
    {'relu': 0.01}
    """
    train(runs, out, **options)
    activations = dict.fromkeys(run.activation for run in runs)
    records = records_of(runs, out)
    return {a: choose_rate(r for r in records if r.run.activation == a) for a in activations}


def _pieces(runs: Sequence[Run], workers: int) -> list[list[Run]]:
    """Divide runs into stacks, so many that all workers are busy until the end."""
    limit = LARGEST if workers == 1 else min(LARGEST, math.ceil(len(runs) / (2 * workers)))
    groups: dict[Run, list[Run]] = {}
    for run in runs:
        groups.setdefault(run.group, []).append(run)
    return [g[i : i + limit] for g in groups.values() for i in range(0, len(g), limit)]


def _attempt(
    pieces: Sequence[Sequence[Run]], out: str | os.PathLike[str], workers: int,
    cluster: str | None, advance: Advance,
) -> Exception | None:  # fmt: skip
    """Train all pieces; return the error that ended this, if one did."""
    if workers == 1 and cluster is None:
        for piece in pieces:
            train_group(piece, out, advance)
        return None
    require("joblib", "training by several processes", "experiments")
    from joblib import Parallel, delayed

    # Ray refuses results in the order in which they come
    order = "list" if (cluster or "").startswith("ray") else "generator_unordered"
    parallel = Parallel(n_jobs=workers, return_as=order)
    try:
        for epochs in parallel(delayed(_trained)(piece, str(out)) for piece in pieces):
            advance(epochs)
    except Exception as error:  # a worker died, or its run failed
        return error
    return None


def _trained(runs: Sequence[Run], out: str) -> int:
    """Train a piece in a worker; return the number of epochs."""
    with _ALONE:
        train_group(runs, out)
    return sum(run.recipe.epochs for run in runs)


@contextmanager
def _connected(cluster: str | None, workers: int) -> Iterator[int]:
    """Let joblib's workers be those of a cluster; yield their number."""
    kind, _, address = (cluster or "").partition("://")
    if cluster is None:
        yield workers
    elif kind == "dask":
        require("distributed", "training on Dask", "cluster")
        from distributed import Client
        from joblib import effective_n_jobs, parallel_config

        local = {} if address else {"threads_per_worker": 1}
        with Client(address or None, **local), parallel_config("dask"):
            yield effective_n_jobs(-1)
    elif kind == "ray":
        require("ray", "training on Ray", "cluster")
        import ray
        from joblib import effective_n_jobs, parallel_config
        from ray.util.joblib import register_ray

        ray.init(address=address or None, log_to_driver=False)
        register_ray()
        try:
            with parallel_config("ray"):
                yield effective_n_jobs(-1)
        finally:
            ray.shutdown()
    else:
        raise ValueError(f"cluster must be dask://HOST:PORT or ray://HOST:PORT, got {cluster!r}")
