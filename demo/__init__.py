"""What an empty database starts with: the first admin, or demo data (marinas, people of every role, weeks of work)."""
