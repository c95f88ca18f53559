from conftest import made, together


def test_the_first_review_stays(guard, dock, duty, someone):
    entry = {"type": "INCIDENT", "title": "Break-in", "description": "Shed door.", "locationId": dock["id"]}
    log = made(guard.post("/logs", json=entry))
    reviews = [
        lambda person=someone("SUPERVISOR"): person.post(f"/incidents/{log['id']}/review", json={}) for _ in range(4)
    ]
    assert together(*reviews) == [200, 409, 409, 409]
