"""`get_log_records` and `get_log_records_output` in a program that the real engine runs."""

from __future__ import annotations

import asyncio

from pulumi_huaweicloud_css.emulator import Emulator

FIELDS = """
    import json
    import pulumi
    from pulumi_huaweicloud_css import LogRecords, get_log_records, get_log_records_output

    cluster_id = pulumi.Config().require("clusterId")
    logs = LogRecords("logs", cluster_id=cluster_id, status="SUCCESS", limit=20)
    plain = get_log_records(cluster_id=cluster_id, status="SUCCESS", limit=20)
    output = get_log_records_output(cluster_id=logs.cluster_id, status="SUCCESS", limit=20)
    pulumi.export("resource", logs)
    pulumi.export("plain", plain)
    pulumi.export("output", output)
    pulumi.export("second", plain.records[1].log_path)
"""


def test_function_and_resource_give_the_same_answer(new_project, emulator):
    """Every output of the resource is an output of both functions, with the same value."""
    project = new_project(FIELDS, clusterId=emulator.cluster_id)
    project.up().ok()
    outputs = project.outputs()
    answers = [outputs["resource"], outputs["plain"], outputs["output"]]
    for answer in answers:
        assert answer.pop("read_at")
    assert outputs["plain"] == outputs["output"]
    inputs = {"id", "urn", "endpoint"}
    told = {key: value for key, value in outputs["resource"].items() if key not in inputs and value is not None}
    assert told == outputs["plain"]
    assert outputs["second"] == outputs["plain"]["records"][1]["log_path"]


def test_several_calls_are_under_way_at_once(new_project):
    """Three calls, by output and in applies, meet at the server: none waits for another to end."""
    waiting = []
    all_there = asyncio.Event()

    async def on_request(request):  # holds each request until three are there
        waiting.append(request)
        if len(waiting) % 3 == 0:
            all_there.set()
        await asyncio.wait_for(all_there.wait(), timeout=60)

    program = """
        import pulumi
        from pulumi_huaweicloud_css import get_log_records, get_log_records_output

        cluster_id = pulumi.Config().require("clusterId")
        first = get_log_records_output(cluster_id=cluster_id)
        second = get_log_records_output(cluster_id=cluster_id)
        third = pulumi.Output.from_input(cluster_id).apply(lambda it: get_log_records(cluster_id=it).count)
        pulumi.export("counts", pulumi.Output.all(first.count, second.count, third))
    """
    with Emulator(on_request=on_request) as emulator:
        project = new_project(program, environment=emulator.environment(), clusterId=emulator.cluster_id)
        project.up().ok()
        assert project.outputs()["counts"] == [37, 37, 37]


def test_an_error_ends_the_program_with_its_text(new_project):
    """A function's error is the last line of the diagnostic, and the program's own line is above it."""
    program = """
        import pulumi
        from pulumi_huaweicloud_css import get_log_records

        get_log_records(cluster_id="ffffffff-0000-0000-0000-000000000000")
    """
    preview = new_project(program).preview()
    assert preview.exit_code != 0
    assert 'get_log_records(cluster_id="ffffffff' in preview.output
    assert "HTTP 404, CSS.3027" in preview.output
    assert "transport.py" not in preview.output


def test_settings_come_from_the_stack_configuration(new_project, emulator):
    """Region, project id, endpoint and keys of the stack serve resource and function alike."""
    program = """
        import pulumi
        from pulumi_huaweicloud_css import LogRecords, get_log_records

        cluster_id = pulumi.Config().require("clusterId")
        logs = LogRecords("logs", cluster_id=cluster_id)
        pulumi.export("regions", [logs.region, get_log_records(cluster_id=cluster_id).region])
    """
    project = new_project(
        program,
        environment={},
        clusterId=emulator.cluster_id,
        huaweicloud__region="ap-southeast-3",
        huaweicloud__projectId=emulator.project_id,
        huaweicloud__accessKey=emulator.access_key,
    )
    project.set_secret("huaweicloud:secretKey", emulator.secret_key)
    project.run("config", "set", "--stack", "dev", "--path", "huaweicloud:endpoints.css", emulator.endpoint).ok()
    project.up().ok()
    assert project.outputs()["regions"] == ["ap-southeast-3", "ap-southeast-3"]


def test_a_function_answers_in_threads_and_in_async_code_of_a_program(new_project, emulator):
    """Wherever a program calls it, a function has the stack's configuration and answers; nothing is warned of."""
    program = """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor
        import pulumi
        from pulumi_huaweicloud_css import LogRecords, get_fleet_log_records, get_log_records, get_log_records_output

        cluster_id = pulumi.Config().require("clusterId")
        logs = LogRecords("logs", cluster_id=cluster_id)

        def ask(_=None):
            return get_fleet_log_records(cluster_ids=[cluster_id]).clusters[cluster_id].count

        async def in_async_code():
            await asyncio.sleep(0)
            here = get_log_records(cluster_id=cluster_id).count
            there = await asyncio.to_thread(ask)
            output = await get_log_records_output(cluster_id=logs.cluster_id).count.future()
            return [here, there, output]

        with ThreadPoolExecutor(4) as pool:
            pulumi.export("threads", list(pool.map(ask, range(4))))
        pulumi.export("async", pulumi.Output.from_input(in_async_code()))
        pulumi.export("applied", logs.count.apply(ask))
    """
    project = new_project(
        program,
        environment={},
        clusterId=emulator.cluster_id,
        huaweicloud__region="ap-southeast-3",
        huaweicloud__projectId=emulator.project_id,
        huaweicloud__accessKey=emulator.access_key,
    )
    project.set_secret("huaweicloud:secretKey", emulator.secret_key)
    project.run("config", "set", "--stack", "dev", "--path", "huaweicloud:endpoints.css", emulator.endpoint).ok()
    output = project.up().ok().output
    assert "arning" not in output
    assert project.outputs() == {"threads": [37] * 4, "async": [37] * 3, "applied": 37}
