"""The safety checklist that opens a watch."""

from database import Router
from schemas import refuses

router = Router(tags=["checklist"], responses=refuses(401))
