"""Release only while log backups are fresh: what depends on the gate is not touched unless it passes."""

import pulumi
from pulumi_huaweicloud_css import Gate, LogRecords

config = pulumi.Config()

logs = LogRecords(
    "logs",
    cluster_id=config.require("clusterId"),
    gate=Gate(max_age="26h", max_running="2h", max_consecutive_failures=1),
)

# Stands for whatever must not change while the logs are not safe: a cluster's version, a node pool, a database.
release = pulumi.Stash("release", input=config.require("release"), opts=pulumi.ResourceOptions(depends_on=[logs]))

pulumi.export("released", release.input)
pulumi.export("log_backups", logs.verdict.reason)
