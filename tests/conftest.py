"""What every worker of a test run shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers import caches

caches.use_folder()


def pytest_configure(config: pytest.Config) -> None:
    """Keep tests of one group on one worker: what they share is made once."""
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist = "loadgroup"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of kernels, and no compiler that has failed before."""
    from multiact.kernels import compiler

    folder = tmp_path / "cache"
    monkeypatch.setenv("MULTIACT_CACHE", str(folder))
    monkeypatch.setattr(compiler, "_broken", set())
    return folder
