"""Say of many clusters at once where their newest log backups are, and which clusters need somebody's attention."""

import pulumi
from pulumi_huaweicloud_css import FleetLogRecords, Gate

config = pulumi.Config()

fleet = FleetLogRecords(
    "fleet",
    cluster_ids=config.require_object("clusterIds"),
    gate=Gate(max_age=config.require("maxAge")),
    # A cluster that fails is told in the outputs; with "fail", the default, it would stop the deployment.
    on_error="collect",
)


def latest_paths(clusters):
    """Return each cluster's newest path, for the stacks that keep or search the logs."""
    return {cluster_id: cluster.latest_log_path for cluster_id, cluster in clusters.items()}


pulumi.export("latest_log_paths", fleet.clusters.apply(latest_paths))
pulumi.export("backed_up_until", fleet.oldest_success.apply(lambda record: record and record.finished_at))
pulumi.export("failed_cluster_ids", fleet.failed_cluster_ids)
pulumi.export("errors", fleet.errors)
