def test_a_description_has_a_thousand_characters(admin, dock):
    for length, status in (1000, 200), (1001, 422):
        answer = admin.patch(f"/locations/{dock['id']}", json={"description": "x" * length})
        assert answer.status_code == status
    schemas = admin.get("http://testserver/openapi.json").json()["components"]["schemas"]
    limits = [kind.get("maxLength") for kind in schemas["LocationCreate"]["properties"]["description"]["anyOf"]]
    assert 1000 in limits
