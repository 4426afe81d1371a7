"""The functions wherever they are called: without an event loop, inside one, in threads; warnings are errors."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

SETUP = """
    import asyncio, concurrent.futures, contextvars, os, sys, threading
    import pulumi
    from pulumi_huaweicloud_css import get_fleet_log_records, get_log_records, get_log_records_output

    CLUSTER = os.environ["CLUSTER_ID"]

    def ask():
        assert get_fleet_log_records(cluster_ids=[CLUSTER]).clusters[CLUSTER].count == 37
        return get_log_records(cluster_id=CLUSTER).count
"""
PLACES = {
    "without a loop": "print(ask())",
    "twice without a loop": "ask(); print(ask())",
    "where no loop can be made": """
        def refuse(*_arguments):
            raise AssertionError("a loop was to be made")

        asyncio.SelectorEventLoop.__init__ = refuse
        print(ask())
    """,
    "inside a running loop": """
        async def main():
            return ask()

        print(asyncio.run(main()))
    """,
    "inside a loop's own thread": """
        async def main():
            return await asyncio.to_thread(ask)

        print(asyncio.run(main()))
    """,
    "after a loop": """
        asyncio.run(asyncio.sleep(0))
        print(ask())
    """,
    "in a thread": """
        with concurrent.futures.ThreadPoolExecutor() as pool:
            print(pool.submit(ask).result())
    """,
    "in several threads": """
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            print(*set(pool.map(lambda _: ask(), range(16))))
    """,
    "a loop of another thread": """
        def run():
            async def main():
                return ask()

            print(asyncio.run(main()))

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    """,
    "an output inside a running loop": """
        async def main():
            return await get_log_records_output(cluster_id=pulumi.Output.from_input(CLUSTER)).count.future()

        print(asyncio.run(main()))
    """,
    "an output without a loop": """
        count = get_log_records_output(cluster_id=CLUSTER).count
        loop = count._data.get_loop()
        print(loop.run_until_complete(count.future()))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
    """,
}


@pytest.mark.parametrize("place", PLACES)
def test_a_function_answers_without_any_warning(emulator, place):
    """No place needs an event loop, and none leaves one behind."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(SETUP) + textwrap.dedent(PLACES[place])],
        env={**emulator.environment(), "CLUSTER_ID": emulator.cluster_id},
        text=True,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (done.stdout, done.stderr) == ("37\n", "")
