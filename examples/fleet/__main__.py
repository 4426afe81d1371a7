"""Say of many clusters at once where their newest log backups are, and which clusters need somebody's attention."""

import pulumi
from pulumi_huaweicloud_css import ClusterSelector, FleetLogRecords, Gate

config = pulumi.Config()

fleet = FleetLogRecords(
    "fleet",
    # Evaluated at each preview and update: a cluster that is created tomorrow is read without a change here.
    clusters=ClusterSelector(names=config.require_object("clusterNames")),
    gate=Gate(max_age=config.require("maxAge")),
    # A cluster that fails is told in the outputs; with "fail", the default, it would stop the deployment.
    on_error="collect",
)


def latest_paths(clusters):
    """Return each cluster's newest path by the cluster's name, for the stacks that keep or search the logs."""
    return {cluster.cluster_name: cluster.latest_log_path for cluster in clusters.values()}


pulumi.export("latest_log_paths", fleet.clusters.apply(latest_paths))
pulumi.export("backed_up_until", fleet.oldest_success.apply(lambda record: record and record.finished_at))
pulumi.export("failed_cluster_ids", fleet.failed_cluster_ids)
pulumi.export("errors", fleet.errors)
