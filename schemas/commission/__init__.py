"""The std model of the health commission's systems: Pandera models, one file per domain."""
