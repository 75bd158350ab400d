"""What every worker of a test run shares."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import caches

caches.use_folder()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep tests that share what is expensive on one worker."""
    from tests.helpers.groups import Groups

    return Groups(config, log)


def pytest_collection_finish() -> None:
    """What is imported now stays, and need not be looked at by each collection of garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of kernels, and no compiler that has failed before."""
    from multiact.kernels import compiler

    folder = tmp_path / "cache"
    monkeypatch.setenv("MULTIACT_CACHE", str(folder))
    monkeypatch.setattr(compiler, "_broken", set())
    return folder
