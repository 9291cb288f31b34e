"""Which blocks adjoin, and how do the blocks of one owner hang together?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS: Final = 8


@dataclass(frozen=True, eq=False)
class SharedEdges:
    """Pairs of adjoining blocks, each pair once in each direction, and the length they share.

    Attributes
    ----------
    left, right
        Positions of blocks, shape (e,).
    length
        Length of each shared edge, in degrees, shape (e,); a pair may come several times.
    """

    left: NDArray[np.intp]
    right: NDArray[np.intp]
    length: NDArray[np.float64]


def shared_edges(blocks: NDArray[np.object_]) -> SharedEdges:
    """Return which blocks adjoin, from the vertices that they have in common.

    Parameters
    ----------
    blocks
        Polygons that tile an area with identical vertices on common edges.
    """
    points, block = shapely.get_coordinates(blocks, return_index=True)
    follows = block[1:] == block[:-1]
    start, end, owner = points[:-1][follows], points[1:][follows], block[:-1][follows]
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    low, high = np.where(swap[:, None], end, start), np.where(swap[:, None], start, end)
    order = np.lexsort((owner, high[:, 1], high[:, 0], low[:, 1], low[:, 0]))
    key = np.column_stack((low, high))[order]
    pair = np.flatnonzero((key[1:] == key[:-1]).all(axis=1))
    one, other = owner[order][pair], owner[order][pair + 1]
    length = np.hypot(key[pair, 2] - key[pair, 0], key[pair, 3] - key[pair, 1])
    return SharedEdges(
        np.concatenate((one, other)), np.concatenate((other, one)), np.tile(length, 2)
    )


def joined(owner: NDArray[np.int64], edges: SharedEdges) -> NDArray[np.int64]:
    """Return owners such that each owner's blocks hang together.

    Blocks that are cut off from the largest part of their owner go to the owner with which they
    share the longest edge.

    Parameters
    ----------
    owner
        Owner of each block, from 0, shape (b,).
    edges
        Which blocks adjoin.
    """
    owner = owner.copy()
    for _ in range(_ROUNDS):
        astray = np.flatnonzero(_cut_off(owner, edges))
        if not len(astray):
            break
        for block in astray:
            beside = (edges.left == block) & (owner[edges.right] != owner[block])
            if beside.any():
                weight = np.bincount(owner[edges.right[beside]], edges.length[beside])
                owner[block] = int(weight.argmax())
    return owner


def _cut_off(owner: NDArray[np.int64], edges: SharedEdges) -> NDArray[np.bool_]:
    """Return which blocks are not in the largest connected part of their owner, shape (b,)."""
    same = owner[edges.left] == owner[edges.right]
    left, right = edges.left[same], edges.right[same]
    links = coo_array((np.ones(len(left)), (left, right)), (len(owner), len(owner)))
    parts, part = connected_components(links, directed=False)
    size = np.bincount(part, minlength=parts)
    best = np.lexsort((part, -size[part], owner))
    first = np.concatenate(([True], owner[best][1:] != owner[best][:-1]))
    largest = np.zeros(int(owner.max()) + 1, dtype=np.int64)
    largest[owner[best][first]] = part[best][first]
    return np.asarray(part != largest[owner])
