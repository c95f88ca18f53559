import asyncio
from time import monotonic

import httpx2

from main import app


async def nap_together(token: str) -> float:
    transport, headers = httpx2.ASGITransport(app), {"Authorization": token}
    async with httpx2.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        began = monotonic()
        answers = await asyncio.gather(*(client.get("/api/v1/locations/nap") for _ in range(8)))
        assert [answer.status_code for answer in answers] == [200] * 8
        return monotonic() - began


def test_eight_naps_of_a_second_take_less_than_three(guard):
    assert 1 <= asyncio.run(nap_together(guard.headers["Authorization"])) < 3
