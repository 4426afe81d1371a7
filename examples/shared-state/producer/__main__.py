"""Keep a cluster's log backup records where other stacks and pipelines read them."""

import pulumi
from pulumi_huaweicloud_css import LogRecords

logs = LogRecords("logs", cluster_id=pulumi.Config().require("clusterId"), limit=100)

pulumi.export("records", logs.records)
pulumi.export("latest_success_log_path", logs.latest_success_log_path)
pulumi.export("read_at", logs.read_at)
