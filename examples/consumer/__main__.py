"""Make the OBS lifecycle rule for the folder that a cluster's log backups are in, of which another stack knows."""

import json

import pulumi

config = pulumi.Config()
keep_days = config.require_int("keepDays")
base_path = config.require("basePath").strip("/")
producer = pulumi.StackReference(config.require("producerStack"))


def folder_of_all(log_path):
    """Return the folder that all log backups are in: what a backup's path has up to the base path's end."""
    if log_path is None:
        return None
    before, found, _ = f"/{log_path.strip('/')}/".partition(f"/{base_path}/")
    if not found:
        raise pulumi.RunError(f"the log backup {log_path} is not below basePath, {base_path}; see the log settings")
    return f"{before}{found}".lstrip("/")


def lifecycle_rule(folder):
    """Return the rule that ends a log backup's life after some days, for all that will be in the folder."""
    if folder is None:
        return None
    rule = {
        "ID": "expire-css-log-backups",
        "Prefix": folder,
        "Status": "Enabled",
        "Expiration": {"Days": keep_days},
    }
    return json.dumps({"Rule": [rule]}, indent=2)


# The newest backup's own path is no output: it moves with each backup, and nothing here depends on it.
log_folder = producer.get_output("latest_success_log_path").apply(folder_of_all)
pulumi.export("log_folder", log_folder)
pulumi.export("lifecycle_rule", log_folder.apply(lifecycle_rule))
