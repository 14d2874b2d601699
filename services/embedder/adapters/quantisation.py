"""Quantisation of matrices to int8, for the graphs of both runtimes."""

import numpy as np
import numpy.typing as npt

_INT8_LEVELS = 64
"""Half of what int8 holds: processors without VNNI (AVX2) add two products in 16 bits, and cut off more than that."""


def quantise_columns(matrix: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Symmetric int8 with a scale per column: `levels * scales` is the matrix to within half a scale.

    Args:
        matrix: float32, shape (inputs, outputs).

    Returns:
        Levels in -64..64, shape (inputs, outputs), and scales, shape (outputs,).
    """
    scales = (np.abs(matrix).max(axis=0) / _INT8_LEVELS).astype(np.float32)
    scales[scales == 0] = 1
    return np.rint(matrix / scales).astype(np.int8), scales
