"""Learning a format from last year's files: read, observe, match, ask what is unsure, write a pack."""
