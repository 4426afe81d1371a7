"""Export where a cluster's newest log backup is, and whether it worked."""

import pulumi
from pulumi_huaweicloud_css import LogRecords

logs = LogRecords("logs", cluster_name=pulumi.Config().require("clusterName"))

pulumi.export("latest_log_path", logs.latest_log_path)
pulumi.export("latest_status", logs.latest_status)
pulumi.export("latest_success_log_path", logs.latest_success_log_path)
pulumi.export("latest_success_finished_at", logs.latest_success_finished_at)
pulumi.export("latest", logs.latest)
