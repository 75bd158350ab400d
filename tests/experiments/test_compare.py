"""Comparisons of runs made by hand: pairs, failed runs, rates, verdicts, doubts."""

import json
import math
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from multiact.experiments import compare
from multiact.experiments.rates import choose_rate, rate_curves
from tests.experiments.runs import Recipe, finals, record, study, tuned

stats = pytest.importorskip("scipy.stats")

RELU = [90.0, 91.0, 89.0, 90.5, 90.0, 91.5]
LINEAR = finals("identity", [80.0, 80.5, 80.2, 80.1, 80.9, 80.0])


def rows(comparison, table=0):
    return {row.activation: row for row in comparison.tables[table].rows}


def test_a_table_by_hand():
    gains = [1.0, 1.2, 0.8, 1.1, 0.9, 1.0]
    gelu = [a + g for a, g in zip(RELU, gains, strict=True)]
    comparison = compare([*finals("gelu", gelu), *finals("relu", RELU), *LINEAR])
    main, linear = comparison.tables
    assert [table.baseline for table in comparison.tables] == ["relu", "identity"]
    assert [row.activation for row in main.rows] == ["relu", "gelu", "identity"]
    assert [row.activation for row in linear.rows] == ["identity", "gelu", "relu"]
    base, row, worst = main.rows
    assert base.difference is None
    assert base.mean == pytest.approx(np.mean(RELU))
    assert base.deviation == pytest.approx(np.std(RELU, ddof=1))
    assert row.difference.mean == pytest.approx(1.0)
    interval = stats.ttest_rel(gelu, RELU).confidence_interval()
    assert (row.difference.low, row.difference.high) == pytest.approx(tuple(interval))
    assert row.difference.p == 2 / 64  # six of one sign
    assert row.corrected == 4 / 64  # of two comparisons, equally small
    # not significant after Holm: 6 seeds cannot be; 7 can, as 2 / 2^7 * 2 < 0.05
    assert row.verdict.text == worst.verdict.text == "needs 7 seeds"


def test_seven_seeds_can():
    relu = [*RELU, 90.2]
    comparison = compare(
        [*finals("relu", relu), *finals("gelu", [a + 1 for a in relu]), *finals("tanh", [80.0] * 7)]
    )
    found = rows(comparison)
    assert found["gelu"].verdict.text == "better"
    assert found["tanh"].verdict.text == "worse"
    assert any("identity was not run" in w for w in comparison.warnings)


def test_seeds_are_paired_whatever_their_order():
    gelu = finals("gelu", [a + 1 for a in RELU])
    comparison = compare([*gelu[::-1], *finals("relu", RELU), *LINEAR])
    assert rows(comparison)["gelu"].difference.deviation == pytest.approx(0, abs=1e-12)


def test_seeds_that_one_side_lacks_are_left_out_and_named():
    gelu = finals("gelu", [a + 1 for a in RELU])[2:]
    odd = record("gelu", 77, 0.0)
    comparison = compare([*gelu, odd, *finals("relu", RELU), *LINEAR])
    row = rows(comparison)["gelu"]
    assert row.difference.count == 4
    assert row.difference.mean == pytest.approx(1.0)
    assert "gelu and relu have 4 seeds in common, of 5 and 6" in "\n".join(comparison.warnings)


def test_no_seed_in_common():
    far = [replace(r, run=replace(r.run, seed=r.run.seed + 50)) for r in finals("gelu", RELU)]
    comparison = compare([*far, *finals("relu", RELU), *LINEAR])
    assert "gelu" not in rows(comparison)
    assert "gelu and relu have 0 seeds in common" in "\n".join(comparison.warnings)


def test_failed_runs_count():
    """One has the accuracy that it had, the other none, which is 0."""
    values = [a + 1 for a in RELU]
    gelu = finals("gelu", values)
    gelu[1] = record("gelu", 1, 9.8, finite=False)
    gelu[4] = record("gelu", 4, math.nan, finite=False)
    row = rows(compare([*gelu, *finals("relu", RELU), *LINEAR]))["gelu"]
    assert (row.failed, row.count) == (2, 6)
    values[1], values[4] = 9.8, 0.0
    assert row.mean == pytest.approx(np.mean(values))
    assert row.difference.mean == pytest.approx(np.mean(values) - np.mean(RELU))
    assert row.verdict.kind == "undecided"


