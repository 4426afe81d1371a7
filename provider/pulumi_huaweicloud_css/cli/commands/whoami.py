"""`css-logs whoami`: which settings are used, and where each was found; never a secret."""

from __future__ import annotations

import json
from typing import Any

import click

from ..._config.credentials import Credentials
from ..._config.settings import Settings, resolve
from ..._text import sanitize
from ..command import COMMAND_LINE, option
from ..command import command as declare_command
from ..exit_codes import IN_SHORT
from ..options import format_option

_settings = option("Settings")


@declare_command(
    "whoami",
    examples=[
        ("which keys, region and project would be used", "css-logs whoami"),
        ("the endpoint alone", "css-logs whoami --region cn-east-3 --format json | jq -r .endpoint.value"),
    ],
    epilog=IN_SHORT,
)
@_settings("--region", help="As for the other commands.")
@_settings("--project-id", help="As for the other commands.")
@_settings("--endpoint", help="As for the other commands.")
@format_option("Output", "text", "json")
def command(*, region: str | None, project_id: str | None, endpoint: str | None, form: str) -> None:
    """Show which settings are used, and where each was found.

    No request is sent to the API, and no secret is shown. Where there are no keys, temporary ones are fetched
    (extra sdk).
    """
    rows = _rows(resolve(region=region, project_id=project_id, endpoint=endpoint, reader=COMMAND_LINE))
    if form == "json":
        click.echo(json.dumps({name: {"value": value, "source": source} for name, value, source in rows}, indent=2))
        return
    width = max(len(name) for name, _, _ in rows)
    for name, value, source in rows:
        shown = sanitize(str(value)) if value is not None else "-"
        click.echo(f"{name:<{width}}  {shown}  ({sanitize(source)})")


def _rows(settings: Settings) -> list[tuple[str, Any, str]]:
    """Return name, value and source of each setting."""
    credentials = settings.credentials
    return [
        ("region", settings.region, settings.sources["region"]),
        ("project id", settings.project_id, settings.sources["project_id"]),
        ("endpoint", settings.endpoint, settings.sources["endpoint"]),
        ("credentials", _kind(credentials), credentials.source),
    ]


def _kind(credentials: Credentials) -> str:
    """Say what there is to sign with; an access key id identifies and is no secret."""
    if credentials.token:
        return "an IAM token"
    temporary = "temporary access key" if credentials.security_token else "access key"
    return f"{temporary} {credentials.access_key}"
