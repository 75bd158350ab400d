"""A part can be held out, inputs are standardised by column, and batches repeat."""

import numpy as np
import pytest

from multiact.experiments import Dataset, Split, batches


@pytest.fixture
def numbers():
    """Inputs and targets that name the example that they belong to."""
    rows = np.arange(100.0)
    train = Split(np.stack([rows, 10 * rows], 1), rows[:, None])
    test = Split(-train.inputs[:7], -train.targets[:7])
    return Dataset("numbers", "a test", train, test, np.array([1.0, 20.0]), np.array([2.0, 5.0]))


def test_it_says_what_it_is(numbers):
    assert (numbers.task, numbers.shape) == ("regression", (2,))
    assert numbers.describe() == "numbers, 100 training and 7 test examples, from a test"


def test_columns_are_standardised(numbers):
    x = numbers.standardise(np.array([[1.0, 20.0], [5.0, 10.0]]))
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x, [[0, 0], [2, -2]])


def test_a_held_out_part_is_not_trained_on(numbers):
    part = numbers.holdout(0.25, seed=3)
    kept, held = (split.targets[:, 0].tolist() for split in (part.train, part.test))
    assert (len(kept), len(held)) == (75, 25)
    assert sorted(kept + held) == list(range(100))
    assert (kept, held) == (sorted(kept), sorted(held))
    assert part.train.inputs[:, 1].tolist() == [10 * row for row in kept]
    assert (part.name, part.source) == ("numbers", "a test")
    assert part.mean is numbers.mean
    assert part.std is numbers.std


def test_what_is_held_out_depends_on_the_seed_alone(numbers):
    def held(seed):
        return numbers.holdout(seed=seed).test.targets[:, 0].tolist()

    assert held(0) == held(0) != held(1)
    assert len(held(0)) == 17  # a sixth of 100, rounded
    assert held(0)[:4] == [5, 10, 11, 13]  # on every machine


@pytest.mark.parametrize("fraction", [0, 0.001, 0.999, 1, 2, -0.5])
def test_both_parts_need_an_example(numbers, fraction):
    with pytest.raises(ValueError, match="both parts need 1 or more"):
        numbers.holdout(fraction)


def test_batches_repeat_and_see_every_example_once():
    def order(**given):
        return [batch.tolist() for batch in batches(1000, 128, **given)]

    first = order(seed=3, epoch=1)
    assert first == order(seed=3, epoch=1)
    assert first != order(seed=3, epoch=2)
    assert first != order(seed=4, epoch=1)
    assert [len(batch) for batch in first] == [128] * 7 + [104]
    assert sorted(i for batch in first for i in batch) == list(range(1000))


def test_batches_are_the_same_on_every_machine():
    assert next(batches(60000, 4, seed=0)).tolist() == [4013, 23840, 29603, 43011]


def test_a_batch_needs_an_example():
    with pytest.raises(ValueError, match="got 0"):
        next(batches(10, 0, seed=0))
