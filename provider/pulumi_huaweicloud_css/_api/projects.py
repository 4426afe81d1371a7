"""A project's id by its name, as IAM knows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .._config.finder import PROJECT_ID
from .._config.settings import Settings
from .._config.table import SETTINGS_BY_NAME
from .._log import LOGGER
from .._text import a_few, sanitize
from ..errors import ApiError, InvalidResponseError, SettingsError
from .body import load_json


@dataclass(frozen=True)
class Project:
    """One project of IAM's list; a name or a state that IAM does not give is what was asked for."""

    project_id: str
    name: str | None
    enabled: bool

    def may_be(self, name: str) -> bool:
        """Say whether this is a project that was asked for by this name."""
        return self.enabled and self.name in (None, name)


# Sends a request for a list of projects to IAM: a path, and the parameters.
ListProjects = Callable[[str, dict[str, str]], list[Project]]


def find_project(settings: Settings, list_projects: ListProjects, redact: Callable[[str], str]) -> str:
    """Return the id of the project that the settings name, else of the region's own.

    Where the user may not list the account's projects (403), those that the user may use are listed instead.

    Raises:
        SettingsError: IAM knows no such project, or several; or there is no name to ask for.
        CssError: IAM could not be asked.
    """
    given = "project_name" if settings.project_name else "region"
    name = settings.project_name or settings.region
    if name is None or settings.iam_endpoint is None:
        raise SettingsError("project_id", "not given, and without a region it cannot be looked up")
    try:
        listed = list_projects("/v3/projects", {"name": name})
    except ApiError as refused:
        if refused.status != 403:
            raise
        LOGGER.debug("IAM refuses to list the account's projects: those that the user may use are listed instead")
        listed = [each for each in list_projects("/v3/auth/projects", {}) if each.name is not None]
        listed = [each for each in listed if each.name == name] or listed
    usable = [project for project in listed if project.may_be(name)]
    if len(usable) == 1:
        LOGGER.debug("project id %s found at IAM by the name %s", usable[0].project_id, sanitize(name, 100))
        return usable[0].project_id
    found = a_few([project.project_id for project in usable]) or "none"
    others = [_describe(project, redact) for project in listed if not project.may_be(name)]
    if others:
        found += f"; not counted: {a_few(others)}"
    hint, where = "", settings.sources.get(given, "arguments")
    if settings.project_name is not None and settings.region and not name.startswith(f"{settings.region}_"):
        hint = f" (a sub-project's whole name begins with its region: {settings.region}_...)"
    raise SettingsError(
        "project_id",
        f"IAM lists {len(usable)} projects named {sanitize(redact(name), 100)!r} ({found}), and exactly one is "
        f"needed{hint}; the name is from {where}; "
        f"give the one you mean by {SETTINGS_BY_NAME['project_id'].places(settings.reader)}",
    )


def parse_projects(body: bytes, _redact: Callable[[str], str]) -> list[Project]:
    """Read IAM's list of projects.

    Raises:
        InvalidResponseError: it is none.
    """
    try:
        projects = [
            Project(listed["id"], listed.get("name"), listed.get("enabled", True) is True)
            for listed in load_json(body)["projects"]
        ]
        if all(PROJECT_ID.fullmatch(each.project_id) and isinstance(each.name, str | None) for each in projects):
            return projects
    except (InvalidResponseError, KeyError, TypeError, AttributeError):
        pass
    raise InvalidResponseError("IAM's response is not a list of projects")


def _describe(project: Project, redact: Callable[[str], str]) -> str:
    name = sanitize(redact(project.name or "")[:1000], 40)
    return f"{name!r}{'' if project.enabled else ' (disabled)'}"
