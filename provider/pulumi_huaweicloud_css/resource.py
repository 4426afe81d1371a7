"""`LogRecords`: a read-only resource that the engine reads at every preview and every up.

The engine keeps a reference to `LogRecordsProvider` in the state of every stack that uses it, by this module's and
the class's name. So neither is ever renamed, and the class has no attributes that are set when it is made: then the
reference is all that is kept, the same for every version of this package.
"""

# No `from __future__ import annotations` here: Pulumi evaluates the outputs' types anew for each resource, and text is
# slow to evaluate.
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, cast

import pulumi
from pulumi import Input, Output
from pulumi.dynamic import ConfigureRequest, ReadResult, Resource, ResourceProvider

from .config_check import warn_of_plain_secrets
from .errors import CssError, unexpected
from .outputs import GateVerdict, LogRecord

if TYPE_CHECKING:
    from .gate import Gate
    from .sources import ConfigGetter


class ReadProvider(ResourceProvider):
    """Answers the engine's reads. One object serves several threads; it holds no credentials.

    Subclasses say what is read, by `inputs` and `ask`, which belong to the class and not to the object.
    """

    serialize_as_secret_always = False
    inputs: ClassVar[tuple[str, ...]]

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the way to the stack's configuration; runs once, in the provider's own process."""
        from .cancellation import heed_the_engine  # here, as for what else only the provider's process needs
        from .sources import NAMESPACE

        heed_the_engine()
        config = req.config
        self._config: ConfigGetter = lambda key: config.get(f"{NAMESPACE}:{key}")

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Ask for the records. `props` are the inputs, or on a refresh what was read last time.

        Raises:
            CssError: the question could not be answered; the engine shows its text and stops the deployment.
        """
        from .cancellation import cancellable
        from .marks import plain_for_engine

        inputs = {name: props[name] for name in self.inputs if props.get(name) is not None}
        try:
            outputs = cancellable(lambda: self.ask(config=self._config, **inputs))
        except CssError as error:
            raise _without_frames(error) from None
        except Exception as error:
            sys.tracebacklimit = 1000
            raise RuntimeError(unexpected(error)).with_traceback(error.__traceback__) from None
        sys.tracebacklimit = 1000  # Python's default: an error that nobody expected is shown whole
        return ReadResult(id_, {**inputs, **plain_for_engine(outputs)})

    @staticmethod
    def ask(**arguments: Any) -> dict[str, Any]:
        """Return the outputs; the stack's configuration is among the arguments."""
        raise NotImplementedError


WHERE_AND_WHAT = (
    "project_id",
    "region",
    "endpoint",
    "status",
    "job_id",
    "job_type",
    "offset",
    "limit",
    "gate",
)


class LogRecordsProvider(ReadProvider):
    """Reads one cluster's records."""

    inputs = ("cluster_id", *WHERE_AND_WHAT)

    @staticmethod
    def ask(**arguments: Any) -> dict[str, Any]:
        """Return the outputs of one cluster."""
        from .reading import read_outputs  # here, so that declaring a resource does not load the HTTP library

        return read_outputs(**arguments)


