"""Statistics, against SciPy's own tests, sums over all signs in plain Python, and simulation."""

import math
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from multiact.experiments.statistics import (
    Paired,
    fewest_seeds,
    holm,
    paired,
    seeds_needed,
    verdict,
)

stats = pytest.importorskip("scipy.stats")


def sample(count, seed=0, mean=0.3):
    return np.random.default_rng(seed).normal(mean, 1.0, count)


@pytest.mark.parametrize("count", [2, 3, 10, 40])
def test_mean_and_interval_are_those_of_a_paired_t_test(count):
    a, b = sample(count), sample(count, 1)
    found = paired(a - b)
    interval = stats.ttest_rel(a, b).confidence_interval(0.95)
    # both are sums of a few float64 numbers near 1
    np.testing.assert_allclose((found.low, found.high), interval, rtol=1e-9)
    assert found.mean == pytest.approx(np.mean(a) - np.mean(b), rel=1e-12)
    assert found.deviation == pytest.approx(np.std(a - b, ddof=1), rel=1e-12)


@pytest.mark.parametrize("count", [1, 2, 6, 11])
@pytest.mark.parametrize("seed", [0, 1])
def test_p_counts_all_signs(count, seed):
    tenths = np.random.default_rng(seed).integers(-9, 12, count)  # many ties, in whole numbers
    sums = [abs(sum(s * int(d) for s, d in zip(signs, tenths, strict=True)))
            for signs in product((1, -1), repeat=count)]  # fmt: skip
    expected = sum(s >= abs(int(tenths.sum())) for s in sums) / len(sums)
    found = paired(tenths / 10)  # where rounding breaks ties
    assert found.exact
    assert found.p == expected


@pytest.mark.parametrize("count", [8, 13])
def test_p_is_that_of_scipy(count):
    d = sample(count)
    theirs = stats.permutation_test(
        (d,), np.mean, permutation_type="samples", n_resamples=np.inf, vectorized=True
    )  # of one sample, its signs are turned
    assert paired(d).p == pytest.approx(theirs.pvalue, abs=1e-15)


def test_six_equal_signs():
    assert paired([0.1, 0.5, 0.2, 0.3, 0.9, 0.4]).p == 2 / 64
    assert paired([0.0, 0.0]).p == 1.0


def test_many_differences_are_sampled():
    """Near the exact p-value of 20, which are still counted; always the same."""
    d = np.append(sample(20, 3), 0.0)  # a zero changes no sum: p stays
    exact, drawn = paired(d[:-1]), paired(d)
    assert exact.exact
    assert not drawn.exact
    spread = math.sqrt(exact.p * (1 - exact.p) / 100_000)
    assert abs(drawn.p - exact.p) < 4 * spread
    assert paired(d) == drawn
    assert paired(np.full(60, 1.0)).p == pytest.approx(1 / 100_001)  # never 0


def test_one_pair_has_no_interval():
    found = paired([0.4])
    assert (found.low, found.high, found.p) == (-math.inf, math.inf, 1.0)
    assert math.isnan(found.deviation)


def test_holm_by_hand():
    """Smallest times 4, then times 3, 2, 1; never falling, at most 1; in the given order."""
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


def test_holm_rejects_what_the_step_down_procedure_rejects():
    generator = np.random.default_rng(0)
    for _ in range(50):
        p = generator.uniform(0, 0.1, 6)
        rejected = set()
        for step, i in enumerate(sorted(range(6), key=lambda k: p[k])):
            if p[i] > 0.05 / (6 - step):
                break
            rejected.add(i)
        assert set(np.flatnonzero(holm(p) <= 0.05)) == rejected


NEEDED = {  # effect, comparisons: at deviations of 0.3, 0.5 and 1 points
    (0.5, 1): [6, 10, 34],
    (0.5, 12): [10, 18, 60],
    (0.2, 1): [20, 52, 199],
}


@pytest.mark.parametrize(("effect", "comparisons"), NEEDED)
def test_seeds_needed(effect, comparisons):
    """The table was computed with scipy.stats.nct, which this package does not use."""
    found = [seeds_needed(effect, s, comparisons=comparisons) for s in (0.3, 0.5, 1.0)]
    assert found == NEEDED[effect, comparisons]


