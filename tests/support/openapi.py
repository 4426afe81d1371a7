"""What the emulator serves, as an OpenAPI description: for tools that make requests or clients of one."""

from __future__ import annotations

from typing import Any

from pulumi_huaweicloud_css.emulator.api import DEFAULT_LIMIT, MOST_RECORDS

LIST_RECORDS = "/v1.0/{project_id}/clusters/{cluster_id}/logs/records"
LIST_CLUSTERS = "/v1.0/{project_id}/clusters"
LOG_SETTINGS = "/v1.0/{project_id}/clusters/{cluster_id}/logs/settings"
LIST_PROJECTS = "/v3/projects"

_RECORD = {
    "type": "object",
    "required": ["id", "clusterId", "createAt", "logPath", "status", "jobTypes", "jobId"],
    "properties": {
        "id": {"type": "string"},
        "clusterId": {"type": "string"},
        "createAt": {
            "type": ["integer", "string"],
            "description": "Unix time in milliseconds, or as the site writes it",
        },
        "finishedAt": {"type": ["integer", "string", "null"]},
        "logPath": {"type": "string"},
        "status": {"type": "string", "examples": ["RUNNING", "SUCCESS", "FAIL"]},
        "jobTypes": {"type": "string", "examples": ["Manual", "Auto"]},
        "failedMsg": {"type": ["string", "null"]},
        "jobId": {"type": "string"},
    },
}

_CLUSTER = {
    "type": "object",
    "required": ["id", "name", "status", "datastore", "tags", "created", "backupAvailable"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "status": {"type": "string", "examples": ["100", "200", "303"]},
        "datastore": {
            "type": "object",
            "required": ["type", "version"],
            "properties": {"type": {"type": "string"}, "version": {"type": "string"}},
        },
        "tags": {"type": "array", "items": {"type": "object", "required": ["key", "value"]}},
        "enterpriseProjectId": {"type": "string"},
        "created": {"type": "string"},
    },
}
_SETTINGS = {
    "type": ["object", "null"],
    "required": ["clusterId", "obsBucket", "agency", "updateAt", "basePath", "autoEnable", "period", "logSwitch"],
    "properties": {
        "clusterId": {"type": "string"},
        "obsBucket": {"type": "string"},
        "updateAt": {"type": "integer"},
        "period": {"type": ["string", "null"]},
    },
}


def openapi() -> dict[str, Any]:
    """Return the description of the operations that are asked with GET, their parameters and their answers."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "CSS log backup records, emulated", "version": "1.0"},
        "security": [{"signature": []}, {"token": []}],
        "paths": {
            LIST_RECORDS: {
                "get": {
                    "operationId": "ListLogsJob",
                    "parameters": [
                        _in_path("project_id", "^[0-9a-f]{32}$"),
                        _in_path("cluster_id", "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
                        _in_query("offset", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1, "default": 1}),
                        _in_query("start", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1, "default": 1}),
                        _in_query(
                            "limit",
                            {"type": "integer", "minimum": 1, "maximum": MOST_RECORDS, "default": DEFAULT_LIMIT},
                        ),
                        _in_query("status", {"type": "string", "enum": ["", "FAIL", "NOT_FAIL"]}),
                    ],
                    "responses": {
                        "200": _json(
                            {
                                "type": "object",
                                "required": ["clusterLogRecord"],
                                "properties": {
                                    "clusterLogRecord": {"type": "array", "items": _RECORD},
                                    "totalSize": {"type": "integer", "minimum": 0},
                                },
                            }
                        ),
                        **{str(status): _refusal("errCode", "externalMessage") for status in (400, 404, 500)},
                        "401": _refusal("error_code", "error_msg"),
                        "403": {"description": "not permitted, or an unknown project", "content": {}},
                    },
                }
            },
            LIST_CLUSTERS: {
                "get": {
                    "operationId": "ListClustersDetails",
                    "parameters": [
                        _in_path("project_id", "^[0-9a-f]{32}$"),
                        _in_query("offset", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1, "default": 1}),
                        _in_query("start", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1, "default": 1}),
                        _in_query(
                            "limit",
                            {"type": "integer", "minimum": 1, "maximum": MOST_RECORDS, "default": DEFAULT_LIMIT},
                        ),
                        _in_query("datastoreType", {"type": "string"}),
                    ],
                    "responses": {
                        "200": _json(
                            {
                                "type": "object",
                                "required": ["clusters"],
                                "properties": {
                                    "clusters": {"type": "array", "items": _CLUSTER},
                                    "totalSize": {"type": "integer"},
                                },
                            }
                        ),
                        **{str(status): _refusal("errCode", "externalMessage") for status in (400, 404, 500)},
                        "401": _refusal("error_code", "error_msg"),
                        "403": {"description": "not permitted, or an unknown project", "content": {}},
                    },
                }
            },
            LOG_SETTINGS: {
                "get": {
                    "operationId": "ShowGetLogSetting",
                    "parameters": [
                        _in_path("project_id", "^[0-9a-f]{32}$"),
                        _in_path("cluster_id", "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
                    ],
                    "responses": {
                        "200": _json(
                            {
                                "type": "object",
                                "required": ["logConfiguration"],
                                "properties": {"logConfiguration": _SETTINGS},
                            }
                        ),
                        **{str(status): _refusal("errCode", "externalMessage") for status in (400, 404, 500)},
                        "401": _refusal("error_code", "error_msg"),
                        "403": {"description": "not permitted, or an unknown project", "content": {}},
                    },
                }
            },
            LIST_PROJECTS: {
                "get": {
                    "operationId": "KeystoneListProjects",
                    "parameters": [_in_query("name", {"type": "string"})],
                    "responses": {
                        "200": _json(
                            {
                                "type": "object",
                                "required": ["projects"],
                                "properties": {"projects": {"type": "array", "items": {"type": "object"}}},
                            }
                        ),
                        "401": _refusal("error_code", "error_msg"),
                    },
                }
            },
        },
        "components": {
            "securitySchemes": {
                "signature": {"type": "apiKey", "in": "header", "name": "Authorization"},
                "token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"},
            }
        },
    }


def _in_path(name: str, pattern: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}


def _in_query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "the answer", "content": {"application/json": {"schema": schema}}}


def _refusal(code: str, message: str) -> dict[str, Any]:
    properties = {code: {"type": "string"}, message: {"type": "string"}}
    return _json({"type": "object", "required": [code, message], "properties": properties})
