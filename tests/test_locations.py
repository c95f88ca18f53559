"""The places that guards watch."""

import pytest


def test_a_location_is_stored_with_a_trimmed_name(admin):
    answer = admin.post("/locations", json={"name": "  East Pier ", "maxCapacity": 3})
    assert answer.status_code == 201
    assert answer.json() | {"id": "", "createdAt": "", "updatedAt": ""} == {
        "id": "",
        "createdAt": "",
        "updatedAt": "",
        "name": "East Pier",
        "description": None,
        "address": None,
        "isActive": True,
        "maxCapacity": 3,
    }


@pytest.mark.parametrize("name", ["North Dock", "north dock", "  NORTH DOCK "])
def test_a_name_is_taken_once_without_case_and_spaces(admin, dock, other_dock, name):
    assert admin.post("/locations", json={"name": name}).status_code == 409
    assert admin.patch(f"/locations/{other_dock['id']}", json={"name": name}).status_code == 409
    assert admin.patch(f"/locations/{dock['id']}", json={"name": name}).status_code == 200
