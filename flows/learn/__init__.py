"""Learning a format from a prior year's delivery."""
