"""The dossier of an unknown database: a look at every table, and which of them may feed which std table."""
