"""The comparison with the prior year as papers: what a customer reads and signs, and what a machine reads."""
