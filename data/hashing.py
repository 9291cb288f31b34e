"""Which numbers stand for values, on every machine and in every version of every library?

Plain arithmetic on 64-bit numbers: the content hash of the lake is kept for years, so that it must
not hang on how a library happens to hash. These are no secrets and guard against no attacker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BYTES: Final = 8
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SALT: Final = np.uint64(1)
_SHIFTS: Final = np.array([30, 27, 31], dtype=np.uint64)
_NOT_A_NUMBER: Final = np.uint64(0x7FF8_0000_0000_0000)


def mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers in which every bit depends on every bit of the value; no two collide.

    References
    ----------
    The finaliser of SplitMix64: Steele, Lea and Flood (2014), Fast splittable pseudorandom number
    generators, OOPSLA.

    Examples
    --------
    >>> [hex(n) for n in mixed(np.array([0, 1, 2], dtype=np.uint64))]
    ['0x0', '0x5692161d100b05e5', '0xdbd238973a2b148a']
    """
    state: NDArray[np.uint64] = values ^ (values >> _SHIFTS[0])
    state *= _FIRST
    state ^= state >> _SHIFTS[1]
    state *= _SECOND
    state ^= state >> _SHIFTS[2]
    return state


def hash_text(values: pa.Array) -> NDArray[np.uint64]:
    """Return a number for each text by its UTF-8 bytes, shape (rows,).

    Among a million different texts, the chance that any two share a number is below one in ten
    million.

    Parameters
    ----------
    values
        Arrow strings without nulls.
    """
    lengths = pc.binary_length(values).to_numpy(zero_copy_only=False)
    words = -(-lengths // _BYTES)
    hashes = np.empty(len(values), dtype=np.uint64)
    for width in np.unique(words):
        alike = words == width
        state = mixed(lengths[alike].astype(np.uint64) + _SALT)
        for word in _words(values.filter(pa.array(alike)), lengths[alike], int(width)).T:
            state = mixed(state ^ word)
        hashes[alike] = state
    return hashes


def _words(values: pa.Array, lengths: NDArray[np.int32], width: int) -> NDArray[np.uint64]:
    """Return texts as words of 8 bytes with zeros behind them, shape (rows, width)."""
    _, offsets, text = values.buffers()
    start = int(np.frombuffer(offsets, dtype=np.int32)[values.offset])
    letters = np.frombuffer(text or b"", dtype=np.uint8)[start : start + int(lengths.sum())]
    within = np.arange(width * _BYTES) < lengths[:, None]
    if letters.size == within.size:
        return letters.reshape(within.shape).view("<u8")
    packed = np.zeros(within.shape, dtype=np.uint8)
    packed[within] = letters
    return packed.view("<u8")


def number_bits(values: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return floats as the numbers that their bits spell; 0 and -0 are one, and so is any NaN."""
    return np.where(np.isnan(values), _NOT_A_NUMBER, (values + 0.0).view(np.uint64))


def distinct(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the distinct values, sorted; by sorting, which is lean on memory.

    Examples
    --------
    >>> distinct(np.array([7, 3, 7], dtype=np.uint64)).tolist()
    [3, 7]
    """
    ordered = np.sort(values)
    first = np.ones(len(ordered), dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]
