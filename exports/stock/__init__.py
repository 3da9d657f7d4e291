"""Stock against bills: the chain of units, what came, went and is there, and what was billed of it."""
