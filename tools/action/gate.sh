#!/usr/bin/env bash
# Runs the gate once: annotations on standard output, the job's summary, the step's outputs, and the gate's exit code.
set -uo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
reports=(--report "json=$folder/gate.json" --report "markdown=$folder/summary.md")
[ -z "$INPUT_HTML" ] || reports+=(--report "html=$INPUT_HTML")

"$CSS_LOGS_SCRIPTS/css-logs" gate --format github "${reports[@]}"
code=$?

[ ! -f "$folder/summary.md" ] || cat "$folder/summary.md" >>"$GITHUB_STEP_SUMMARY"
"$CSS_LOGS_SCRIPTS/python" -I "$(dirname "$0")/outputs.py" "$code" "$folder/gate.json" >>"$GITHUB_OUTPUT" || exit 4
exit "$code"
