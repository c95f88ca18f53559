"""Commands: `python -m scripts.NAME` from the root of the project."""
