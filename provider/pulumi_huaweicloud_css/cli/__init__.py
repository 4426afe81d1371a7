"""The command line, `css-logs`; what it needs comes with the extra `cli`."""

from __future__ import annotations

import sys

from .exit_codes import INTERRUPTED, NOT_ASKED


def main() -> None:
    """Run `css-logs`, or say how to install what it needs."""
    try:
        from .main import run

        code = run(sys.argv[1:])
    except ModuleNotFoundError as error:
        text = "css-logs needs the extra cli: pip install 'pulumi-huaweicloud-css[cli]'"
        if (error.name or "").partition(".")[0] not in ("click", "rich", "junitparser"):
            text = f"Error: the module {error.name} is missing; install pulumi-huaweicloud-css anew"
        print(text, file=sys.stderr)
        code = NOT_ASKED
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)
