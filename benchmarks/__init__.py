"""Benchmarks for asv, and the same measurements for `bench-compare` and the performance page.

    nox -s bench -- --quick             run a few of them once
    nox -s bench                        run all (hours: every activation on every backend)
    asv publish && asv preview          show what was measured, commit by commit
    nox -s bench-compare -- REV         fail if this tree is slower than REV; --json FILE
    python -m benchmarks.report         write docs/performance.md

Environment variables select what is measured:

    MULTIACT_BENCH_ACTIVATIONS  NAME, /path/FILE.py:FUNCTION or MODULE:FUNCTION, separated by
                                commas; default: all registered activations, including those
                                of plugins.  Paths must be absolute, since asv changes folders
    MULTIACT_BENCH_BACKENDS     numpy, torch, torch.compile, jax.jit, flax
    MULTIACT_BENCH_COMPILE      1: also torch.compile (about 10 s per activation)
    MULTIACT_BENCH_SECONDS      how long to measure each ratio, default 0.5

Times are CPU times on one thread.  A ratio is the median over pairs that are measured in turn
in the same process; absolute times from a shared machine are of little use.
"""
