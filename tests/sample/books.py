"""Every book of the sample; they are drawn as text, one module a sender or a half-year."""

from __future__ import annotations

from . import everyone, first_half_2022, garden, group, heat, transit, water

BOOKS = (
    *group.BOOKS,
    *water.BOOKS,
    *heat.BOOKS,
    *transit.BOOKS,
    *garden.BOOKS,
    *everyone.BOOKS,
    *first_half_2022.BOOKS,
)
