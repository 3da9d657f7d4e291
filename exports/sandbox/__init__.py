"""Free SQL behind walls: one SELECT over the caller's own masked rows, in a process of its own that can be killed."""
