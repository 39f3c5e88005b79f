"""An edited report beside the one that the run would print: what became of every number, date and unit."""