def test_a_run_without_a_final_number_failed():
    gelu = finals("gelu", RELU)
    gelu[0].final.pop("test_accuracy")
    row = rows(compare([*gelu, *finals("relu", RELU), *LINEAR]))["gelu"]
    assert row.failed == 1
    assert row.mean == pytest.approx(np.sum(RELU[1:]) / 6)


def losses(name, values):
    return [record(name, s, loss=v, finite=math.isfinite(v)) for s, v in enumerate(values)]


def test_less_loss_is_better():
    relu = [0.20, 0.22, 0.21, 0.19, 0.20, 0.24, 0.23, 0.21]
    comparison = compare(
        [
            *losses("relu", relu),
            *losses("sin", [v - 0.1 for v in relu]),
            *losses("identity", [v + 0.5 for v in relu]),
        ]
    )
    table = comparison.tables[0]
    assert table.metric.name == "loss"
    assert table.margin == pytest.approx(0.05 * np.mean(relu))
    assert [row.activation for row in table.rows] == ["relu", "sin", "identity"]
    assert [row.verdict and row.verdict.text for row in table.rows] == [None, "better", "worse"]


def test_a_loss_that_is_none_is_as_bad_as_the_worst():
    relu = [0.2, 0.3, 0.25]
    comparison = compare([*losses("relu", relu), *losses("sin", [0.1, math.nan, 0.7])])
    row = rows(comparison)["sin"]
    assert row.mean == pytest.approx((0.1 + 0.7 + 0.7) / 3)
    assert row.failed == 1
    json.dumps(comparison.as_dict(), allow_nan=False)


def test_all_losses_are_none():
    both = [*losses("relu", [math.nan] * 3), *losses("sin", [math.inf] * 3)]
    assert rows(compare(both))["sin"].failed == 3


def test_settings_are_compared_apart():
    first = [*finals("relu", RELU), *finals("gelu", [a + 1 for a in RELU])]
    recipes = (Recipe("mnist1d"), Recipe(network="lenet"), Recipe(momentum=0.9))
    changes = [{"backend": "flax"}, *({"recipe": recipe} for recipe in recipes)]
    more = [replace(r, run=replace(r.run, **change)) for r in first for change in changes]
    comparison = compare([*first, *more])
    assert len(comparison.tables) == 5  # none with the identity
    assert len({table.setting for table in comparison.tables}) == 5
    assert all(len(table.rows) == 2 for table in comparison.tables)
    assert "digits, mlp, torch; momentum 0.9, epochs 5" in {
        str(t.setting) for t in comparison.tables
    }


def test_a_setting_without_the_baseline_is_named():
    comparison = compare([*finals("relu", RELU), *finals("gelu", RELU, data="mnist1d")])
    assert len(comparison.tables) == 1
    assert "mnist1d, mlp, torch: no run of relu" in comparison.warnings


def test_the_rate_is_no_setting():
    comparison = compare([*finals("relu", RELU, rate=0.1), *finals("gelu", RELU, rate=0.3)])
    assert [row.rate for row in comparison.tables[0].rows] == [0.1, 0.3]


# learning rates


def test_the_best_mean_is_chosen():
    runs = tuned("relu", {0.1: 85.0, 0.001: 80.0, 0.01: 90.0}, seeds=(100, 101, 102))
    (curve,) = rate_curves(runs)
    assert curve.rates == (0.001, 0.01, 0.1)
    assert curve.means == pytest.approx([80.0 + 0.1 / 3, 90 + 0.1 / 3, 85 + 0.1 / 3])
    assert (curve.counts, curve.failed, curve.edge) == ((3, 3, 3), (0, 0, 0), "")
    assert choose_rate(runs) == curve.chosen == 0.01


def test_of_equal_rates_the_smaller_is_chosen():
    """Whatever the order of the seeds, by which the means differ in their last digit."""
    scores = {0.3: (90.2, 87.1, 93.3), 0.1: (93.3, 87.1, 90.2), 1.0: (8.0,)}
    runs = [record("relu", seed, score, rate=rate, stage="tune")
            for rate, three in scores.items() for seed, score in enumerate(three)]  # fmt: skip
    means = rate_curves(runs)[0].means
    assert means[0] < means[1]
    assert choose_rate(runs) == 0.1


