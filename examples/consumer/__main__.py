"""Make the OBS lifecycle rule for the folder that another stack's log backups are in."""

import json

import pulumi

config = pulumi.Config()
keep_days = config.require_int("keepDays")
producer = pulumi.StackReference(config.require("producerStack"))


def lifecycle_rule(log_path):
    """Return the rule that ends a log backup's life after some days, for the path's folder in the bucket."""
    if log_path is None:
        return None
    folder = log_path.strip("/")
    rule = {
        "ID": "expire-css-log-backups",
        "Prefix": f"{folder}/",
        "Status": "Enabled",
        "Expiration": {"Days": keep_days},
    }
    return json.dumps({"Rule": [rule]}, indent=2)


log_path = producer.get_output("latest_success_log_path")
pulumi.export("log_path", log_path)
pulumi.export("lifecycle_rule", log_path.apply(lifecycle_rule))
