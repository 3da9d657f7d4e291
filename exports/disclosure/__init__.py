"""What may be seen and what may leave: areas, masking, small cells, the last look at a file (commission.md, 7)."""
