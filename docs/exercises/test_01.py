def test_the_page_has_a_name_of_its_own(anyone):
    title = anyone.get("http://testserver/openapi.json").json()["info"]["title"]
    assert title
    assert title != "Marina Guard Logbook"
