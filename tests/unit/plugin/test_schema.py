"""The plugin's schema: made of the Python side's definitions, and shipped as it is made; docstrings likewise."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

import pytest
from pulumi_huaweicloud_css import Gate, GetClustersResult, GetFleetLogRecordsResult, GetLogRecordsResult, __version__
from pulumi_huaweicloud_css._config.table import SETTINGS, SETTINGS_BY_NAME
from pulumi_huaweicloud_css._pulumi.shapes import shape_of
from pulumi_huaweicloud_css._text import camel
from pulumi_huaweicloud_css._validation import JobType, OnError, Status
from pulumi_huaweicloud_css._verdict import State
from pulumi_huaweicloud_css.plugin.catalogue import FUNCTIONS, READER
from pulumi_huaweicloud_css.plugin.schema import schema_text

from tests.support import ROOT
from tests.support.pages import BLOCKS
from tools.plugin_schema import docstrings
from tools.plugin_schema.names import described
from tools.plugin_schema.schema import enum_token, made_text, schema


def test_the_schema_that_is_shipped_is_up_to_date():
    """`make schema` would write what the plugin gives."""
    assert schema_text() == made_text(), "run `make schema`"


def test_docstrings_that_repeat_each_other_are_up_to_date():
    """`make schema` would change no argument's and no output's text in the sources."""
    for path, text in docstrings.files().items():
        assert path.read_text() == text, "run `make schema`"


def test_docstrings_are_mended_where_they_differ(tmp_path):
    """An argument's text, or an output's, that was changed in a source is written anew; nothing else is."""
    source = next(path for path in docstrings.FILES if path.name == "resource.py")
    spoilt = tmp_path / source.name
    text = source.read_text()
    changed = text.replace(
        "        job_id: only the records of this job.\n", "        job_id: none.\n            No.\n"
    )
    changed = changed.replace('    """When the read was complete."""', '    """Sometime,\n    or never."""')
    assert changed.count("No.") == changed.count("or never") == 2
    spoilt.write_text(changed)
    assert docstrings.files([spoilt if path == source else path for path in docstrings.FILES])[spoilt] == text


def test_everything_is_described():
    """Functions, types, arguments, outputs and settings all say what they are for."""

    def undescribed(path, value):
        if isinstance(value, dict):
            for name in value.get("properties", value.get("variables", value.get("inputProperties", {}))):
                found = value.get("properties") or value.get("variables") or value.get("inputProperties")
                if not found[name].get("description"):
                    yield f"{path}.{name}"
            for name, item in value.items():
                yield from undescribed(f"{path}.{name}", item)

    made = schema()
    assert list(undescribed("", {key: made[key] for key in ("config", "provider", "types", "functions")})) == []
    assert all(item["description"] for item in [*made["functions"].values(), *made["types"].values()])


def test_it_has_every_argument_and_output_of_the_python_side():
    """Each function has the arguments of its implementation but `opts`, and its result's attributes."""
    made = schema()
    results = (GetLogRecordsResult, GetFleetLogRecordsResult, GetClustersResult)
    for function, result in zip(FUNCTIONS, results, strict=True):
        spec = made["functions"][function.token]
        arguments = [name for name in function.implementation.__kwdefaults__ or {} if name != "opts"]
        assert set(spec["inputs"]["properties"]) == {camel(name) for name in [*function.required, *arguments]}
        assert set(spec["outputs"]["properties"]) == {camel(name) for name in result.__annotations__}
    assert list(made["config"]["variables"]) == [setting.config for setting in SETTINGS]
    secret = {name for name, spec in made["config"]["variables"].items() if spec.get("secret")}
    assert secret == {"secretKey", "securityToken", "token"}


def test_a_gate_is_an_object_whose_parts_may_be_left_out():
    """Durations are numbers or text, and say what they are if they are left out."""
    gate = schema()["types"]["huaweicloud-css:index:Gate"]
    assert gate["required"] == []
    assert gate["properties"]["maxAge"]["oneOf"] == [{"type": "number"}, {"type": "string"}]
    assert f"{Gate.max_age} if not given" in gate["properties"]["maxAge"]["description"]


