"""The dossier of a source that nobody has described: what its tables hold and what they may be."""
