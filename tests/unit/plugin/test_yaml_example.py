"""The example in YAML, as far as it can be checked without an engine: against the schema."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from pulumi_huaweicloud_css.plugin.schema import schema_text

from tests.support import ROOT

SCHEMA = json.loads(schema_text())
EXAMPLE = ROOT / "examples" / "yaml" / "Pulumi.yaml"


@pytest.fixture
def program():
    """The example's program."""
    return yaml.safe_load(EXAMPLE.read_text())


def _properties(spec):
    """Return an object's properties, whether it is described here or among the types."""
    if "$ref" in spec:
        return SCHEMA["types"][spec["$ref"].removeprefix("#/types/")]["properties"]
    return spec["properties"]


def test_function_and_arguments_are_those_of_the_schema(program):
    """The function exists, has each argument, also inside the gate, and gets all that it needs."""
    call = program["variables"]["logs"]["fn::invoke"]
    inputs = SCHEMA["functions"][call["function"]]["inputs"]
    assert set(inputs["required"]) <= set(call["arguments"]) <= set(inputs["properties"])
    assert set(call["arguments"]["gate"]) <= set(_properties(inputs["properties"]["gate"]))


def test_each_reference_is_to_something_that_is_there(program):
    """Every `${...}` begins with a configuration key, a variable or a resource; the function's outputs exist."""
    known = {*program["config"], *program["variables"], *program["resources"]}
    references = re.findall(r"\$\{([^}]+)\}", EXAMPLE.read_text())
    assert {re.split(r"[.\[]", reference)[0] for reference in references} <= known
    outputs = SCHEMA["functions"][program["variables"]["logs"]["fn::invoke"]["function"]]["outputs"]
    used = [reference.split(".")[1:] for reference in references if reference.startswith("logs.")]
    assert len(used) == 2
    for first, *rest in used:
        assert first in outputs["properties"]
        assert set(rest) <= set(_properties(outputs["properties"][first]) if rest else [])
