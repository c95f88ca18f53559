"""The endpoints, one module per part of the logbook."""
