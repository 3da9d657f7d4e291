"""A first adapter from what a dossier found: it runs at once, and says what it could not fill and what to look at."""
