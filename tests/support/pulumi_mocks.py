"""Pulumi's mocks, under which any request would be an error, and what they may answer."""

from __future__ import annotations

import asyncio
import gc

import pulumi
import pytest

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
OTHER = "AAAAAAAA-f5dc-4633-8401-cfd7175fcAbC"
SNAKE = {"cluster_id": CLUSTER, "latest_log_path": "bucket/new", "latest": {"log_path": "bucket/new", "id": "a"},
         "records": [{"id": "a", "log_path": "bucket/new"}], "count": 1,
         "verdict": {"state": "passed", "record": {"job_type": "Auto"}}}  # fmt: skip
CAMEL = {"clusterId": CLUSTER, "latestLogPath": "bucket/new", "latest": {"logPath": "bucket/new", "id": "a"},
         "records": [{"id": "a", "logPath": "bucket/new"}], "count": 1,
         "verdict": {"state": "passed", "record": {"jobType": "Auto"}}}  # fmt: skip


class Mocks(pulumi.runtime.Mocks):
    """Keeps what it was asked, and answers with what it is told to."""

    def __init__(self):
        self.calls = []
        self.resources = []
        self.answer = {}

    def call(self, args):
        """Answer a function's call."""
        self.calls.append((args.token, args.args))
        return self.answer

    def new_resource(self, args):
        """Answer a resource's read: its id, and its outputs."""
        self.resources.append(args)
        return args.resource_id or f"{args.name}-id", {**args.inputs, **self.answer}


@pytest.fixture
def mocks(monkeypatch):
    """Run the test under mocks, where any request would be an error."""

    def no_network(*_arguments):
        raise AssertionError("a request was to be sent")

    monkeypatch.setattr("pulumi_huaweicloud_css._backups.query.shared_client", no_network)
    monkeypatch.setattr("pulumi_huaweicloud_css._backups.open_sites.shared_client", no_network)
    monkeypatch.setattr("pulumi_huaweicloud_css._backups.cluster_list.shared_client", no_network)
    monitor, engine = pulumi.runtime.settings.get_monitor(), pulumi.runtime.settings.get_engine()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    mocks = Mocks()
    pulumi.runtime.set_mocks(mocks, preview=False)
    yield mocks
    pulumi.runtime.settings.SETTINGS.monitor = monitor
    pulumi.runtime.settings.SETTINGS.engine = engine
    loop.run_until_complete(loop.shutdown_default_executor())
    asyncio.set_event_loop(None)
    loop.close()
    del loop
    gc.collect()  # what Pulumi left open is found now, and not in another test


def value(output):
    """Return the value of an output."""
    return asyncio.get_event_loop().run_until_complete(output.future())
