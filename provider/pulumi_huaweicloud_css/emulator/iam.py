"""What IAM and STS tell: the projects there are, the account, and whose keys the caller has."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from .agencies import DOMAIN_NAME
from .iam_errors import iam_forbidden
from .responses import json_response

if TYPE_CHECKING:
    from .accounts import Account
    from .calls import Call
    from .responses import Response
    from .site import Project, Site
    from .temporary_keys import TemporaryKeys

# By which of a project's fields the list can be narrowed.
_FILTERS = ("name", "domain_id", "parent_id", "enabled")
_USERS = uuid.UUID("d1b6a5a0-4a0e-4d3c-9a43-7c0d7a1f3f0e")  # where the ids of users come from


class Iam:
    """The operations of IAM, and of STS, that only read."""

    def __init__(self, *, site: Site, keys: TemporaryKeys) -> None:
        self._site = site
        self._keys = keys

    def list_projects(self, call: Call, account: Account) -> Response:
        """Respond as IAM's KeystoneListProjects does. It asks for no permission of CSS's.

        Raises:
            IamRefusedError: the caller may not list projects.
        """
        if not account.can_list_projects:
            raise iam_forbidden()
        wanted = [(name, value) for name, value in call.parameters if name in _FILTERS]
        projects = [
            project
            for project in self._projects(call)
            if all(_written(project[name]) == value for name, value in wanted)
        ]
        return self._listed(call, "projects", projects)

    def list_auth_projects(self, call: Call, _: Account) -> Response:
        """Respond as IAM's KeystoneListAuthProjects does: all that the caller may use, without any filter."""
        return self._listed(call, "projects", self._projects(call))

    def list_auth_domains(self, call: Call, account: Account) -> Response:
        """Respond as IAM's KeystoneListAuthDomains does: the account that the caller belongs to."""
        session = self._keys.find(account.credentials.access_key)
        domain_id = session.agency.domain_id if session else self._site.domain_id
        name = session.agency.domain_name if session else DOMAIN_NAME
        domain = {"id": domain_id, "name": name, "enabled": True, "description": "", "links": {}}
        return self._listed(call, "domains", [domain])

    def caller_identity(self, _: Call, account: Account) -> Response:
        """Respond as STS's GetCallerIdentity does: whose keys they are. It asks for no permission."""
        access_key = account.credentials.access_key
        session = self._keys.find(access_key)
        if session is None:
            user_id = uuid.uuid5(_USERS, access_key or "token").hex
            domain_id = self._site.domain_id
            urn, principal_id = f"iam::{domain_id}:user:emulated-{user_id[:8]}", user_id
        else:
            domain_id = session.agency.domain_id
            urn, principal_id = session.urn, session.principal_id
        return json_response({"account_id": domain_id, "principal_urn": urn, "principal_id": principal_id})

    def _listed(self, call: Call, name: str, items: list[dict[str, Any]]) -> Response:
        links = {"self": f"{_origin(call)}{call.target}", "previous": None, "next": None}
        return json_response({"links": links, name: items})

    def _projects(self, call: Call) -> list[dict[str, Any]]:
        """Return the projects as IAM shows them; a sub-project's parent is its region's project."""
        site = self._site
        regions = {_name(site, project): project.project_id for project in site.projects[::-1]}
        shown = []
        for project in site.projects:
            region = project.region or site.region
            name = _name(site, project)
            parent = regions.get(region) if name.startswith(f"{region}_") else None
            shown.append(
                {
                    "id": project.project_id,
                    "name": name,
                    "domain_id": site.domain_id,
                    "parent_id": parent or site.domain_id,
                    "is_domain": False,
                    "enabled": project.enabled,
                    "description": "",
                    "links": {"self": f"{_origin(call)}/v3/projects/{project.project_id}"},
                }
            )
        return shown


def _name(site: Site, project: Project) -> str:
    return project.name or project.region or site.region


def _origin(call: Call) -> str:
    return f"{'https' if call.secure else 'http'}://{call.headers.get('host', '')}"


def _written(value: object) -> str:
    """Return a value as it is written in a query."""
    return str(value).lower() if isinstance(value, bool) else str(value)
