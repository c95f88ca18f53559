import pytest
from pydantic import ValidationError

from settings import Settings


def test_the_least_level_of_the_log_is_a_setting():
    assert Settings().log_level == "INFO"
    assert Settings(log_level="WARNING").log_level == "WARNING"
    with pytest.raises(ValidationError):
        Settings(log_level="LOUD")
