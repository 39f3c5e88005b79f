"""The sheets of a collection workbook: which columns it asks for, how they are filled in, and whether they are."""
