from pkgutil import resolve_name


def test_the_rule_has_moved_and_holds(admin, dock):
    assert resolve_name("services.locations.name_must_be_free").__module__ == "services.locations"
    assert admin.post("/locations", json={"name": "north dock"}).status_code == 409