def test_a_mean_counts_not_a_single_seed():
    lucky = [record("relu", s, a, rate=0.1, stage="tune") for s, a in enumerate((99.0, 10.0))]
    assert choose_rate([*lucky, *tuned("relu", {0.01: 70.0})]) == 0.01


def test_failed_runs_spoil_a_rate():
    broken = [record("relu", s, None, rate=1.0, stage="tune", finite=False) for s in (100, 101)]
    runs = [*tuned("relu", {0.1: 20.0, 0.01: 15.0}), *broken]
    assert choose_rate(runs) == 0.1
    assert rate_curves(runs)[0].failed == (0, 0, 2)
    regression = [record("sin", 0, loss=v, rate=r, stage="tune", finite=math.isfinite(v))
                  for r, v in {0.01: 0.5, 0.1: 0.4, 1.0: math.nan}.items()]  # fmt: skip
    assert choose_rate(regression) == 0.1
    json.dumps(rate_curves(regression)[0].as_dict(), allow_nan=False)


def test_rates_are_chosen_from_tuning_runs_alone():
    runs = [*tuned("relu", {0.01: 90.0, 0.1: 80.0}), record("relu", 0, 99.0, rate=0.1)]
    assert choose_rate(runs) == 0.01


def warnings_of(*records):
    return "\n".join(compare([*records, *LINEAR]).warnings)


FAIR = tuned("relu", {0.001: 80.0, 0.01: 90.0, 0.1: 85.0}) + tuned(
    "identity", {0.001: 80.0, 0.01: 81.0, 0.1: 79.0}
)


def test_a_fair_study_has_no_warning():
    assert warnings_of(*FAIR, *finals("relu", RELU)) == ""


@pytest.mark.parametrize(
    ("more", "warning"),
    [
        (
            tuned("gelu", {0.01: 80.0, 0.1: 90.0, 0.001: 70.0}),
            "the largest rate of the grid was chosen for gelu (0.1)",
        ),
        (
            tuned("gelu", {0.001: 90.0, 0.01: 80.0, 0.1: 80.0}),
            "the smallest rate of the grid was chosen for gelu (0.001)",
        ),
        (tuned("gelu", {0.01: 90.0}), "the only rate of the grid was chosen for gelu (0.01)"),
        (
            tuned("gelu", {0.001: 80.0, 0.01: 90.0, 0.03: 80.0, 0.1: 80.0}),
            "unequal budgets: 8 runs tuned gelu, 6 relu",
        ),
        (finals("gelu", RELU), "the rate of gelu was not tuned, others were"),
        (
            finals("relu", RELU, rate=0.1),
            "relu: 0.01 was chosen, runs with 0.1 are left out",
        ),
        (
            [record("relu", 3, 90.0, stage="tune")],
            "rates were chosen with seeds that are compared, too: 3",
        ),
    ],
)
def test_doubts(more, warning):
    assert warning in warnings_of(*FAIR, *finals("relu", RELU), *more)


def test_another_rate_than_the_chosen_one():
    assert "relu was run with 0.1, but 0.01 was chosen" in warnings_of(
        *FAIR, *finals("relu", RELU, rate=0.1)
    )


def test_untuned():
    assert "rates were not tuned" in warnings_of(*finals("relu", RELU))


# whole


def test_a_folder_is_read_by_the_store(monkeypatch, tmp_path):
    runs = [*finals("relu", RELU), *finals("gelu", RELU)]
    store = SimpleNamespace(results=lambda folder: runs if folder == tmp_path else [])
    monkeypatch.setitem(sys.modules, "multiact.experiments.store", store)
    assert compare(tmp_path) == compare(runs)


def test_a_document_for_json():
    comparison = compare(study({"relu": 90.0, "gelu": 92.0, "identity": 80.0}, failing=("gelu",)))
    document = json.loads(json.dumps(comparison.as_dict(), allow_nan=False))
    assert [t["baseline"] for t in document["tables"]] == ["relu", "identity"]
    names = {row["activation"] for row in document["tables"][0]["rows"]}
    assert names == {"relu", "gelu", "identity"}
    assert document["tables"][0]["recipe"] == {"momentum": "0.8", "epochs": "5"}
    assert len(document["rates"]) == 3
