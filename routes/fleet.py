"""Cars and radios: the fleet that admins look after."""

from database import Router
from schemas import refuses

router = Router(tags=["fleet"], responses=refuses(401))
