"""Bringing the commission's systems into the lake."""
