"""The provider plugin `huaweicloud-css`: the same functions for programs in every Pulumi language.

The console script `pulumi-resource-huaweicloud-css` is what Pulumi looks for on PATH. It speaks Pulumi's provider
protocol with pulumi's own stubs. `pulumi.provider.experimental` does so too, but prints a traceback under every error,
and cannot report which argument of a function is wrong.
"""

from __future__ import annotations

import sys

from .._pulumi.starting import started_by_engine

_USAGE = """\
pulumi-resource-huaweicloud-css is a Pulumi provider plugin; Pulumi starts it. Its schema:

  pulumi package get-schema "$(which pulumi-resource-huaweicloud-css)"
  pulumi-resource-huaweicloud-css --schema   # the same, without Pulumi
"""


def main() -> None:
    """Serve the plugin to the engine that started it; without an engine's address, print the usage."""
    if sys.argv[1:2] == ["--schema"]:
        from .schema import schema_text

        sys.stdout.write(schema_text())
    elif started_by_engine("pulumi-resource-huaweicloud-css", _USAGE):
        serve()


def serve() -> None:
    """Serve the plugin until SIGINT or SIGTERM; writes only the port to standard output."""
    from .serving import serve_provider  # here, so that the usage is shown without loading Pulumi

    serve_provider()
