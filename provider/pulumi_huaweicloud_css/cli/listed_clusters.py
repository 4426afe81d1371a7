"""What ``css-logs list --format json`` wrote of several clusters, as what is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, ValidationError

from .._backups.cluster_ref import ClusterRef
from .._backups.cluster_search import SkippedCluster
from .._backups.evaluate import RecordSet, Target, unreadable
from .._text import sanitize
from ..errors import CssError
from .errors import ReportedError, SourceError
from .input_file import not_json_of


class _Model(BaseModel):
    model_config = ConfigDict(strict=True)


class _Cluster(_Model):
    cluster_id: str
    cluster_name: str | None = None
    region: str | None = None
    project_id: str | None = None


class _Problem(_Model):
    model_config = ConfigDict(strict=True, extra="allow")
    message: str


class _Error(_Model):
    name: str
    error: _Problem


class _Skipped(_Model):
    cluster_id: str
    cluster_name: str
    reason: str


class _List(_Model):
    clusters: list[dict[str, object]]
    skipped: list[_Skipped]
    errors: list[_Error]


def listed_targets(
    value: Mapping[str, object], file: str, outputs: Callable[[Mapping[str, object], str], RecordSet]
) -> tuple[Sequence[Target[RecordSet]], Sequence[SkippedCluster]]:
    """Return each cluster, and each error, as a target; and the clusters that were skipped.

    Args:
        value: what is in the file.
        file: the file's name, for errors.
        outputs: reads the outputs of one cluster, given them and what they are called in errors.

    Raises:
        SourceError: it is of another form, or there is nothing to judge.
    """
    try:
        listed = _List.model_validate(value)
        clusters = [_Cluster.model_validate(each) for each in listed.clusters]
    except ValidationError as error:
        raise not_json_of("list", file, error) from None
    if not clusters and not listed.errors:
        raise SourceError(f"{file}: lists no cluster, so there is nothing to judge")
    return (
        [
            *(_target(cluster, value, file, outputs) for cluster, value in zip(clusters, listed.clusters, strict=True)),
            *(_failed(each) for each in listed.errors),
        ],
        [SkippedCluster(each.cluster_id, each.cluster_name, each.reason) for each in listed.skipped],
    )


def _target(
    cluster: _Cluster,
    value: Mapping[str, object],
    file: str,
    outputs: Callable[[Mapping[str, object], str], RecordSet],
) -> Target[RecordSet]:
    def read() -> RecordSet:
        try:
            return outputs(value, f"{file}, cluster {sanitize(cluster.cluster_id, 60)}")
        except CssError as error:
            error.names_subject = True
            raise

    reference = ClusterRef(cluster.cluster_id, cluster.cluster_name, cluster.region, cluster.project_id)
    return Target(cluster.cluster_id, read, reference)


def _failed(listed: _Error) -> Target[RecordSet]:
    message, problem = listed.error.message, listed.error.model_dump()
    text = message if listed.name in message else f"{listed.name}: {message}"
    return unreadable(listed.name, ReportedError(text, problem))
