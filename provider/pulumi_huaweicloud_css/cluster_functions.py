"""The function `get_clusters`, and its form for outputs; see `functions`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pulumi import Input, InvokeOptions, InvokeOutputOptions, Output

from ._pulumi.function import Function, call, call_output
from ._pulumi.outputs import clusters_outputs
from ._pulumi.types import GetClustersResult

if TYPE_CHECKING:
    from ._backups.cluster_list import ClustersArguments
    from ._config.sources import ConfigGetter
    from ._pulumi.arguments import ClustersInputs


def get_clusters(
    *,
    names: Sequence[str] | None = None,
    tags: Mapping[str, str] | None = None,
    engine: str | None = None,
    enterprise_project_id: str | None = None,
    project_id: str | None = None,
    region: str | None = None,
    endpoint: str | None = None,
    opts: InvokeOptions | None = None,
) -> GetClustersResult:
    """Return the clusters of a project, by name. Reads immediately, and keeps the event loop running.

    An empty list is a result, too; a list that may be incomplete is an error.

    Args:
        names: shell patterns such as ``prod-*``, one of which a cluster's name matches; default: all.
        tags: tags that a cluster has, all of them with these values.
        engine: ``elasticsearch``, ``opensearch`` or ``logstash``; default: all.
        enterprise_project_id: the enterprise project's id, ``0`` for the default one; default: all.
        project_id: 32 hexadecimal digits; default: from settings, or looked up in IAM by the region's name.
        region: the region's name, such as ``cn-north-4``; default: from settings.
        endpoint: base URL of the CSS API; default: the region's.
        opts: accepted as in every Pulumi function, but without effect, because no provider plugin is called.

    Raises:
        ArgumentError, SettingsError: an argument or a setting is wrong; nothing was sent.
        CssError: the clusters could not be listed.
    """
    arguments: ClustersArguments = {
        "names": names,
        "tags": tags,
        "engine": engine,
        "enterprise_project_id": enterprise_project_id,
        "project_id": project_id,
        "region": region,
        "endpoint": endpoint,
    }
    return call(_CLUSTERS, arguments, opts)


def get_clusters_output(
    *,
    names: Input[Sequence[Input[str]] | None] | None = None,
    tags: Input[Mapping[str, Input[str]] | None] | None = None,
    engine: Input[str | None] | None = None,
    enterprise_project_id: Input[str | None] | None = None,
    project_id: Input[str | None] | None = None,
    region: Input[str | None] | None = None,
    endpoint: Input[str | None] | None = None,
    opts: InvokeOptions | InvokeOutputOptions | None = None,
) -> Output[GetClustersResult]:
    """Like `get_clusters`, for arguments that are outputs: waits for them and for ``opts.depends_on``.

    In a preview the result is unknown while an argument is unknown or a dependency is yet to be created.
    """
    inputs: ClustersInputs = {
        "names": names,
        "tags": tags,
        "engine": engine,
        "enterprise_project_id": enterprise_project_id,
        "project_id": project_id,
        "region": region,
        "endpoint": endpoint,
    }
    return call_output(_CLUSTERS, inputs, opts)


def _read_clusters(arguments: ClustersArguments, config: ConfigGetter | None) -> GetClustersResult:
    from ._backups.cluster_list import read_clusters  # here: it loads the HTTP library

    return clusters_outputs(read_clusters(arguments, config=config))


_CLUSTERS: Function[ClustersInputs, ClustersArguments, GetClustersResult] = Function(
    "huaweicloud-css:index:getClusters", _read_clusters, GetClustersResult
)
