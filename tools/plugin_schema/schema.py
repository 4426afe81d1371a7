"""The plugin's schema, as it is written to a file that the plugin gives.

Made of the Python side's own definitions: the functions' signatures, the table of their arguments' texts, the classes
of their outputs, and the table of settings. Nothing is listed a second time.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from pulumi_huaweicloud_css._config.table import SETTINGS, Setting
from pulumi_huaweicloud_css._durations import FORMS, Duration
from pulumi_huaweicloud_css._pulumi.shapes import Shape, parts_of, shape_of
from pulumi_huaweicloud_css._text import camel
from pulumi_huaweicloud_css._version import __version__
from pulumi_huaweicloud_css.plugin.catalogue import FUNCTIONS, PACKAGE, Function

from . import documentation, readme
from .arguments import ARGUMENTS
from .enums import ENUMS
from .names import described
from .project import GO_MODULE, HOMEPAGE, JAVA_PACKAGE, LICENSE, PLUGIN_DOWNLOAD_URL, PUBLISHER, REPOSITORY

_DESCRIPTION = "Log backup records of Huawei Cloud CSS clusters: where is the newest log backup, and did it work?"

# No other type is like it, so a value of this type is a length of time.
_DURATION = shape_of(Duration).scalars

# How the generated SDKs are called. Python programs use this package, without a plugin; the name of an SDK of theirs
# differs, so that one that was generated all the same does not hide it.
_LANGUAGES = {
    "nodejs": {
        "packageName": "pulumi-huaweicloud-css",
        "packageDescription": _DESCRIPTION,
        "readme": readme.NODEJS,
        "dependencies": {"@pulumi/pulumi": "^3.142.0"},
        "devDependencies": {"@types/node": "^20", "typescript": "^5.4"},
        "respectSchemaVersion": True,
    },
    "python": {
        "packageName": "pulumi_huaweicloud_css_sdk",
        "requires": {"pulumi": ">=3.142.0,<4.0.0"},
        "respectSchemaVersion": True,
        "pyproject": {"enabled": True},
    },
    "go": {
        "importBasePath": GO_MODULE,
        "modulePath": GO_MODULE,
        "rootPackageName": "huaweicloudcss",
        "respectSchemaVersion": True,
    },
    # The names that begin with Pulumi's own are for Pulumi's own packages, at NuGet and at Maven Central.
    "csharp": {
        "rootNamespace": "PulumiHuaweicloud",
        "namespaces": {PACKAGE: "Css"},
        "respectSchemaVersion": True,
    },
    "java": {
        "basePackage": JAVA_PACKAGE,
    },
}


def schema() -> dict[str, Any]:
    """Return the schema as JSON values."""
    types: dict[str, Any] = {}
    settings = {setting.config: _setting(setting, types) for setting in SETTINGS}
    functions = {function.token: _function(function, types) for function in FUNCTIONS}
    return {
        "name": PACKAGE,
        "displayName": "Huawei Cloud CSS log backups",
        "version": __version__,
        "description": _DESCRIPTION,
        "keywords": ["pulumi", "huaweicloud", "css", "category/utility", "kind/native"],
        "publisher": PUBLISHER,
        "homepage": HOMEPAGE,
        "repository": REPOSITORY,
        "license": LICENSE,
        "pluginDownloadURL": PLUGIN_DOWNLOAD_URL,
        "config": {"variables": settings},
        "provider": {
            "description": "Where the functions take their keys and other settings from, before the environment.",
            "inputProperties": settings,
        },
        "types": dict(sorted(types.items())),
        "functions": functions,
        "language": _LANGUAGES,
    }


def made_text() -> str:
    """Return the schema as it is written to a file."""
    return json.dumps(schema(), indent=2) + "\n"


def _setting(setting: Setting, types: dict[str, Any]) -> dict[str, Any]:
    variables = [name for name in (setting.terraform, setting.sdk, setting.sample) if name]
    place = f" Else from the environment ({', '.join(variables)})." if variables else ""
    spec = {**_type(shape_of(setting.kind), types), "description": described(setting.what) + place}
    return {**spec, "secret": True} if setting.secret else spec


def _function(function: Function[Any], types: dict[str, Any]) -> dict[str, Any]:
    texts = ARGUMENTS[function.implementation.__name__]
    inputs = {name: shape_of(hint) for name, hint in function.inputs.items()}
    outputs = parts_of(function.result)
    return {
        "description": described(documentation.first_sentence(function.implementation)),
        "inputs": {
            "properties": _properties(inputs, texts, types),
            "required": [camel(name) for name in function.required],
        },
        "outputs": {
            "description": described(documentation.first_sentence(function.result)),
            "properties": _properties(outputs, documentation.attributes(function.result), types),
            "required": [camel(name) for name, shape in outputs.items() if not shape.optional],
        },
    }


def _properties(parts: Mapping[str, Shape], texts: Mapping[str, str], types: dict[str, Any]) -> dict[str, Any]:
    return {
        camel(name): {**_type(shape, types), "description": described(texts[name])} for name, shape in parts.items()
    }


def _type(shape: Shape, types: dict[str, Any]) -> dict[str, Any]:
    """Return a type's specification; a class is described once, among the types."""
    if shape.cls is not None:
        return {"$ref": f"#/types/{_class(shape.cls, types)}"}
    if shape.items is not None:
        return {"type": "array", "items": _type(shape.items, types)}
    if shape.values is not None:
        return {"type": "object", "additionalProperties": _type(shape.values, types)}
    if shape.choices:
        return {"$ref": f"#/types/{enum_token(shape.choices, types)}"}
    choices = [{"type": scalar} for scalar in shape.scalars]
    return choices[0] if len(choices) == 1 else {"oneOf": choices}


def enum_token(choices: tuple[str, ...], types: dict[str, Any]) -> str:
    """Return the token of the type of a text that is one of a few, which is described among the types.

    Raises:
        KeyError: nothing says what the choices mean.
    """
    name, what, meanings = ENUMS[choices]
    token = f"{PACKAGE}:index:{name}"
    types[token] = {
        "type": "string",
        "description": what,
        "enum": [
            {"name": value.title().replace("_", ""), "value": value, "description": meaning}
            for value, meaning in zip(choices, meanings, strict=True)
        ],
    }
    return token


def _class(cls: type, types: dict[str, Any]) -> str:
    token = f"{PACKAGE}:index:{cls.__name__}"
    if token not in types:
        parts, defaults = parts_of(cls), _defaults(cls)
        # What goes in has its text among the class's arguments, what comes out has it under each attribute.
        texts = {**documentation.attributes(cls), **documentation.arguments(cls)}
        for name, default in defaults.items():
            if default is None or default is False:  # then the text says what it means to leave it out
                continue
            forms = f". {FORMS}" if parts[name].scalars == _DURATION else ""
            texts[name] = f"{texts[name].rstrip('.')}; {default} if not given{forms}"
        types[token] = {}  # a class may hold others of its kind
        types[token] = {
            "type": "object",
            "description": described(documentation.first_sentence(cls)),
            "properties": _properties(parts, texts, types),
            "required": [camel(name) for name, part in parts.items() if not part.optional and name not in defaults],
        }
    return token


def _defaults(cls: type) -> dict[str, Any]:
    """Return the values that attributes have if they are left out; an output has none."""
    if not dataclasses.is_dataclass(cls):
        return {}
    fields = dataclasses.fields(cls)
    return {field.name: field.default for field in fields if field.default is not dataclasses.MISSING}
