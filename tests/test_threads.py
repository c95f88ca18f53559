"""Endpoints that hash passwords work in threads, the others on the event loop: neither may stop the other."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx2

from main import app


def test_writes_in_threads_and_on_the_event_loop_do_not_hold_each_other_up(admin):
    async def write_both() -> list[int]:
        transport = httpx2.ASGITransport(app=app)
        url, headers = "http://testserver/api/v1", {"Authorization": admin.headers["Authorization"]}
        async with httpx2.AsyncClient(transport=transport, base_url=url, headers=headers, timeout=60) as client:

            async def write(number: int) -> list[int]:
                names = {"firstName": "New", "lastName": "Guard", "password": "correct horse"}
                user = await client.post("/users", json={**names, "email": f"guard{number}@example.org"})
                docks = [await client.post("/locations", json={"name": f"Dock {number}.{n}"}) for n in range(10)]
                return [answer.status_code for answer in (user, *docks)]

            return [status for statuses in await asyncio.gather(*map(write, range(4))) for status in statuses]

    with ThreadPoolExecutor() as thread:
        assert set(thread.submit(asyncio.run, write_both()).result()) == {201}
