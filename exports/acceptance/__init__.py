"""The acceptance of a package: V1-V12 and the report."""
