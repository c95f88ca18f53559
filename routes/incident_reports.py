"""Formal reports on incidents, signed by a guard and a supervisor."""

from database import Router
from schemas import refuses

router = Router(tags=["incident-reports"], responses=refuses(401))
