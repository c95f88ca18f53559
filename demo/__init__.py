"""Demo data: marinas, people of every role, some weeks of work."""
