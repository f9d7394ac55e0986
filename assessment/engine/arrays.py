"""The array types of the arithmetic: rows are localities, columns are nodes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
CodeArray = npt.NDArray[np.int8]

# Why a node has no score for a locality; kept beside the NaN, never in place of it.
PRESENT = np.int8(0)
NOT_APPLICABLE = np.int8(1)
MISSING = np.int8(2)
# A screen of the framework took it out: neither missing nor a matter of any policy.
LEFT_OUT = np.int8(3)
