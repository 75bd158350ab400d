"""Paired statistics of few seeds: interval, exact test, many tests at once, seeds needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: the chance of a false claim, of all tests together; intervals have 95 %
LEVEL = 0.05
POWER = 0.8
_EXACT = 20  # differences, of which all signs are tried
_DRAWS = 100_000  # of signs, if there are more
_TIE = 1e-10  # of the sum: what rounding makes of equal sums
_MOST = 1_000_000
_MANY = 1000  # more digits would say no more


@dataclass(frozen=True)
class Paired:
    """The mean of paired differences, and what is known of it.

    Attributes
    ----------
    count
        Number of pairs.
    mean, deviation
        Mean and standard deviation of the differences; the latter is NaN for one pair.
    low, high
        The ends of the 95 % t interval of the mean, infinite for one pair.
    p
        The p-value of the sign-flip test, two-sided.
    exact
        Whether all signs were tried, or 100000 random ones, always the same.
    """

    count: int
    mean: float
    deviation: float
    low: float
    high: float
    p: float
    exact: bool


def paired(differences: Sequence[float] | np.ndarray) -> Paired:
    """Summarise paired differences, such as of accuracies at equal seeds.

    Parameters
    ----------
    differences
        One or more finite numbers, one for each pair.

    Returns
    -------
    Paired

    Raises
    ------
    ValueError
        If there is none, or if one is not finite.

    Examples
    --------
    >>> from multiact.experiments.statistics import paired
    >>> found = paired([0.4, 0.7, 0.5, 0.9, 0.3, 0.5])
    >>> round(found.mean, 2), round(found.low, 2), round(found.high, 2), found.p
    (0.55, 0.32, 0.78, 0.03125)
    """
    from scipy.special import stdtrit

    d = np.asarray(differences, np.float64)
    if d.ndim != 1 or not d.size or not np.isfinite(d).all():
        raise ValueError(f"differences must be one or more finite numbers, got {differences}")
    n, mean = d.size, float(d.mean())
    p, exact = _sign_flip(d)
    if n == 1:
        return Paired(n, mean, math.nan, -math.inf, math.inf, p, exact)
    deviation = float(d.std(ddof=1))
    half = float(stdtrit(n - 1, 1 - LEVEL / 2)) * deviation / math.sqrt(n)
    return Paired(n, mean, deviation, mean - half, mean + half, p, exact)


def _sign_flip(d: np.ndarray) -> tuple[float, bool]:
    """Return how often a sum with other signs is as far from 0, and whether all were tried."""
    least = abs(d.sum()) - _TIE * np.abs(d).sum()
    if d.size > _EXACT:
        signs = np.random.default_rng(0).integers(0, 2, (_DRAWS, d.size), dtype=np.int8)
        hits = np.count_nonzero(np.abs((2.0 * signs - 1) @ d) >= least)
        return (1 + hits) / (1 + _DRAWS), False
    sums = d[:1]  # one sign may stay: turning all of them round changes no distance from 0
    for value in d[1:]:
        sums = np.concatenate([sums + value, sums - value])
    return float(np.mean(np.abs(sums) >= least)), True


def holm(p: Sequence[float] | np.ndarray) -> np.ndarray:
    """Correct p-values for their number by Holm's method.

    Those up to a level may be called significant, with that chance of any false one.

    Parameters
    ----------
    p
        The p-values of all tests.

    Returns
    -------
    numpy.ndarray
        The corrected p-values, in the same order.

    References
    ----------
    Holm 1979, A Simple Sequentially Rejective Multiple Test Procedure, Scand. J. Statist. 6.

    Examples
    --------
    >>> from multiact.experiments.statistics import holm
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p, np.float64)
    order = np.argsort(values)
    scaled = values[order] * np.arange(values.size, 0, -1)
    corrected = np.empty_like(values)
    corrected[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return corrected


def seeds_needed(
    effect: float, deviation: float, *, comparisons: int = 1, power: float = POWER
) -> int:
    """Return how many seeds show an effect with some probability, 80 % by default.

    That is of a t test of the differences.  Fewer seeds than the sign-flip test needs for any
    p-value that small are never enough.

    Parameters
    ----------
    effect
        The mean difference that is to be found, positive.
    deviation
        The standard deviation of the differences, in the same unit.
    comparisons
        How many tests there are; the smallest p-value of as many is multiplied by it.
    power
        The probability, between 0 and 1.

    Returns
    -------
    int
        The number of seeds, one million at most.

    Raises
    ------
    ValueError
        If the effect is not positive, the deviation negative or infinite, there is no
        comparison, or the power is no probability.

    Examples
    --------
    >>> from multiact.experiments.statistics import seeds_needed
    >>> seeds_needed(0.5, 1.0), seeds_needed(0.5, 1.0, comparisons=12)
    (34, 60)
    """
    if not (effect > 0 and 0 <= deviation < math.inf):
        raise ValueError(
            "effect must be positive and deviation finite and not negative, "
            f"got {effect} and {deviation}"
        )
    if comparisons < 1 or not 0 < power < 1:
        raise ValueError(
            "comparisons must be 1 or more and power between 0 and 1, "
            f"got {comparisons} and {power}"
        )
    low = fewest_seeds(comparisons)
    if deviation == 0 or _power(effect / deviation, low, comparisons) >= power:
        return low
    high = low
    while high < _MOST and _power(effect / deviation, high, comparisons) < power:
        low, high = high, min(2 * high, _MOST)
    while high - low > 1:
        middle = (low + high) // 2
        enough = _power(effect / deviation, middle, comparisons) >= power
        low, high = (low, middle) if enough else (middle, high)
    return high


def fewest_seeds(comparisons: int = 1) -> int:
    """Return from how many seeds on the sign-flip test can show anything: p is 2 / 2^n or more."""
    return math.ceil(math.log2(2 * comparisons / LEVEL))


def _power(ratio: float, n: int, comparisons: int) -> float:
    """Return the power of the t test of n differences, of this mean in standard deviations."""
    from scipy.special import nctdtr, stdtrit

    critical = float(stdtrit(n - 1, 1 - LEVEL / (2 * comparisons)))
    shift = ratio * math.sqrt(n)
    # SciPy gives NaN for tails that are smaller than can matter
    above = 1.0 if shift > 2 * critical + 10 else 1 - float(nctdtr(n - 1, shift, critical))
    below = 0.0 if shift > 3 else float(nctdtr(n - 1, shift, -critical))
    return above + below


@dataclass(frozen=True)
class Verdict:
    """What a comparison has shown.

    Attributes
    ----------
    kind
        "better", "worse", "same" or "undecided".
    text
        The same in words, such as "no difference larger than 0.5" or "needs 34 seeds".
    seeds
        How many seeds an undecided one needs, otherwise None.
    """

    kind: str
    text: str
    seeds: int | None = None


def verdict(
    found: Paired, *, corrected: float, margin: float, comparisons: int = 1, sign: int = 1
) -> Verdict:
    """Decide what paired differences show.

    Parameters
    ----------
    found
        From `paired`.
    corrected
        Its p-value, corrected for all comparisons.
    margin
        Smaller differences do not matter.
    comparisons
        How many comparisons there are.
    sign
        1 if more is better, -1 if less is.

    Returns
    -------
    Verdict
        "better" or "worse" if the corrected p-value is at most 0.05; otherwise "same" if the
        interval lies inside the margin; otherwise it says how many seeds would show a
        difference as large as the margin with 80 % probability; or as large as the near end of
        the interval, if that is farther from 0.  If there are as many already, the mean is
        between 0 and the margin: then how many would tell it from the farther one.

    Examples
    --------
    >>> from multiact.experiments.statistics import paired, verdict
    >>> found = paired([0.1, -0.1, 0.2, 0.0])
    >>> verdict(found, corrected=found.p, margin=0.5).text
    'no difference larger than 0.5'
    """
    inside = -margin < found.low and found.high < margin
    if corrected <= LEVEL:
        kind = "better" if found.mean * sign > 0 else "worse"
        return Verdict(kind, f"{kind}, by less than {margin:g}" if inside else kind)
    if inside:
        return Verdict("same", f"no difference larger than {margin:g}")
    if found.count == 1:
        seeds = fewest_seeds(comparisons)
        return Verdict("undecided", f"needs {seeds} seeds or more", seeds)
    effect = max(margin, found.low, -found.high)
    seeds = seeds_needed(effect, found.deviation, comparisons=comparisons)
    if seeds <= found.count:
        farther = max(abs(found.mean), margin - abs(found.mean))
        seeds = seeds_needed(farther, found.deviation, comparisons=comparisons)
    seeds = max(seeds, found.count + 1)
    count = str(seeds) if seeds <= _MANY else f"more than {_MANY}"
    return Verdict("undecided", f"needs {count} seeds", seeds)
