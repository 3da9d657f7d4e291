"""Extraction in parts: each a whole file with its checksum and its line, so that a run goes on where it was cut."""