class LogRecords(Resource, module="huaweicloud-css", name="LogRecords"):
    """The log backup records of one CSS cluster, read on any preview, update or refresh; never created or deleted.

    Credentials are no arguments: they come from the stack's configuration (namespace ``huaweicloud``) or the
    environment, so that they are in no state. If an argument is not known yet, as the id of a cluster that is made
    in the same run, the outputs are unknown in the preview and read in the update.

    Args:
        resource_name: the resource's name in the stack.
        cluster_id: the CSS cluster's id, a UUID. It becomes the resource's id, which Pulumi keeps in clear text.
        project_id: 32 hexadecimal digits; from the settings, or looked up by the region, if not given.
        region: the region's name, such as ``cn-north-4``; from the settings if not given.
        endpoint: base URL of the CSS API, instead of the region's own.
        status: ``RUNNING``, ``SUCCESS``, ``FAIL`` or ``NOT_FAIL`` (running or successful); all if not given.
        job_id: only the records of this job.
        job_type: ``Manual`` or ``Auto``; both if not given.
        offset: number of the first record to read, counted from 1.
        limit: read at most so many records, 1 to 100,000; all if not given.
        gate: what is good enough. If the backups are not, the read fails, in the preview too, with the reason as
            the error; then nothing that depends on the resource is touched.
        opts: the resource's options; ``id`` is set by the resource itself.
    """

    cluster_id: Output[str]
    project_id: Output[str]
    region: Output[str | None]
    records: Output[list[LogRecord]]
    count: Output[int]
    total_size: Output[int | None]
    truncated: Output[bool]
    latest: Output[LogRecord | None]
    latest_log_path: Output[str | None]
    latest_status: Output[str | None]
    latest_created_at: Output[str | None]
    latest_finished_at: Output[str | None]
    latest_success: Output[LogRecord | None]
    latest_success_log_path: Output[str | None]
    latest_success_finished_at: Output[str | None]
    read_at: Output[str]
    verdict: Output[GateVerdict | None]

    def __init__(
        self,
        resource_name: str,
        *,
        cluster_id: Input[str],
        project_id: Input[str] | None = None,
        region: Input[str] | None = None,
        endpoint: Input[str] | None = None,
        status: Input[str] | None = None,
        job_id: Input[str] | None = None,
        job_type: Input[str] | None = None,
        offset: Input[int] | None = None,
        limit: Input[int] | None = None,
        gate: "Input[Gate] | None" = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        given = {**locals(), "gate": plain_gate(gate)}
        # What is not given is left out, for each property takes the engine's time; the same holds for the id below.
        inputs = {name: given[name] for name in LogRecordsProvider.inputs if given[name] is not None}
        super().__init__(
            LogRecordsProvider(),
            resource_name,
            # The outputs are declared with no value, so that they are there to be resolved.
            {**dict.fromkeys(LogRecords.__annotations__), **inputs},
            read_options("LogRecords", opts, inputs, lambda values: str(values["cluster_id"])),
        )


def read_options(
    kind: str, opts: pulumi.ResourceOptions | None, inputs: dict[str, Any], id_of: Callable[[dict[str, Any]], str]
) -> pulumi.ResourceOptions:
    """Return the options that make the engine read a resource: those that were given, with an id.

    Args:
        kind: the resource's class, for the error.
        opts: the options as the program gave them.
        inputs: all inputs. The id is known only when every one of them is: reading with half of them would answer
            another question. It is never secret, because the engine cannot read a resource by a secret id.
        id_of: makes the id of the inputs' values.

    Raises:
        TypeError: the options have an id already.
    """
    if opts is not None and opts.id is not None:
        raise TypeError(f"{kind} sets its id itself, of what it reads; leave opts.id out")
    warn_of_plain_secrets()
    if _is_plain(inputs):
        known_id: Input[str] = id_of(inputs)  # a hundred resources would wait for a thousand outputs
    else:
        known_id = Output.unsecret(Output.all(**inputs).apply(id_of))
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=known_id))


def _is_plain(value: Any) -> bool:
    """Say whether a value is known now: no output, nothing to be awaited, anywhere in it."""
    if isinstance(value, dict):
        return all(_is_plain(item) for item in value.values())
    if isinstance(value, list):
        return all(_is_plain(item) for item in value)
    return value is None or isinstance(value, str | int | float)


def plain_gate(gate: "Input[Gate] | None") -> Any:
    """Return a gate as plain values for the state; one that is not known yet, when it is."""
    if gate is None:
        return None
    from .gate import Gate  # here, so that programs without a gate do not load it

    if isinstance(gate, Gate):
        return gate.to_dict()
    return Output.from_input(cast("Any", gate)).apply(lambda known: None if known is None else Gate.of(known).to_dict())


def _without_frames(error: CssError) -> CssError:
    """Have Pulumi show an expected error as one line: its traceback's frames would tell a user nothing.

    Pulumi formats the traceback itself, and this limit of Python's, for the whole process, is the one way to keep
    it short.
    """
    sys.tracebacklimit = 0
    return error
