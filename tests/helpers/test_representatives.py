"""Representatives have between them all that activations have."""

import os
import subprocess
import sys

import pytest

import multiact
from tests.helpers import representatives as module
from tests.helpers.caches import ROOT
from tests.helpers.representatives import chosen, features, is_special, representatives

NAMES = tuple(name for name in multiact.names() if not is_special(multiact.get(name)))


def test_every_feature_is_there():
    found = {feature for name in chosen(NAMES) for feature in features(multiact.get(name))}
    assert found == {feature for name in NAMES for feature in features(multiact.get(name))}


def test_they_are_few_and_of_every_kind():
    assert len(chosen(NAMES)) <= 60
    kinds = {multiact.get(name).kind for name in chosen(NAMES)}
    assert kinds == {multiact.get(name).kind for name in NAMES}


def test_they_do_not_depend_on_the_process():
    code = "from tests.helpers.representatives import *; print(*representatives())"
    for seed in ("1", "2"):
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.split() == representatives()


@pytest.mark.parametrize("everything", [False, True])
def test_all_of_them_where_that_is_asked_for(everything, monkeypatch):
    monkeypatch.setattr(module, "EVERYTHING", everything)
    known = ["gelu", "telu", "talu"]
    few = [name for name in known if name in chosen(NAMES)]
    assert representatives(known) == (known if everything else few)
    assert (representatives() == list(NAMES)) == everything
