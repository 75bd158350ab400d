"""Files are written beside and renamed: what was there stays until the new one is complete."""

import os
import stat

import numpy as np
import pytest

from multiact._files import replaced

OLD, NEW = b"old", b"new"


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "weights.bin"
    path.write_bytes(OLD)
    return path


def write(path, content=NEW):
    with replaced(path) as new:
        assert new.suffix == path.suffix
        new.unlink()  # as writers do that rename files of their own
        new.write_bytes(content)
        new.chmod(0o600)


def names(path):
    return sorted(p.name for p in path.parent.iterdir())


def test_the_mode_is_kept(old):
    for kept in (0o640, 0o755, 0o600):
        old.chmod(kept)
        write(old)
        assert (old.read_bytes(), mode(old)) == (NEW, kept)
    assert names(old) == ["weights.bin"]


def test_a_new_file_has_the_usual_mode(tmp_path):
    path, usual = tmp_path / "a.bin", tmp_path / "usual"
    usual.touch()
    write(path)
    assert mode(path) == mode(usual)


def test_links_are_followed(old, tmp_path):
    (tmp_path / "other").mkdir()
    link, second = tmp_path / "other" / "link.bin", tmp_path / "second.bin"
    link.symlink_to(old)
    second.symlink_to("other/link.bin")
    write(second)
    assert second.is_symlink()
    assert link.is_symlink()
    assert (old.read_bytes(), old.is_symlink()) == (NEW, False)
    dangling = tmp_path / "dangling.bin"
    dangling.symlink_to(tmp_path / "created.bin")
    write(dangling)
    assert dangling.is_symlink()
    assert (tmp_path / "created.bin").read_bytes() == NEW


def fail(path, error):
    with replaced(path) as new:
        new.write_bytes(b"half")
        raise error


def test_a_failure_leaves_the_old_file_and_nothing_else(old):
    for error in (OSError("No space left on device"), KeyboardInterrupt()):
        with pytest.raises(type(error)):
            fail(old, error)
        assert old.read_bytes() == OLD
        assert names(old) == ["weights.bin"]


def test_the_old_file_is_whole_while_the_new_one_is_written(old):
    with replaced(old) as new:
        new.write_bytes(NEW)
        assert old.read_bytes() == OLD
    assert old.read_bytes() == NEW


def test_weights_and_pictures_are_written_so(tmp_path, monkeypatch):
    pytest.importorskip("safetensors")
    from safetensors import SafetensorError

    from multiact.checkpoints import read, write

    path, link = tmp_path / "a.safetensors", tmp_path / "link.safetensors"
    write({"a": np.ones(2)}, path)
    path.chmod(0o644)
    link.symlink_to(path)
    write({"a": np.zeros(3)}, link)
    assert link.is_symlink()
    assert mode(path) == 0o644
    assert read(path)["a"].shape == (3,)
    with pytest.raises(SafetensorError):
        write({"a": np.asarray(["text"])}, path)
    assert read(path)["a"].shape == (3,)
    pytest.importorskip("matplotlib")
    from multiact.cli import main

    picture = tmp_path / "a.png"
    assert main(["plot", "relu", "--out", str(picture)]) == 0
    before = picture.read_bytes()
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", _full)
    assert main(["plot", "relu", "--out", str(picture)]) == 2
    assert picture.read_bytes() == before
    assert names(picture) == ["a.png", "a.safetensors", "link.safetensors"]


def _full(figure, file, **options):
    file.write_bytes(b"half")
    raise OSError(28, os.strerror(28))
