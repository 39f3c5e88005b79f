"""What the numbers of a report are: what stands around each of them, and the indicators that it may be."""
