"""What deploy/template.yaml tells AWS."""

import importlib
from pathlib import Path

import yaml

from settings import Settings


class Template(yaml.SafeLoader):
    """YAML with CloudFormation's tags, such as !Ref: each is read as what it stands before."""


def untagged(loader, tag, node):
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    return loader.construct_sequence(node, deep=True)


Template.add_multi_constructor("!", untagged)
TEXT = (Path(__file__).parent.parent / "deploy" / "template.yaml").read_text()
TEMPLATE = yaml.load(TEXT, Template)  # noqa: S506
FUNCTION = TEMPLATE["Resources"]["Logbook"]["Properties"]
VARIABLES = FUNCTION["Environment"]["Variables"]


def test_every_variable_is_a_setting():
    assert {name.lower() for name in VARIABLES} <= set(Settings.model_fields)


def test_every_parameter_is_used():
    assert [name for name in TEMPLATE["Parameters"] if TEXT.count(name) < 2] == []


def test_secrets_come_from_the_secrets_store():
    for name in "SECRET_KEY", "DATABASE_URL":
        assert VARIABLES[name] == "{{resolve:secretsmanager:${Secret}:SecretString:" + name + "}}"


def test_the_handler_is_there():
    module, name = FUNCTION["Handler"].split(".")
    assert callable(getattr(importlib.import_module(module), name))


def test_it_gives_no_permission_for_everything():
    assert "*" not in TEXT


def test_events_go_to_a_version_with_a_snapshot():
    assert FUNCTION["SnapStart"] == {"ApplyOn": "PublishedVersions"}
    assert FUNCTION["AutoPublishAlias"]
