"""Supervisors' rounds."""

from database import Router
from schemas import refuses

router = Router(tags=["tours"], responses=refuses(401))
