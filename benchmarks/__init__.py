"""Benchmarks for asv, and the same measurements for `bench-compare` and the performance page.

    nox -s bench -- --quick             a few of them once
    nox -s bench                        all of them (hours: every activation, every backend)
    nox -s bench-compare -- REV         fail if this tree is slower than REV
    python -m benchmarks.report         write docs/performance.md

Environment variables choose less, or more:

    MULTIACT_BENCH_ACTIVATIONS  NAME, /path/FILE.py:FUNCTION or MODULE:FUNCTION, separated by
                                commas; default: all that are registered, plugins' too.  A path
                                must be absolute: asv runs elsewhere
    MULTIACT_BENCH_BACKENDS     numpy, torch, torch.compile, jax.jit, flax
    MULTIACT_BENCH_COMPILE      1: torch.compile too (some 10 s per activation)
    MULTIACT_BENCH_SECONDS      how long a ratio is measured, default 0.5

Times are of the CPU, on one thread.  A ratio is the median over pairs measured one after the
other in the same process; absolute times from a shared machine are worth little.
"""
