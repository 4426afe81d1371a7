"""The emulated API: routes a request to its operation, authorizes it, and returns the response."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from . import cluster_list
from .accounts import Account
from .assuming import Assuming
from .authentication import Authenticator
from .calls import Call
from .iam import Iam
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
from .site import Site

if TYPE_CHECKING:
    from .records import Clock, ClusterRecords
    from .registry import RegisteredCluster, Registry
    from .temporary_keys import TemporaryKeys

Operation: TypeAlias = Callable[[Call, Account], Response]

DEFAULT_LIMIT = 10
MOST_RECORDS = 1000
CLUSTERS_ACTION = "css:cluster:list"
SETTINGS_ACTION = "css:log:getSetting"
_STATUSES = ("", "FAIL", "NOT_FAIL")
_LARGEST_INT = 2**31 - 1
_DIGITS = re.compile(r"[0-9]{1,10}")


class Api:
    """The operations of CSS and IAM that the emulator has."""

    def __init__(self, *, site: Site, registry: Registry, keys: TemporaryKeys, clock: Clock) -> None:
        self._site = site
        self._registry = registry
        self._authenticator = Authenticator(accounts=site.accounts, clock=clock, keys=keys)
        self._iam = Iam(site=site, keys=keys)
        self._assuming = Assuming(site=site, keys=keys, clock=clock)
        self._projects = frozenset(project.project_id for project in site.projects if project.enabled)
        self._odd = False

    def as_if(self, quirks: Mapping[str, Any], skew: float) -> Api:
        """Return the API of the same site, as it is now, with some other quirks and a clock that is ahead."""
        api = copy(self)
        api._site = replace(self._site, quirks=replace(self._site.quirks, **quirks))  # noqa: SLF001 - one of its own
        api._authenticator = self._authenticator.ahead_by(skew)  # noqa: SLF001
        api._odd = bool(quirks)  # noqa: SLF001
        return api

    def respond(self, call: Call) -> Response:
        """Return the response to a request: finds the operation, then the caller, then the resource.

        Raises:
            RefusedError: the request is refused.
        """
        method, operation = self._find(call)
        if call.method != method:
            raise wrong_method(method)
        return operation(call, self._authenticator.identify(call))

    def _find(self, call: Call) -> tuple[str, Operation]:
        """Return the operation at a path, and the method that it has."""
        match call.segments:
            case ("v1.0", _, "clusters", _, "logs", "records"):
                return "GET", self._list_records
            case ("v1.0", _, "clusters", _, "logs", "settings"):
                return "GET", self._show_log_settings
            case ("v1.0", _, "clusters"):
                return "GET", self._list_clusters
            case ("v3", "projects"):
                return "GET", self._iam.list_projects
            case ("v3", "auth", "projects"):
                return "GET", self._iam.list_auth_projects
            case ("v3", "auth", "domains"):
                return "GET", self._iam.list_auth_domains
            case ("v3.0", "OS-CREDENTIAL", "securitytokens"):
                return "POST", self._assuming.by_iam
            case ("v5", "agencies", "assume"):
                return "POST", self._assuming.by_sts
            case ("v5", "caller-identity"):
                return "GET", self._iam.caller_identity
        raise no_such_api()

    def _list_records(self, call: Call, account: Account) -> Response:
        if not account.can_list:
            raise not_permitted()
        _, project_id, _, cluster_id, *_ = call.segments
        records = self._records(project_id, cluster_id)
        parameters = _given_once(call)
        offset = self._offset(parameters)
        limit = self._limit(parameters)
        status = parameters.get("status", "")
        if status not in _STATUSES:
            raise wrong_parameter("status", status, "must be FAIL, NOT_FAIL or empty")
        return Response(body=records.page(offset=offset, limit=limit, status=status))

    def _show_log_settings(self, call: Call, account: Account) -> Response:
        if not account.can_read_log_settings:
            raise not_permitted(SETTINGS_ACTION)
        _, project_id, _, cluster_id, *_ = call.segments
        return json_response(cluster_list.log_settings(self._cluster(project_id, cluster_id)))

    def _list_clusters(self, call: Call, account: Account) -> Response:
        if not account.can_list_clusters:
            raise not_permitted(CLUSTERS_ACTION)
        self._check_project(call.segments[1])
        parameters = _given_once(call)
        offset = self._offset(parameters)
        limit = self._limit(parameters)
        engine = parameters.get("datastoreType", "")
        clusters = self._registry.of_project(call.segments[1])
        found = [each for each in clusters if not engine or each.cluster.engine == engine]
        return Response(body=cluster_list.page(found, self._site.quirks, offset=offset, limit=limit))

    def _check_project(self, project_id: str) -> None:
        if project_id not in self._projects:
            raise unknown_project()

    def _cluster(self, project_id: str, cluster_id: str) -> RegisteredCluster:
        self._check_project(project_id)
        try:
            found = self._registry.cluster(cluster_id)
        except KeyError:
            raise unknown_cluster(cluster_id) from None
        if found.project_id != project_id:
            raise unknown_cluster(cluster_id)
        return found

    def _records(self, project_id: str, cluster_id: str) -> ClusterRecords:
        """Return a cluster's records, as the site's quirks have them now."""
        records = self._cluster(project_id, cluster_id).records
        return records.as_if(self._site.quirks) if self._odd else records

    def _limit(self, parameters: Mapping[str, str]) -> int:
        limit = _number("limit", parameters.get("limit", str(DEFAULT_LIMIT)), MOST_RECORDS)
        return min(limit, self._site.quirks.max_page or limit)

    def _offset(self, parameters: Mapping[str, str]) -> int:
        """Read the number of the first record, from the parameters that this site has; others are ignored."""
        quirks = self._site.quirks
        names = {"both": ("offset", "start"), "none": ()}.get(quirks.offset_names, (quirks.offset_names,))
        for name in names:
            if name in parameters:
                return _number(name, parameters[name], quirks.max_offset or _LARGEST_INT)
        return 1


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
