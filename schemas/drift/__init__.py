"""What changed between two formats, and between the data of two years: how it is found and how it is judged."""
