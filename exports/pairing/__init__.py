"""The question "has A, with or without B" (same day, same hour, same stay), asked of the files of one package."""
