def test_only_supervisors_count_the_entries(guard, supervisor, anyone):
    assert supervisor.get("/logs/count").json() == 0
    assert guard.get("/logs/count").status_code == 403
    assert anyone.get("/logs/count").status_code == 401
