"""What the application costs, measured: see README.md."""
