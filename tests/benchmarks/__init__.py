"""What the pipeline costs beside other ways to do the same, as ratios within one run."""
