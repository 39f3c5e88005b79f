"""Marking a unit's own workbook inside its package, so that nothing else of it changes."""
