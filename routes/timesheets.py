"""Hours of work, from the duty sessions of a week to an approved sheet."""

from database import Router
from schemas import refuses

router = Router(tags=["timesheets"], responses=refuses(401))
