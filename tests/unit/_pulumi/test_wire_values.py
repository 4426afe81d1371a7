"""Values on their way to the engine: no text of a server means anything to it."""

from __future__ import annotations

import base64
import json
import math

import pytest
from google.protobuf import struct_pb2
from pulumi_huaweicloud_css._pulumi.wire_values import PlainValue, plain_for_engine, values_of
from pulumi_huaweicloud_css.errors import ApiError, ArgumentError, CssTimeoutError, FleetError

MARKERS = [
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]
BOOM = "<{%boom%}>"


@pytest.mark.parametrize("marker", MARKERS)
def test_a_text_like_an_unknown_value_is_another_text(marker):
    """Wherever it stands, it is still readable, and not what the engine takes for unknown."""
    changed = plain_for_engine({"records": [{"log_path": marker}], "latest_log_path": marker})
    assert changed == {"records": [{"log_path": f'"{marker}"'}], "latest_log_path": f'"{marker}"'}
    assert not PlainValue.of(changed).unknown


def test_colours_are_taken_apart_and_stay_readable():
    """What the engine would take for a colour, known or not, is text with a space in it."""
    changed = plain_for_engine({"failed_msg": f"disk {BOOM} is <{{%reset%}}>full", "log_path": "<{%"})
    assert changed == {"failed_msg": "disk <{ %boom%}> is <{ %reset%}>full", "log_path": "<{ %"}


@pytest.mark.parametrize(
    "text",
    [
        r'{"a": "<{\u0025boom%}>"}',
        ' \n["\\u003c{%boom%}>"]',
        json.dumps({"a": json.dumps({"b": BOOM}).replace("%", "\\u0025")}),
        'a: "<{\\x25boom%}>"\nb: 1',
        'a: "<{\\\n%boom%}>"\nb: 1',
        f"a: !!binary {base64.b64encode(BOOM.encode()).decode()}\nb: 1",
        f"%TAG !x! tag:yaml.org,2002:\r---\ra: !x!bin%61ry {base64.b64encode(BOOM.encode()).decode()}",
    ],
)
def test_a_document_that_hides_a_colour_is_no_document(text):
    """The engine shows JSON and YAML as what they stand for; with a backtick in front, a text is neither."""
    assert plain_for_engine(text) == f"` {text}".replace("<{%", "<{ %")


@pytest.mark.parametrize(
    "value",
    [
        "css-backup/css/log!",
        "two\nlines",
        '{"code": "CSS.0001", "path": "a\\\\b"}',
        r"C:\users",
        "",
        3,
        2.5,
        True,
        None,
        [None, {"a": ["b"]}],
        "<{",
        "%}>",
        "04DA6B54-80E4-46F7-96EC-B56FF0331BA9",
    ],
)
def test_harmless_values_stay_as_they_are(value):
    """Paths, other scripts, numbers, JSON without hidden characters: nothing is changed."""
    assert plain_for_engine(value) == value


@pytest.mark.parametrize(
    "error",
    [
        ApiError(500, "CSS.0001", BOOM, BOOM, BOOM),
        ArgumentError("cluster_id", f"'{BOOM}' is not a CSS cluster's id"),
        CssTimeoutError(BOOM),
        FleetError({BOOM: ArgumentError("limit", BOOM)}, 1),
    ],
)
def test_no_error_has_a_colour_in_its_text(error):
    """A program that fails hands the text to the engine, whatever it came from."""
    assert "<{%" not in str(error)
    assert "<{ %boom%}>" in str(error)


def test_a_message_s_values_are_taken_as_they_are():
    """Every kind of value comes through, also numbers that JSON does not have and a value of no kind."""
    message = struct_pb2.Struct()
    values = {"text": "a", "number": 3.5, "no": None, "yes": True, "list": [1.0, {"in": "b"}], "none": {}}
    message.update({**values, "infinite": float("-inf")})
    message.fields["kindless"].SetInParent()
    assert values_of(message) == {**values, "infinite": float("-inf"), "kindless": None}
    message.update({"nan": float("nan")})
    assert math.isnan(values_of(message)["nan"])
