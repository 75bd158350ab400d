"""Which tests stay together on one worker of pytest-xdist: those that share what is expensive.

pytest-xdist has marks for this; its worker writes them into the names of the tests, which
pytest 9 no longer lets it do. Here the names say it as they are.
"""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScopeScheduling

#: files whose fixtures take seconds: all of their tests are one group
WHOLE = frozenset(
    {
        "tests/frameworks/test_jax_distributed.py",
        "tests/frameworks/test_torch_distributed.py",
        "tests/onnx/test_onnx.py",
        "tests/tools/test_stubs.py",
    }
)
#: a folder whose tests read the properties of all activations, which the first of them measures
MEASURED = "tests/analysis/"
#: folders whose tests with the same first parameter, the activation, derive and compile the same
BY_PARAMETER = ("tests/accuracy/", "tests/battery/")


def group(test: str) -> str:
    """The name of a test's group; its own if it has none."""
    file, _, name = test.partition("::")
    if file in WHOLE:
        return file
    if file.startswith(MEASURED):
        return MEASURED
    if file.startswith(BY_PARAMETER) and name.endswith("]"):
        return name.partition("[")[2].rstrip("]").partition("-")[0]
    return test


class Groups(LoadScopeScheduling):
    """Gives each worker a group at a time."""

    def _split_scope(self, nodeid: str) -> Any:
        return group(nodeid)
