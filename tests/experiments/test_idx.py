"""The IDX reader takes what is right and names what is wrong."""

import gzip

import numpy as np
import pytest

from multiact.experiments.data.idx import IdxError, read_idx

HEADER = b"\0\0\x08\x02\0\0\0\x02\0\0\0\x03"
RIGHT = HEADER + bytes(range(6))


def write(folder, content):
    path = folder / "some-idx2-ubyte"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_it_reads(tmp_path, pack):
    array = read_idx(write(tmp_path, pack(RIGHT)))
    assert array.dtype == np.uint8
    np.testing.assert_array_equal(array, [[0, 1, 2], [3, 4, 5]])


TYPES = {0x08: "u1", 0x09: "i1", 0x0B: "i2", 0x0C: "i4", 0x0D: "f4", 0x0E: "f8"}


@pytest.mark.parametrize("code", TYPES, ids=TYPES.values())
def test_elements_are_big_endian(tmp_path, code):
    values = np.array([1, 2, 100], dtype=TYPES[code])
    content = bytes([0, 0, code, 1, 0, 0, 0, 3]) + values.astype(f">{TYPES[code]}").tobytes()
    array = read_idx(write(tmp_path, content))
    assert array.dtype == values.dtype
    assert array.dtype.isnative
    np.testing.assert_array_equal(array, values)


def test_no_elements_are_fine(tmp_path):
    assert read_idx(write(tmp_path, b"\0\0\x08\x02\0\0\0\0\0\0\0\x03")).shape == (0, 3)


FAULTS = {
    "empty": (b"", "not an IDX file; it starts with nothing"),
    "another format": (b"\x89PNG\r\n\x1a\n", "not an IDX file; it starts with 89 50 4e 47"),
    "wrong type": (b"\0\0\x07\x01\0\0\0\0", "not an IDX file"),
    "short header": (HEADER[:9], "truncated in its header of 12 bytes: it has 9"),
    "short": (RIGHT[:-1], "truncated; its header promises 2 x 3 elements, 6 bytes, and 5 follow"),
    "long": (RIGHT + b"!", "too long; its header promises 2 x 3 elements, 6 bytes, and 7 follow"),
    "short gzip": (gzip.compress(RIGHT)[:-9], "truncated or damaged gzip"),
    "damaged gzip": (gzip.compress(RIGHT)[:-8] + b"12345678", "truncated or damaged gzip"),
    "short inside gzip": (gzip.compress(RIGHT[:-1]), "truncated; its header"),
    "huge": (b"\0\0\x0e\x03" + b"\xff" * 12, "truncated; its header promises 4294967295 x"),
}


@pytest.mark.parametrize(("content", "fault"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named(tmp_path, content, fault):
    path = write(tmp_path, content)
    with pytest.raises(IdxError) as caught:
        read_idx(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert fault in str(caught.value)


def test_a_missing_file_is_the_usual_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "nothing")
