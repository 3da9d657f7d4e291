"""Contracts: the Pandera models of std, formats as data, rules as records."""
