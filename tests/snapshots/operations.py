"""Every operation whose plan is kept."""

from __future__ import annotations

from snapshots.of_lab import LAB
from snapshots.of_product import PRODUCT

OPERATIONS = PRODUCT + LAB
