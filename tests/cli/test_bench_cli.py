"""`multiact bench`: what is compared with what, that both compute the same, what is printed."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

import multiact
from multiact.adapters.frameworks import Unavailable, part
from multiact.cli import bench, main
from multiact.testing import timing
from multiact.testing.timing import Comparison
from tests.helpers.commands import output
from tests.helpers.nested import flat
from tests.helpers.registered import temporary_registrations

OWN = {
    ("torch", "gelu"): "torch.nn.GELU",
    ("torch", "gelu_tanh"): bench.OPERATIONS,
    ("torch", "softmax"): "torch.nn.Softmax",
    ("torch", "glu"): "torch.nn.GLU",
    ("torch", "talu"): bench.OPERATIONS,
    ("jax", "gelu"): bench.OPERATIONS,
    ("jax", "gelu_tanh"): "jax.nn.gelu",
    ("jax", "softmax"): "jax.nn.softmax",
    ("jax", "glu"): "jax.nn.glu",
    ("jax", "talu"): bench.OPERATIONS,
    ("numpy", "gelu"): bench.OPERATIONS,
}
KINDS = (
    "talu gelu prelu rrelu staf sparse_sigmoid swiglu silu_and_mul silu_mul softmax softmin "
    "log_softmax crelu maxout moe funnel_relu dice"
).split()


def run(capsys, *argv):
    return output(capsys, "bench", *argv, "--seconds", "0", "--elements", "500")


@pytest.mark.filterwarnings("ignore")  # as the command does: they are the frameworks' own
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("framework", bench.FRAMEWORKS)
def test_both_sides_compute_the_same(framework, name, monkeypatch):
    pytest.importorskip(framework)
    kit = part(framework, "_testing").FRAMEWORK

    def compare(ours, theirs, _clock, _budget):
        for mine, other in zip(flat(ours()), flat(theirs()), strict=True):
            truth = kit.to_numpy(other)
            scale = max(1.0, np.abs(truth).max())
            np.testing.assert_allclose(kit.to_numpy(mine), truth, rtol=2e-4, atol=2e-5 * scale)
        return Comparison((1.0,), (1.0,))

    monkeypatch.setattr(bench, "compare", compare)
    act = multiact.get(name)
    rows = [*bench._measure(act, framework, 500, 0.0)]
    passes = ["forward", "forward+backward"]
    one_array = act.kind == "elementwise" or framework != "numpy"
    assert [row.pass_ for row in rows] == (passes if one_array else passes[:1])


def test_the_frameworks_own_is_the_reference_where_there_is_one(capsys):
    names = sorted({name for _, name in OWN})
    rows = json.loads(run(capsys, *names, "--json"))["rows"]
    found = {(row["framework"], row["activation"]): row["reference"] for row in rows}
    for place, reference in OWN.items():
        assert found.get(place, reference) == reference, place
    assert found["numpy", "gelu"] == bench.OPERATIONS
    assert all(row["ours"] > 0 and row["theirs"] > 0 and row["ratio"] > 0 for row in rows)


def test_other_parameters_are_not_the_frameworks_own():
    pytest.importorskip("torch")
    assert bench._own(multiact.get("elu"), "torch")[0] == "torch.nn.ELU"
    assert bench._own(multiact.get("elu", alpha=0.5), "torch") is None
    assert bench._own(multiact.get("softmax", axis=1), "torch")[1].dim == 1


def test_the_table(capsys, monkeypatch):
    monkeypatch.setattr(bench, "FRAMEWORKS", ("numpy",))
    times = Comparison((2e-5, 3e-5, 1e-5), (4e-5, 2e-5, 4e-5))
    monkeypatch.setattr(bench, "compare", lambda *_: times)
    head, *rows, last = run(capsys, "relu", "gelu").splitlines()
    assert head.split() == ["activation", "framework", "pass", "time", "ratio", "to"]
    assert [row.split()[:6] for row in rows] == [
        [name, "numpy", what, "20", "us", "0.50"]
        for name in ("relu", "gelu")
        for what in ("forward", "forward+backward")
    ]
    assert last.startswith("CPU time for about 500 float32 numbers on one thread")


def test_what_is_missing_is_said(capsys, monkeypatch):
    def only_numpy(framework, name):
        if framework != "numpy":
            raise Unavailable(f"{framework} is not installed: pip install it")
        return part(framework, name)

    monkeypatch.setattr(bench, "part", only_numpy)
    assert "missing: torch is not installed: pip install it" in run(capsys, "relu")
    assert set(json.loads(run(capsys, "relu", "--json"))["missing"]) == {"torch", "jax"}


def test_a_users_activation_is_measured(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "FRAMEWORKS", ("numpy",))
    file = tmp_path / "mine.py"
    text = "def bend(x, /, *, xp):\n    print('traced')\n    return xp.exp(x) - 1\n"
    file.write_text(f"import multiact\n@multiact.activation\n{text}")
    with temporary_registrations():
        assert main(["bench", f"{file}:bend", "--seconds", "0", "--elements", "9"]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines()[1].startswith("bend")
    assert "traced" in captured.err


def test_one_thread_and_what_was_before(monkeypatch):
    for before in (None, "3"):
        if before is None:
            monkeypatch.delenv("MULTIACT_NUM_THREADS", raising=False)
        else:
            monkeypatch.setenv("MULTIACT_NUM_THREADS", before)
        with bench._one_thread():
            assert os.environ["MULTIACT_NUM_THREADS"] == "1"
        assert os.environ.get("MULTIACT_NUM_THREADS") == before
    if hasattr(os, "sched_getaffinity"):
        cores = os.sched_getaffinity(0)
        with bench._one_thread():
            assert len(os.sched_getaffinity(0)) == 1
        assert os.sched_getaffinity(0) == cores


def test_torch_starts_with_one_thread():
    pytest.importorskip("torch")
    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("this system has no affinity")
    code = (
        "from multiact.cli.bench import _one_thread\n"
        "with _one_thread():\n    import torch; print(torch.get_num_threads())"
    )
    env = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=env)
    assert done.stdout.split() == [b"1"]


def test_a_ratio_is_the_median_of_pairs(monkeypatch):
    monkeypatch.setattr(timing, "SAMPLE", 0.0)
    now = [0.0]
    costs = iter([1.0] * 5 + [1.0] * 5 + [2, 1, 1, 3, 4, 1, 1, 5, 100, 1])  # warm-up, pairs

    def cost():
        now[0] += next(costs)

    # the order alternates: ours 2 3 4 5 100 against 1 each
    found = timing.compare(cost, cost, lambda: now[0], 0.0)
    assert found.ours == (2, 3, 4, 5, 100)
    assert found.theirs == (1, 1, 1, 1, 1)
    assert found.ratio == 4
