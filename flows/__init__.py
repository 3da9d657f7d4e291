"""The order of things: settings, runs, steps, the Prefect flow and the command."""
