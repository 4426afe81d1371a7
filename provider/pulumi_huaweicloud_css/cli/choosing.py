"""What the command line chose to judge: clusters, a stack's output, or a file, and not two of them."""

from __future__ import annotations

from typing import Any

import click

from .targets import Subject, cluster_subjects, file_subject, stack_subject


def chosen_subjects(
    cluster_ids: tuple[str, ...],
    stack: str | None,
    output: str | None,
    file: str | None,
    asking: dict[str, Any],
    parallelism: int,
) -> list[Subject]:
    """Return what is to be judged.

    Args:
        cluster_ids: clusters to ask the API about.
        stack: a Pulumi stack.
        output: the name of that stack's output.
        file: a file in the API's own form; "-" is standard input.
        asking: the options that say where to ask, and for which records; None where not given.
        parallelism: how many clusters will be asked at once.

    Raises:
        click.UsageError: none, or several, of the three ways are given, or options that do not go together.
    """
    given = {"--cluster-id": cluster_ids or None, "--stack": stack, "--output": output, "--file": file}
    for way, value in given.items():
        if value == "":
            raise click.UsageError(f"{way} is empty; a variable may not be set")
    ways = [way for way, value in given.items() if value is not None and way != "--output"]
    if len(ways) != 1:
        said = "nothing to judge" if not ways else f"{' and '.join(ways)} do not go together"
        raise click.UsageError(f"{said}: give --cluster-id (repeatable), or --stack with --output, or --file")
    if (stack is None) != (output is None):
        raise click.UsageError("--stack and --output go together: the stack, and the name of its output")
    if not cluster_ids:
        extra = [f"--{name.replace('_', '-')}" for name, value in asking.items() if value is not None]
        if extra:
            raise click.UsageError(f"{', '.join(extra)}: only with --cluster-id; {ways[0]} is judged as it is")
    if stack is not None and output is not None:
        return [stack_subject(stack, output)]
    return [file_subject(file)] if file is not None else cluster_subjects(cluster_ids, asking, parallelism)