def test_the_table_of_the_documentation():
    page = (Path(__file__).parents[2] / "docs/comparing.md").read_text("utf-8")
    rows = re.findall(r"^\| (0\.\d) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    assert len(rows) == 4
    for effect, comparisons, *needed in rows:
        for deviation, n in zip((0.3, 0.5, 1.0), needed, strict=True):
            assert seeds_needed(float(effect), deviation, comparisons=int(comparisons)) == int(n)


@pytest.mark.parametrize(("deviation", "comparisons"), [(0.5, 1), (1.0, 1), (0.5, 12)])
def test_power_by_simulation(deviation, comparisons):
    """With so many seeds 80 % of t tests find the effect; with one seed less they do not."""
    count = seeds_needed(0.5, deviation, comparisons=comparisons)
    found = []
    for n in (count - 1, count):
        draws = np.random.default_rng(0).normal(0.5, deviation, (40_000, n))
        p = stats.ttest_1samp(draws, 0.0, axis=1).pvalue
        found.append(np.mean(p <= 0.05 / comparisons))
    noise = 3 * math.sqrt(0.16 / 40_000)  # 0.006; a seed more or less changes 0.01 or more
    assert found[1] > 0.8 - noise
    assert found[0] < 0.8 + noise


@pytest.mark.parametrize("comparisons", [1, 2, 3, 12, 100])
def test_fewer_seeds_cannot_show_anything(comparisons):
    n = fewest_seeds(comparisons)
    assert 2 / 2**n * comparisons <= 0.05 < 2 / 2 ** (n - 1) * comparisons
    assert seeds_needed(1.0, 0.0, comparisons=comparisons) == n
    assert seeds_needed(100.0, 1e-3, comparisons=comparisons) == n


def test_more_seeds_for_more_tests_more_spread_and_more_power():
    for ratio in np.geomspace(0.005, 30, 25):
        few = seeds_needed(ratio, 1.0)
        assert (
            few
            <= seeds_needed(ratio, 1.0, comparisons=5)
            <= seeds_needed(ratio, 1.0, comparisons=50)
        )
        assert few <= seeds_needed(ratio, 1.1)
        assert few <= seeds_needed(ratio, 1.0, power=0.95)
    assert seeds_needed(1e-9, 1.0) == 1_000_000


def made(mean, half, p=1.0, count=10, deviation=1.0):
    return Paired(count, mean, deviation, mean - half, mean + half, p, exact=True)


@pytest.mark.parametrize(
    ("found", "corrected", "kind", "text"),
    [
        (made(1.0, 0.4), 0.01, "better", "better"),
        (made(-1.0, 0.4), 0.05, "worse", "worse"),
        (made(0.2, 0.1), 0.01, "better", "better, by less than 0.5"),
        (made(0.2, 0.2), 0.06, "same", "no difference larger than 0.5"),
        (made(0.2, 0.3), 0.06, "undecided", "needs 34 seeds"),  # 0.5 is the end of the interval
        (made(9.0, 1.0, count=6), 0.06, "undecided", "needs 7 seeds"),  # as there are 6 already
        (made(1.0, 2.0, deviation=50.0), 0.3, "undecided", "needs more than 1000 seeds"),
        (made(0.3, 0.32, count=40), 0.06, "undecided", "needs 90 seeds"),  # 0.3: (2.8 / 0.3)^2 + 2
        (made(0.1, 0.41, count=60), 0.5, "undecided", "needs 61 seeds"),  # 52 for 0.4 were enough
        (made(0.3, math.inf, count=1), 1.0, "undecided", "needs 6 seeds or more"),
    ],
)  # fmt: skip
def test_verdicts(found, corrected, kind, text):
    decided = verdict(found, corrected=corrected, margin=0.5)
    assert (decided.kind, decided.text) == (kind, text)
    assert (decided.seeds is not None) == (kind == "undecided")


def test_less_is_better():
    assert verdict(made(-1.0, 0.4), corrected=0.01, margin=0.5, sign=-1).kind == "better"


def test_verdicts_need_more_seeds_for_more_comparisons():
    found = made(0.2, 0.6)
    assert verdict(found, corrected=1.0, margin=0.5, comparisons=12).seeds == 60


def test_equal_activations_are_rarely_told_apart():
    """Of 400 studies with 12 equal activations, 5 % or fewer claim a difference."""
    generator = np.random.default_rng(0)
    claims = 0
    for _ in range(400):
        values = generator.normal(0, 1, (13, 10))
        corrected = holm([paired(v - values[0]).p for v in values[1:]])
        claims += bool((corrected <= 0.05).any())
    assert claims / 400 < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 400)
