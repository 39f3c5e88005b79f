"""What is wrong with the tags of a template, and how it would read with figures of every kind."""
