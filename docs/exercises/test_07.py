import pytest


def test_the_check_passes_and_notices_when_the_rule_is_gone(guard, dock, duty, monkeypatch):
    from docs.exercises.mine import check

    check(guard, dock)
    monkeypatch.setattr("routes.logs.must_be_open", lambda db, log: None)
    with pytest.raises(AssertionError):
        check(guard, dock)
