import pytest


@pytest.mark.parametrize(("zip_code", "status"), [("11751", 200), ("11751-1234", 200), (None, 200), ("1175", 422)])
def test_a_zip_code_is_one(guard, zip_code, status):
    assert guard.patch(f"/users/{guard.id}", json={"zipCode": zip_code}).status_code == status


def test_anything_else_is_none(guard):
    for text in "Islip", "117511", "11751-12", "x11751":
        assert guard.patch(f"/users/{guard.id}", json={"zipCode": text}).status_code == 422
