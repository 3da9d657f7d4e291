"""What the health commission is answered: measures, indicators, query cards, reports."""
