"""Shifts, and the patterns by which they return."""

from database import Router
from schemas import refuses

router = Router(tags=["shifts"], responses=refuses(401))
