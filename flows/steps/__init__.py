"""The steps: plain functions from one stage of the data to the next."""
