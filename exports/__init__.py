"""What leaves the house: assembly, writers, papers, the package and its seal."""
