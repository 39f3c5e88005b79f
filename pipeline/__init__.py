"""Ledgers in, figures and documents out."""

import os

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # nothing here is linear algebra: NumPy's threads for it would only wait
