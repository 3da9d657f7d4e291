"""Hostile readers: the files of a package as careless receivers load them, one way of reading per module."""
