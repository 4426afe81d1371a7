"""`LogRecords`: a read-only resource that the engine reads at every preview and every up.

The engine keeps a reference to `LogRecordsProvider` in the state of every stack that uses it, by this module's and
the class's name. So neither is ever renamed, and the class has no attributes that are set when it is made: then the
reference is all that is kept, the same for every version of this package.
"""

# No `from __future__ import annotations` here: Pulumi evaluates the outputs' types anew for each resource, and text is
# slow to evaluate.
import sys
from collections.abc import Callable
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, get_args

import pulumi
from pulumi import Input, Output
from pulumi.dynamic import ConfigureRequest, ReadResult, Resource, ResourceProvider
from pulumi.output import Unknown

from .config_check import warn_of_plain_secrets
from .errors import CssError, unexpected
from .inputs import GateInput, is_plain, plain_gate, plain_or_output
from .outputs import GateVerdict, LogRecord
from .question import JobType, Status

if TYPE_CHECKING:
    from .sources import ConfigGetter


class ReadProvider(ResourceProvider):
    """Answers the engine's reads. One object serves several threads; it holds no credentials.

    Subclasses say what is read, by `inputs`, `always` and `ask`, which belong to the class and not to the object.
    """

    serialize_as_secret_always = False
    inputs: ClassVar[tuple[str, ...]]
    # Outputs that every read gives and that are no inputs: only on a refresh are they among the properties.
    always: ClassVar[frozenset[str]]

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the way to the stack's configuration; runs once, in the provider's own process."""
        from .cancellation import heed_the_engine  # here, as for what else only the provider's process needs
        from .sources import NAMESPACE

        heed_the_engine()
        config = req.config
        self._config: ConfigGetter = lambda key: config.get(f"{NAMESPACE}:{key}")

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Ask for the records. `props` are the inputs, or on a refresh what was read last time.

        A refresh never fails: gates are not enforced, a cluster that is gone is dropped from the state, and after
        any other error what is known of it stays as it was.

        Raises:
            CssError: the question could not be answered; the engine shows its text and stops the deployment.
        """
        if self.always <= props.keys():
            return self._refresh(id_, props)
        try:
            outputs = self._outputs(props)
        except CssError as error:
            raise _without_frames(error) from None
        except Exception as error:
            sys.tracebacklimit = 1000
            raise RuntimeError(unexpected(error)).with_traceback(error.__traceback__) from None
        sys.tracebacklimit = 1000  # Python's default: an error that nobody expected is shown whole
        return ReadResult(id_, outputs)

    def _refresh(self, id_: str, known: dict[str, Any]) -> ReadResult:
        from .reading import is_gone  # here, so that declaring a resource does not load the HTTP library
        from .refreshing import merged, warn

        subject = f"{type(self).__name__.removesuffix('Provider')} {id_}"
        try:
            return ReadResult(id_, merged(known, self._reread(known, subject)))
        except Exception as error:
            if is_gone(error):
                return ReadResult("", {})  # the engine takes it for deleted
            warn(subject, error)
            return ReadResult(id_, known)

    def _reread(self, known: dict[str, Any], _subject: str) -> dict[str, Any]:
        """Return what a refresh makes of what is in the state; the subject is the resource, for warnings."""
        return self._outputs(known, enforce_gate=False)

    def _outputs(self, props: dict[str, Any], **options: bool | dict[str, CssError]) -> dict[str, Any]:
        """Return what the engine is to know: the inputs, and what was read with them."""
        from .cancellation import cancellable
        from .marks import plain_for_engine

        inputs = {name: props[name] for name in self.inputs if props.get(name) is not None}
        outputs = cancellable(lambda: self.ask(config=self._config, **inputs, **options))
        return {**inputs, **plain_for_engine(outputs)}

    @staticmethod
    def ask(**arguments: Any) -> dict[str, Any]:
        """Return the outputs; the stack's configuration is among the arguments."""
        raise NotImplementedError


