"""The policy pack `huaweicloud-css`: stops a stack, in any language, when log backups are not fresh.

The console script `pulumi-analyzer-huaweicloud-css` is what `pulumi preview --policy-pack` takes. It speaks Pulumi's
analyzer protocol with pulumi's own stubs. The package `pulumi-policy` would do that too, but it drops
the stack's configuration, where the keys may be, and holds protobuf at 5.29.
"""

from __future__ import annotations

from .._pulumi.starting import started_by_engine

_USAGE = """\
pulumi-analyzer-huaweicloud-css is a Pulumi policy pack; Pulumi starts it:

  pulumi preview --policy-pack "$(which pulumi-analyzer-huaweicloud-css)" --policy-pack-config gate.json
"""


def main() -> None:
    """Serve the pack to the engine that started it; without an engine's address, print the usage."""
    if started_by_engine("pulumi-analyzer-huaweicloud-css", _USAGE):
        serve()


def serve() -> None:
    """Serve the pack until the engine ends this process; writes only the port to standard output."""
    from .serving import serve_analyzer  # here, so that the usage is shown without loading Pulumi

    serve_analyzer()
