"""The dossier of a source for people (HTML) and programs (JSON)."""
