"""How rules are applied: rows, sets of rows, keys, values that could not be read."""
