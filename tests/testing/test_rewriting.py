"""What rewriting saves: errors as written and as computed, against known ones."""

from __future__ import annotations

import math

import pytest

import multiact
from multiact.testing.rewriting import worst_errors
from tests.helpers.registered import temporary_registrations


def test_the_loss_of_a_logarithm_near_one():
    # log(1 + 2**-24) is 0 in float32: all digits of about 2**24 units are lost
    written, computed = worst_errors(multiact.get("softplus"), {"beta": 1.0})
    assert 2**23 < written < 2**25
    assert computed < 3


def test_an_overflow_on_the_way_is_infinite():
    with temporary_registrations():

        @multiact.activation
        def planted(x, /, *, xp):
            return xp.exp(x) * xp.exp(x) / (1 + xp.exp(x) * xp.exp(x))

        written, computed = worst_errors(planted, {})
        assert written == math.inf
        assert computed < 8


def test_nothing_is_lost_where_nothing_is_rewritten():
    assert worst_errors(multiact.get("relu"), {}) == pytest.approx((0.0, 0.0), abs=0.5)
