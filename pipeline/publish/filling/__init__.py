"""Filling the tags of a workbook inside its package, so that nothing else of it changes."""