def test_a_selector_is_an_object_whose_parts_may_be_left_out():
    """Its parts say what they are, and nothing of Python's defaults."""
    selector = schema()["types"]["huaweicloud-css:index:ClusterSelector"]
    assert selector["required"] == []
    assert "not given" not in json.dumps(selector)
    assert list(selector["properties"]) == ["names", "tags", "engine", "enterpriseProjectId", "allowEmpty"]


def test_it_is_json_of_this_version():
    """The file is one JSON object that carries the package's version and a license."""
    made = json.loads(schema_text())
    assert made["name"] == "huaweicloud-css"
    assert made["version"] == __version__
    assert made["license"] == "Apache-2.0"


def test_it_says_where_the_project_and_its_releases_are():
    """Pages and archives are looked for in the one place that pyproject.toml names; so is the Go module."""
    made = schema()
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]
    assert made["repository"] == urls["Repository"]
    assert made["homepage"] == urls["Homepage"]
    owner, name = urls["Repository"].removeprefix("https://github.com/").split("/")
    assert made["publisher"] == owner
    assert made["pluginDownloadURL"] == f"github://api.github.com/{owner}/{name}"
    assert made["language"]["go"]["importBasePath"] == f"github.com/{owner}/{name}/sdk/go/huaweicloudcss"
    assert set(made["language"]) == {"nodejs", "python", "go", "csharp", "java"}


ENUMS = [
    ("StatusFilter", Status),
    ("JobType", JobType),
    ("OnError", OnError),
    ("VerdictState", State),
]


@pytest.mark.parametrize(("name", "literal"), ENUMS, ids=[name for name, _ in ENUMS])
def test_a_text_that_is_one_of_a_few_is_an_enum(name, literal):
    """Its values are those that the Python side accepts or returns, each with a name and a description of its own."""
    values = schema()["types"][f"huaweicloud-css:index:{name}"]["enum"]
    assert [value["value"] for value in values] == list(get_args(literal))
    assert len({value["name"] for value in values}) == len({value["description"] for value in values}) == len(values)
    assert f'"$ref": "#/types/huaweicloud-css:index:{name}"' in schema_text()


def test_a_choice_that_has_no_texts_is_refused():
    """A new Literal is noticed when the schema is made: somebody has to say what its values mean."""
    with pytest.raises(KeyError):
        enum_token(("one", "other"), {})


@pytest.mark.parametrize("hint", [timedelta, object, str | list[int], set[str]])
def test_a_type_that_other_languages_lack_is_refused(hint):
    """A new argument or output of such a type is noticed when the schema is made, not by a user."""
    with pytest.raises(TypeError):
        shape_of(hint)


def test_types_are_taken_apart():
    """Options, lists, mappings and durations have the shapes that the schema says."""
    assert shape_of(str | None).optional
    assert shape_of(Sequence[str]).items == shape_of(str)
    assert shape_of(dict[str, int]).values == shape_of(int)
    assert shape_of(timedelta | int | float | str).scalars == ("number", "string")


def test_names_in_texts_are_those_of_other_languages():
    """Quoted names change in descriptions."""
    assert camel("latest_success_log_path") == "latestSuccessLogPath"
    assert described("with ``on_error='collect'``, see `max_age`, or None") == (
        "With `onError='collect'`, see `maxAge`, or null."
    )
    assert described("None with `include_records=False`") == "Null with `includeRecords=false`."


def test_names_in_errors_are_those_of_other_languages():
    """In errors only the arguments' names change, not the profile file's keys, and the namespace is the plugin's."""
    assert SETTINGS_BY_NAME["project_id"].places(READER) == (
        "the argument projectId, `pulumi config set huaweicloud-css:projectId ...`, or the environment "
        "(HW_PROJECT_ID, HUAWEICLOUD_SDK_PROJECT_ID), or project_id in the profile file ~/.huaweicloud/credentials, "
        "or projectId in a profile of ~/.hcloud/config.json"
    )


def test_the_npm_packages_readme_shows_what_the_pages_show():
    """Its program and settings are those of the page about other languages, where they are run; its links exist."""
    text = (ROOT / "sdk" / "nodejs" / "README.md").read_text()
    assert BLOCKS["typescript"] in text
    assert BLOCKS["plugin-configuration"] in text
    assert "npm install pulumi-huaweicloud-css" in text
    pages = re.findall(rf"/blob/v{re.escape(__version__)}/([^)]+)\)", text)
    assert len(pages) >= 4
    assert all((ROOT / page).is_file() for page in pages)
