"""Messages between guards and supervisors on duty."""

from database import Router
from schemas import refuses

router = Router(tags=["messages"], responses=refuses(401))
