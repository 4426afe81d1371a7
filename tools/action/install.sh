#!/usr/bin/env bash
# Installs css-logs into an environment of its own, so that the job's Python stays as it is.
set -euo pipefail

folder="$RUNNER_TEMP/css-logs"
python=${INPUT_PYTHON:-python3} # an input that a job leaves empty is one that is not given
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11) and
    f"::error title=css-logs::Python 3.11 or newer is needed; the input python names {sys.version.split()[0]}")'
"$python" -m venv "$folder"
scripts="$folder/bin"
[ -d "$scripts" ] || scripts="$folder/Scripts" # Windows
if [ -n "$INPUT_VERSION" ]; then
    package="pulumi-huaweicloud-css[cli,report]==$INPUT_VERSION"
else
    package="$GITHUB_ACTION_PATH[cli,report]"
fi
"$scripts/python" -m pip install --quiet --disable-pip-version-check "$package"
echo "CSS_LOGS_SCRIPTS=$scripts" >>"$GITHUB_ENV"
