"""The tests by the interpreter report faults: each is planted here, and each has to be found."""

from __future__ import annotations

import pytest

from multiact.kernels.triton_source import DeviceLoop
from tests.battery.programs import checked, with_autograd
from tests.battery.rows import modules_rows
from tests.battery.subject import subjects
from tests.battery.variants import backend
from tests.gpu.watched import require_interpreter, watching

require_interpreter()
from tests.gpu import test_layouts  # noqa: E402  which skips, too


@pytest.fixture
def plant(monkeypatch):
    """Replace pieces of the kernels' source; loaded kernels are forgotten before and after."""
    plain = DeviceLoop.source.func

    def replace(*pairs: tuple[str, str], gradients: bool = False) -> list[str]:
        changed: list[str] = []

        def source(loop: DeviceLoop) -> str:
            text = wrong = plain(loop)
            if loop.reductions or not gradients or len(loop.inputs.data) > 1:
                for old, new in pairs:
                    wrong = wrong.replace(old, new)
            changed.extend([wrong] * (wrong != text))
            return wrong

        monkeypatch.setattr(DeviceLoop, "source", property(source))
        forget()
        return changed

    yield replace
    forget()


def forget() -> None:
    """Forget the kernels that are loaded."""
    from multiact_torch import _triton

    _triton._kernel.cache_clear()
    _triton._LOADED.clear()


def faults(name: str, dtype: str = "float32") -> list[str]:
    (subject,) = subjects(name, dtype)
    with watching():
        return checked(backend("torch.native"), modules_rows(subject), with_autograd)


def test_a_wrong_slope(plant):
    assert faults("mish") == []
    store = "tl.store(y0_at + column, ("  # the cotangents of a sum are one number, repeated
    changed = plant((store, f"{store}1.00001 * "), gradients=True)
    assert any("derivative by x" in line for line in faults("mish"))
    assert changed


def test_a_wrong_coefficient_of_an_elementary_function(plant):
    changed = plant(("0.16666466", "0.1668"))  # 0.16668 costs five units, which the goal allows
    assert any("value" in line for line in faults("softplus"))
    assert changed


def test_a_lost_mask_where_results_are_stored(plant):
    changed = plant((".to(tl.float32), mask=here)", ".to(tl.float32))"))
    assert test_layouts.written_beyond(1000) == 24
    assert changed


def test_a_lost_mask_of_sums(plant):
    # without the other one, padding is 0 times a slope
    changed = plant(("tl.where(here, ", "tl.where(lane >= 0, "), ("other=0.0", "other=-1.0"))
    with pytest.raises(AssertionError):
        test_layouts.test_a_program_adds_up_several_blocks((600_000,), "flat")
    assert changed


def test_sums_in_16_bits(plant):
    changed = plant(("tl.sum(s0, axis=0)", "tl.sum(s0.to(tl.float16), axis=0)"))
    with pytest.raises(AssertionError):
        test_layouts.test_sums_of_16_bits_are_not_rounded_on_the_way("bfloat16")
    assert changed


def test_the_channel_of_another_row(plant):
    changed = plant(("channel = row % channels", "channel = (row + 1) % channels"))
    with pytest.raises(AssertionError):
        test_layouts.test_a_parameter_for_each_channel("images")
    assert changed


def test_sums_without_one_of_their_blocks(plant):
    changed = plant(("for step in range(STEPS):", "for step in range(STEPS - 1):"))
    with pytest.raises(AssertionError):
        test_layouts.test_a_program_adds_up_several_blocks((9000, 100), "columns")
    assert changed
