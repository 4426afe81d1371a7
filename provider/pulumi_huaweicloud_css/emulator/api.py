"""The emulated API: routes a request to its operation, authorizes it, and returns the response."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from .calls import Call
from .responses import (
    Response,
    json_response,
    no_such_api,
    not_permitted,
    unknown_cluster,
    unknown_project,
    wrong_method,
    wrong_parameter,
)
from .site import Account, Project, Site

if TYPE_CHECKING:
    from .authentication import Authenticator
    from .records import ClusterRecords

Operation: TypeAlias = Callable[[Call, Account], Response]

DEFAULT_LIMIT = 10
MOST_RECORDS = 1000
_STATUSES = ("", "FAIL", "NOT_FAIL")
_LARGEST_INT = 2**31 - 1
_DIGITS = re.compile(r"[0-9]{1,10}")


class Api:
    """The operations of CSS and IAM that the emulator has.

    Args:
        site: what is served.
        records: the records of each of the site's clusters, by cluster id.
        authenticator: identifies the caller.
    """

    def __init__(self, *, site: Site, records: Mapping[str, ClusterRecords], authenticator: Authenticator) -> None:
        self._site = site
        self._records = records
        self._authenticator = authenticator
        self._clusters = {
            project.project_id: frozenset(cluster.cluster_id for cluster in project.clusters)
            for project in site.projects
        }

    def as_if(self, quirks: Mapping[str, Any], skew: float) -> Api:
        """Return the API of the same site, as it is now, with some other quirks and a clock that is ahead."""
        changed = replace(self._site.quirks, **quirks)
        return Api(
            site=replace(self._site, quirks=changed),
            records={cluster_id: records.as_if(changed) for cluster_id, records in self._records.items()},
            authenticator=self._authenticator.ahead_by(skew),
        )

    def respond(self, call: Call) -> Response:
        """Return the response to a request: finds the operation, then the caller, then the resource.

        Raises:
            RefusedError: the request is refused.
        """
        operation = self._find(call)
        if call.method != "GET":
            raise wrong_method("GET")
        return operation(call, self._authenticator.identify(call))

    def _find(self, call: Call) -> Operation:
        match call.segments:
            case ("v1.0", _, "clusters", _, "logs", "records"):
                return self._list_records
            case ("v3", "projects"):
                return self._list_projects
        raise no_such_api()

    def _list_records(self, call: Call, account: Account) -> Response:
        if not account.can_list:
            raise not_permitted()
        _, project_id, _, cluster_id, *_ = call.segments
        records = self._cluster(project_id, cluster_id)
        parameters = _given_once(call)
        offset = self._offset(parameters)
        limit = _number("limit", parameters.get("limit", str(DEFAULT_LIMIT)), MOST_RECORDS)
        status = parameters.get("status", "")
        if status not in _STATUSES:
            raise wrong_parameter("status", status, "must be FAIL, NOT_FAIL or empty")
        return Response(body=records.page(offset=offset, limit=limit, status=status))

    def _cluster(self, project_id: str, cluster_id: str) -> ClusterRecords:
        clusters = self._clusters.get(project_id)
        if clusters is None:
            raise unknown_project()
        if cluster_id not in clusters:
            raise unknown_cluster(cluster_id)
        return self._records[cluster_id]

    def _offset(self, parameters: Mapping[str, str]) -> int:
        """Read the number of the first record, from the parameters that this site has; others are ignored."""
        quirks = self._site.quirks
        names = {"both": ("offset", "start"), "none": ()}.get(quirks.offset_names, (quirks.offset_names,))
        for name in names:
            if name in parameters:
                return _number(name, parameters[name], quirks.max_offset or _LARGEST_INT)
        return 1

    def _list_projects(self, call: Call, _: Account) -> Response:
        """Respond as IAM's KeystoneListProjects does, which needs no permission of CSS."""
        name = dict(call.parameters).get("name")
        origin = f"{'https' if call.secure else 'http'}://{call.headers.get('host', '')}"
        projects = [self._project(project, origin) for project in self._site.projects]
        found = [project for project in projects if name is None or project["name"] == name]
        links = {"self": f"{origin}{call.target}", "previous": None, "next": None}
        return json_response({"links": links, "projects": found})

    def _project(self, project: Project, origin: str) -> dict[str, object]:
        return {
            "id": project.project_id,
            "name": project.name or self._site.region,
            "domain_id": self._site.domain_id,
            "parent_id": self._site.domain_id,
            "is_domain": False,
            "enabled": True,
            "description": "",
            "links": {"self": f"{origin}/v3/projects/{project.project_id}"},
        }


def _given_once(call: Call) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for name, value in call.parameters:
        if name in parameters:
            raise wrong_parameter(name, value, "must be given once only")
        parameters[name] = value
    return parameters


def _number(name: str, value: str, largest: int) -> int:
    """Parse an integer from 1 on; `int` alone would also accept " 1", "+1" and "1_0"."""
    number = int(value) if _DIGITS.fullmatch(value) else 0
    if not 1 <= number <= largest:
        raise wrong_parameter(name, value, f"must be an integer from 1 to {largest}")
    return number
