def test_a_location_is_given_by_its_id(guard, anyone, dock):
    assert guard.get(f"/locations/{dock['id']}").json() == dock
    assert guard.get("/locations/none").status_code == 404
    assert anyone.get(f"/locations/{dock['id']}").status_code == 401
    assert [place["name"] for place in guard.get("/locations/active").json()] == ["North Dock"]
