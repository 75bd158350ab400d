"""The rows of the performance page, measured in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks import checks, elsewhere, rivals
from benchmarks.comparisons import COMPARISONS, Comparison
from benchmarks.timing import compare

Cells = dict[int, str]  # by number of elements; 0: a figure without a size
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """How much to measure."""

    sizes: tuple[int, ...]
    seconds: float
    compiles: bool
    quick: bool


@dataclass(frozen=True)
class Row:
    """One measured row.

    Attributes
    ----------
    title, goal
        What is measured and the goal, as text.
    cells
        The figures.
    missed
        The number of goals that were missed.
    """

    title: str
    goal: str
    cells: Cells
    missed: int = 0


def rows(options: Options, progress: Progress) -> Iterator[Row]:
    """Measure all rows in the page's order."""
    after: dict[str, Callable[[Options], Row]] = {
        "torch-inductor": _peer,
        "torch-floor": _saved,
        "threads": _memory,
        "compiled": _kernels,
        "jax-composed": _network,
    }
    others = [] if options.quick else elsewhere.all_surroundings()
    for comparison in COMPARISONS:
        progress(comparison.title)
        yield _ratios(comparison, options, progress)
        for surroundings in others:
            if comparison.key in surroundings.keys:
                progress(f"{comparison.title}, {surroundings.title}")
                yield _elsewhere(comparison, surroundings, options)
        if comparison.key in after:
            progress(comparison.key)
            yield after[comparison.key](options)
    yield _first_use(options)


def _ratios(row: Comparison, options: Options, progress: Progress) -> Row:
    cells: Cells = {}
    missed = 0
    if row.compiles and not options.compiles:
        return Row(row.title, _goal(row), {0: "not measured"})
    names = list(row.goals)[:1] if options.quick else list(row.goals)
    sizes = row.sizes if row.judged not in options.sizes else options.sizes
    for elements in [n for n in sizes if n in options.sizes or n == row.judged]:
        ratios = {}
        for name in names:
            progress(f"{row.title}: {name}, {elements:.0e}")
            try:
                ratios[name] = row.ratio(name, elements, options.seconds)
            except NotImplementedError as error:
                cells[elements] = f"not measured: {error}"
                break
        else:
            cells[elements], misses = _format_ratios(row, ratios, judged=elements == row.judged)
            missed += misses
    return Row(row.title, _goal(row), cells, missed)


def _elsewhere(row: Comparison, surroundings: elsewhere.Surroundings, options: Options) -> Row:
    """Measure a comparison in another environment, at the size to which its goals apply."""
    title, names = f"… {surroundings.title}", list(row.goals)
    try:
        ratios = elsewhere.ratios(surroundings, row.key, names, row.judged, options.seconds)
    except RuntimeError as error:
        return Row(title, _goal(row), {row.judged: f"not measured: {error}"})
    text, missed = _format_ratios(row, dict(zip(names, ratios, strict=True)), judged=True)
    return Row(title, _goal(row), {row.judged: text}, missed)


def _format_ratios(row: Comparison, ratios: dict[str, float], *, judged: bool) -> tuple[str, int]:
    """Format the ratios of a cell, with missed goals in bold, and count these."""
    texts, missed = [], 0
    for name, ratio in ratios.items():
        number = f"{1 / ratio:.1f}x" if row.faster else f"{ratio:.2f}"
        misses = judged and ratio > row.goals[name]
        missed += misses
        texts.append(f"{name} **{number}**" if misses else f"{name} {number}")
    return ", ".join(texts), missed


def _goal(row: Comparison) -> str:
    goals = [f"{1 / g:.2g}x" if row.faster else f"{g:g}" for g in row.goals.values()]
    listed = goals[0] + " each" * (len(goals) > 1) if len(set(goals)) == 1 else " / ".join(goals)
    where = "" if row.judged == 1_000_000 or len(row.sizes) == 1 else f" at {_power(row.judged)}"
    return f"at {'least' if row.faster else 'most'} {listed}{where}"


def _power(elements: int) -> str:
    return f"1e{len(str(elements)) - 1}"


def _peer(options: Options) -> Row:
    title = "vs torch-activation 1.0.0's own modules, forward+backward, geometric mean"
    goal = "at least 6x faster over 30 functions"
    cells: Cells = {}
    missed = 0
    try:
        for elements in options.sizes:
            ratios = checks.peer_ratios(elements, options.seconds / 2, options.quick)
            faster = 1 / checks.geometric_mean(ratios.values())
            misses = elements == 1_000_000 and faster < 6
            missed += misses
            number = f"**{faster:.1f}x**" if misses else f"{faster:.1f}x"
            cells[elements] = f"{number} over {len(ratios)}"
    except NotImplementedError:
        cells = {0: "not measured: `pip install --no-deps torch-activation==1.0.0`"}
    return Row(title, goal, cells, missed)


def _saved(options: Options) -> Row:
    texts, missed = [], 0
    for backend in ("torch", "jax.jit"):
        try:
            name, most = checks.most_saved(backend, 100_000, options.quick)
        except NotImplementedError as error:
            texts.append(f"{backend} not measured: {error}")
            continue
        missed += (misses := most > 4.05)  # small array parameters are saved too
        number = f"**{most:.2f}**" if misses else f"{most:.2f}"
        texts.append(f"{backend} {number}" + f" ({name})" * misses)
    title = "bytes saved for backward per element, the most of all elementwise activations"
    return Row(title, "4", {100_000: ", ".join(texts)}, missed)


def _memory(options: Options) -> Row:
    """Measure the gain of a second thread where memory bandwidth alone sets the pace."""
    cells: Cells = {}
    try:
        for elements in options.sizes:
            pair = rivals.two_threads_of_memory(elements)
            cells[elements] = f"{1 / compare(*pair, budget=options.seconds).ratio:.1f}x"
    except NotImplementedError as error:
        cells = {0: f"not measured: {error}"}
    return Row("… the same of torch's `x * 2`", "", cells)


def _kernels(options: Options) -> Row:
    title, goal = "torch.compile: kernels, forward + backward", "1 + 1"
    if not options.compiles:
        return Row(title, goal, {0: "not measured"})
    names = ("talu",) if options.quick else ("talu", "mish", "relu", "leaky_relu")
    counts = {name: checks.compiled_kernels(name) for name in names}
    text = ", ".join(f"{name} {a} + {b}" for name, (a, b) in counts.items())
    return Row(title, goal, {0: text}, sum(pair != (1, 1) for pair in counts.values()))


def _network(options: Options) -> Row:
    title = "30 different activations under torch.compile in one process"
    if not options.compiles or options.quick:
        return Row(title, "every one compiled", {0: "not measured"})
    compiled, total = checks.compiled_network()
    return Row(title, "every one compiled", {0: f"{compiled} of {total}"}, compiled < total)


def _first_use(options: Options) -> Row:
    title = "first use of a kernel, compiler included / from the disk cache (CPU time)"
    times = checks.first_uses(options.quick)
    limits = (150, 5)
    pairs = list(zip(times, limits, strict=True))
    text = " / ".join(f"**{v:.3g} ms**" if v > limit else f"{v:.3g} ms" for v, limit in pairs)
    return Row(title, "under 150 ms / 5 ms", {0: text}, sum(v > limit for v, limit in pairs))
