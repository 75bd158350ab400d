"""What every worker of a test run shares."""

from __future__ import annotations

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


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of kernels, and no compiler that has failed before."""
    from multiact.kernels import compiler

    folder = tmp_path / "cache"
    monkeypatch.setenv("MULTIACT_CACHE", str(folder))
    monkeypatch.setattr(compiler, "_broken", set())
    return folder
