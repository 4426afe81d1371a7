"""`css-logs whoami`: which settings are used, where each was found, what is missing, and what works; never a secret."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import cast

import click

from ..._config.credentials import Credentials
from ..._config.finder import Finder
from ..._config.settings import Settings, SettingsArguments, resolve_arguments
from ..._config.sources import Found
from ..._config.table import unused_variables
from ..._text import sanitize
from ..._validation import check_cluster_id
from ...errors import NO_PROJECT_CODE, ApiError, CssError, SettingsError
from ..command import COMMAND_LINE, option, written
from ..command import command as declare_command
from ..exit_codes import IN_SHORT, NOT_READ
from ..options import format_option

_settings, _checking = option("Settings"), option("Checking")
_LONGEST_ACCESS_KEY = 32  # they have 20 characters, and secret ones 40, which people do put in their place
_OPTIONS = ("region", "project_id", "project_name", "profile", "endpoint")


@dataclass(frozen=True)
class _Row:
    """One setting: its value and where it was found, or what is wrong with it."""

    name: str
    value: object = None
    source: str | None = None
    problem: str | None = None


@declare_command(
    "whoami",
    examples=[
        ("which keys, region and project would be used", "css-logs whoami"),
        ("whether they may read clusters and log backups", "css-logs whoami --check"),
        ("the endpoint alone", "css-logs whoami --region cn-east-3 --format json | jq -r .endpoint.value"),
    ],
    epilog=IN_SHORT,
)
@_settings("--region", help="As for the other commands.")
@_settings("--project-id", help="As for the other commands.")
@_settings("--project-name", help="As for the other commands.")
@_settings("--profile", help="As for the other commands.")
@_settings("--endpoint", help="As for the other commands.")
@_checking("--check", is_flag=True, help="Ask IAM and CSS once, and say what works.")
@_checking("--cluster-id", help="With --check: read one record of this cluster instead of the list of clusters.")
@format_option("Output", "text", "json")
@click.pass_context
def command(
    context: click.Context, /, *, check: bool, cluster_id: str | None, form: str, **options: str | None
) -> None:
    """Show which settings are used, where each was found, and what is missing.

    Without --check, no request is sent to the API. No secret is shown. Where there are no keys, temporary ones are
    fetched (extra sdk).
    """
    if cluster_id is not None and not check:
        raise click.UsageError("--cluster-id: only with --check")
    given = {name: options.get(name) for name in _OPTIONS}
    if cluster_id is not None:
        check_cluster_id(cluster_id)
    rows = _rows(*(Finder(given, None, os.environ, COMMAND_LINE, with_files=each) for each in (True, False)))
    unused = unused_variables(os.environ)
    usable = not any(row.problem for row in rows)
    # Resolved anew, as by other commands, which log what they found.
    settings = resolve_arguments(cast("SettingsArguments", given), reader=COMMAND_LINE) if usable else None
    checks = _checks(settings, cluster_id) if check and settings else []
    if form == "json":
        data: dict[str, object] = {row.name: _as_json(row) for row in rows}
        data["not used"] = unused
        if check:
            data["checks"] = {row.name: _as_json(row) for row in checks}
        click.echo(json.dumps(data, indent=2))
    else:
        _print(rows + checks, unused)
    if not usable or any(row.problem for row in checks if row.name == "CSS"):
        context.exit(NOT_READ)


def _as_json(row: _Row) -> dict[str, object]:
    known = {"value": row.value, "source": row.source}
    return known if row.problem is None else {**known, "problem": row.problem}


def _print(rows: list[_Row], unused: list[str]) -> None:
    width = max(len(row.name) for row in rows)
    said: set[str] = set()
    for row in rows:
        shown = sanitize(str(row.value)) if row.value is not None else "-"
        text = f"{shown}  ({sanitize(row.source)})" if row.source else shown
        if row.problem is not None:  # one that keeps every setting from being found is said once
            text = "✗ see above" if row.problem in said else f"✗ {sanitize(row.problem, 2000)}"
            said.add(row.problem)
        click.echo(f"{row.name:<{width}}  {text}")
    if unused:
        click.echo(f"\nset, and not used: {', '.join(sanitize(name, 100) for name in unused)}")


def _rows(found: Finder, without_files: Finder) -> list[_Row]:
    """Return each setting; one that is wrong, or missing and needed, hides no other.

    Args:
        found: finds settings as other commands do.
        without_files: finds those that are in no file, for a file that cannot be read hides them, too.
    """

    def row(name: str, find: Callable[[Finder], Found[object] | None], absent: str = "not given") -> _Row:
        try:
            setting = find(found)
        except SettingsError as error:
            try:
                of_file = error.setting in ("profile", "profile_file")
                setting = find(without_files) if of_file and name != "credentials" else None
            except SettingsError:
                setting = None
            if setting is None:
                return _Row(name, problem=found.redact(error.reason))
        if setting is None:
            return _Row(name, None, absent)
        value = found.redact(setting.value) if isinstance(setting.value, str) else setting.value
        return _Row(name, value, found.redact(setting.where))

    try:
        unused = found.unused_project_name
    except SettingsError:
        unused = None
    return [
        row("region", lambda finder: finder.region),
        row("project id", lambda finder: finder.project_id, "looked up at IAM when it is needed"),
        row(
            "project name",
            lambda finder: finder.project_name,
            f"{unused} is set, and not used, for the project's id counts" if unused else "not given",
        ),
        row("cloud", lambda finder: finder.cloud),
        row("endpoint", lambda finder: finder.endpoint),
        row("IAM endpoint", lambda finder: finder.iam),
        row("STS endpoint", lambda finder: finder.sts),
        row("credentials", lambda finder: _credentials(finder.credentials)),
        row("agency", _agencies),
        row("retries", lambda finder: finder.max_retries),
        row("insecure", lambda finder: finder.insecure),
    ]


def _credentials(found: Credentials) -> Found[object]:
    """Say what there is to sign with; an access key id identifies and is no secret."""
    key = found.access_key or ""
    shown = key if len(key) <= _LONGEST_ACCESS_KEY else "(not shown: it is as long as secret keys are)"
    kind = "an IAM token" if found.token else f"access key {shown}"
    return Found(f"temporary {kind}" if found.security_token else kind, found.source)


def _agencies(found: Finder) -> Found[object] | None:
    named = [f"{each.name} of {each.account}" for each in found.agencies.value]
    return Found(", then ".join(named), found.agencies.where) if named else None


def _checks(settings: Settings, cluster_id: str | None) -> list[_Row]:
    """Ask IAM for the project, and CSS for a record or the clusters, once each."""
    from ..._api.client import CssClient

    def check(name: str, ask: Callable[[], str]) -> _Row:
        try:
            return _Row(name, ask())
        except CssError as error:
            return _Row(name, problem=error.worded(written))

    with CssClient(_settings=settings) as client:

        def iam() -> str:
            used = settings.project_id
            found = client.project_id() if used is None else client.look_up_project()
            other = "" if used is None or used.lower() == found.lower() else f"; the one that is used is {used}"
            return f"✓ the project is {found}{other}"

        def css() -> str:
            if cluster_id is None:
                try:
                    clusters = client.list_clusters(limit=1).clusters
                except ApiError as refused:
                    if refused.status != HTTPStatus.FORBIDDEN or refused.code == NO_PROJECT_CODE:
                        raise
                    return (
                        "? CSS answers, and the clusters may not be listed (HTTP 403, request id: "
                        f"{refused.request_id or 'none given'}); name one by --cluster-id to see whether its records "
                        "can be read"
                    )
                return f"✓ the clusters can be listed ({_some(len(clusters))})"
            records = client.list_log_records(cluster_id, limit=1).records
            return f"✓ the records of cluster {cluster_id} can be read ({_some(len(records))})"

        project = check("IAM", iam)
        if project.problem is not None and settings.project_id is None:
            return [project, replace(project, name="CSS")]  # without a project there is nothing to ask for
        return [project, check("CSS", css)]


def _some(number: int) -> str:
    return "there are some" if number else "there are none"