class ReadResource(Resource):
    """A resource that the engine reads. In a preview, all its outputs are known once it was read, also those of None.

    Args:
        provider: answers the reads.
        resource_name: the resource's name in the stack.
        declared: the types of the outputs, by their names.
        arguments: the inputs; those of None are not given.
        opts: the options as the program gave them.
        id_of: makes the resource's id of the inputs' values.

    Raises:
        TypeError: the options have an id already.
    """

    read_at: Output[str]

    def __init__(
        self,
        provider: ReadProvider,
        resource_name: str,
        declared: dict[str, Any],
        arguments: dict[str, Any],
        opts: pulumi.ResourceOptions | None,
        id_of: Callable[[dict[str, Any]], str],
    ) -> None:
        # What is not given is left out, for each property takes the engine's time; the same holds for the id below.
        inputs = {name: plain_or_output(value) for name, value in arguments.items() if value is not None}
        options = read_options(type(self).__name__, opts, inputs, id_of)
        # The outputs are declared with no value, so that they are there to be resolved.
        super().__init__(provider, resource_name, {**dict.fromkeys(declared), **inputs}, options)
        if pulumi.runtime.is_dry_run():
            self.__dict__["id"] = self._known("id", options.id)
            for name, output in declared.items():
                if NoneType in get_args(get_args(output)[0]):
                    self.__dict__[name] = self._known(name, None)

    def _known(self, name: str, value: Input[str] | None) -> Output[Any]:
        """Return an output that is known, with a value, where the read left it out of a preview.

        The engine drops entries of None, and the id. `read_at` is known if and only if the resource was read.
        """
        read_at = self.read_at
        output: Output[Any] = self.__dict__[name]
        return output.apply(
            lambda read: read_at.apply(lambda _: value) if isinstance(read, Unknown) else read, run_with_unknowns=True
        )


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
    always = frozenset({"records", "count", "truncated", "read_at"})

    @staticmethod
    def ask(**arguments: Any) -> dict[str, Any]:
        """Return the outputs of one cluster."""
        from .reading import read_outputs  # here, so that declaring a resource does not load the HTTP library

        return read_outputs(**arguments)


class LogRecords(ReadResource, module="huaweicloud-css", name="LogRecords"):
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
    """The cluster that was asked about."""
    project_id: Output[str]
    """The project it is in."""
    region: Output[str | None]
    """The region; None where only an endpoint was given."""
    records: Output[list[LogRecord]]
    """The records, newest first, filtered."""
    count: Output[int]
    """How many records there are in `records`."""
    total_size: Output[int | None]
    """How many records the server says there are; None where it does not say."""
    truncated: Output[bool]
    """True if there are records past the window that were not read."""
    latest: Output[LogRecord | None]
    """The newest record of what was read, or None."""
    latest_log_path: Output[str | None]
    """The newest record's path."""
    latest_status: Output[str | None]
    """The newest record's status."""
    latest_created_at: Output[str | None]
    """When the newest record's task started."""
    latest_finished_at: Output[str | None]
    """When the newest record's task ended."""
    latest_success: Output[LogRecord | None]
    """The newest successful record of what was read, or None."""
    latest_success_log_path: Output[str | None]
    """The newest successful record's path."""
    latest_success_finished_at: Output[str | None]
    """When the newest successful record's task ended."""
    read_at: Output[str]
    """When the answer was complete."""
    verdict: Output[GateVerdict | None]
    """What the gate said; None where none was given."""

    def __init__(
        self,
        resource_name: str,
        *,
        cluster_id: Input[str],
        project_id: Input[str] | None = None,
        region: Input[str] | None = None,
        endpoint: Input[str] | None = None,
        status: Input[Status] | None = None,
        job_id: Input[str] | None = None,
        job_type: Input[JobType] | None = None,
        offset: Input[int] | None = None,
        limit: Input[int] | None = None,
        gate: GateInput | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            LogRecordsProvider(),
            resource_name,
            LogRecords.__annotations__,
            {
                "cluster_id": cluster_id,
                "project_id": project_id,
                "region": region,
                "endpoint": endpoint,
                "status": status,
                "job_id": job_id,
                "job_type": job_type,
                "offset": offset,
                "limit": limit,
                "gate": plain_gate(gate),
            },
            opts,
            lambda values: str(values["cluster_id"]),
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
    if is_plain(inputs):
        known_id: Input[str] = id_of(inputs)  # a hundred resources would wait for a thousand outputs
    else:
        known_id = Output.unsecret(Output.all(**inputs).apply(id_of))
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=known_id))


def _without_frames(error: CssError) -> CssError:
    """Have Pulumi show an expected error as one line: its traceback's frames would tell a user nothing.

    Pulumi formats the traceback itself, and this limit of Python's, for the whole process, is the one way to keep
    it short.
    """
    sys.tracebacklimit = 0
    return error
