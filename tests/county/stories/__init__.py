"""What happens in the county, one system a file."""
