"""Cars and radios in supervisors' hands."""

from database import Router
from schemas import refuses

router = Router(tags=["equipment"], responses=refuses(401))
