#!/usr/bin/env bash
# Runs the gate once: annotations on standard output, the job's summary, the step's outputs, and the gate's exit code.
set -uo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# An input that is not given leaves the job's own variable as it is: emptied, it would make a strict gate a lax one.
for name in CLUSTER_ID CLUSTER_NAME ALL_CLUSTERS TAG ENGINE ENTERPRISE_PROJECT_ID CLUSTERS_FILE ALLOW_EMPTY REGION \
    MAX_AGE MAX_RUNNING MAX_CONSECUTIVE_FAILURES WAIT SHARD; do
    input="INPUT_$name"
    [ -z "${!input}" ] || export "CSS_LOGS_GATE_$name=${!input}"
done
options=(--format github --report "json=$folder/gate.json" --report "markdown=$folder/summary.md")
[ -z "$INPUT_HTML" ] || options+=(--report "html=$INPUT_HTML")
[ -z "$INPUT_JSON" ] || options+=(--report "json=$INPUT_JSON")
# A line is one argument, without the blanks around it; nothing in it is taken apart.
while IFS= read -r line; do
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    [ -z "$line" ] || options+=("$line")
done <<<"$INPUT_ARGS"

# Errors are shown as they come, and kept.
{ "$CSS_LOGS_SCRIPTS/css-logs" gate "${options[@]}" 2>&1 1>&3 | tee "$folder/errors" >&2; } 3>&1
code=${PIPESTATUS[0]}
# Without a report nothing was judged, as after --help, and nothing that was not judged passes.
[ "$code" != 0 ] || [ -f "$folder/gate.json" ] || code=4

"$CSS_LOGS_SCRIPTS/python" -I "$(dirname "$0")/outputs.py" \
    "$code" "$folder/gate.json" "$folder/errors" "$folder/summary.md" || exit 4
exit "$code"
