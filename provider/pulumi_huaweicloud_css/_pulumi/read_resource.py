"""A resource that the engine reads, and its provider; shared by `LogRecords` and `FleetLogRecords`."""

# No `from __future__ import annotations` here, as in `resource`.
import hashlib
import sys
from collections.abc import Callable, Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast, get_args

import pulumi
from pulumi import Input, Output
from pulumi.dynamic import ConfigureRequest, ReadResult, Resource, ResourceProvider
from pulumi.output import Unknown

from ..errors import CssError, unexpected
from .config_warnings import warn_of_plain_secrets
from .inputs import is_plain, plain_or_output
from .mocks import is_mocked

if TYPE_CHECKING:
    from .._config.sources import ConfigGetter


_A = TypeVar("_A", bound=Mapping[str, object])


class ReadProvider(ResourceProvider, Generic[_A]):
    """Implements the engine's reads. One object serves several threads; it holds no credentials.

    Subclasses define what is read by `inputs`, `always` and `outputs`, which are attributes of the class.
    """

    serialize_as_secret_always = False
    inputs: ClassVar[tuple[str, ...]]
    # Outputs that every read returns and that are not inputs: they are among the properties only on a refresh.
    always: ClassVar[frozenset[str]]

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the stack's configuration; runs once, in the provider's process."""
        from .._config.table import NAMESPACE
        from .cancellation import cancel_with_engine  # here, like everything that only the provider's process needs

        cancel_with_engine()
        config = req.config
        self._config: ConfigGetter = lambda key: config.get(f"{NAMESPACE}:{key}")

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read the records. `props` are the inputs, or on a refresh the outputs of the last read.

        A refresh never fails: gates are not enforced, a cluster that is gone is dropped from the state, and after
        any other error the state stays as it was.

        Raises:
            CssError: the read failed, or a gate did not pass; the engine shows its text and stops the deployment.
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
        sys.tracebacklimit = 1000  # Python's default: an unexpected error is shown in full
        return ReadResult(id_, outputs)

    def _refresh(self, id_: str, known: dict[str, Any]) -> ReadResult:
        from .._backups.fleet import is_gone  # here, so that declaring a resource does not load the HTTP library
        from .refresh import merged, warn

        subject = f"{type(self).__name__.removesuffix('Provider')} {id_}"
        try:
            return ReadResult(id_, merged(known, self._reread(known, subject)))
        except Exception as error:
            if is_gone(error):
                return ReadResult("", {})  # tells the engine that it was deleted
            warn(subject, error)
            return ReadResult(id_, known)

    def _reread(self, known: dict[str, object], _subject: str) -> dict[str, object]:
        """Return the outputs after a refresh; the subject is the resource, for warnings."""
        return self._outputs(known, enforce_gate=False)

    def _outputs(self, props: Mapping[str, object], *, enforce_gate: bool = True) -> dict[str, object]:
        """Return the outputs for the engine: what was read, and the inputs."""
        from .cancellation import cancellable

        arguments = self.given(props)
        read = cancellable(lambda: self.outputs(arguments, self._config, enforce_gate=enforce_gate))
        return {**read, **arguments}

    def given(self, props: Mapping[str, object]) -> _A:
        """Return the inputs among the properties, which a query validates: here the engine's values get their types."""
        return cast("_A", {name: props[name] for name in self.inputs if props.get(name) is not None})

    @staticmethod
    def outputs(arguments: _A, config: "ConfigGetter", *, enforce_gate: bool) -> Mapping[str, object]:
        """Read, and return the outputs; a gate that does not pass is an error where it is enforced."""
        raise NotImplementedError


class ReadResource(Resource):
    """A resource that the engine reads. Once read, all its outputs are known in a preview, also those that are None.

    Args:
        provider: implements the reads.
        resource_name: the resource's name in the stack.
        declared: the types of the outputs, by name.
        arguments: the inputs; None means not given.
        opts: the program's options.
        id_of: returns the resource's id, given the inputs' values.

    Raises:
        TypeError: the options already have an id.
    """

    read_at: Output[str]

    def __init__(
        self,
        provider: ReadProvider[Any],
        resource_name: str,
        declared: dict[str, Any],
        arguments: Mapping[str, object],
        opts: pulumi.ResourceOptions | None,
        *,
        id_of: Callable[[Mapping[str, object]], str],
    ) -> None:
        # Inputs that are not given are omitted, because each property costs the engine time; so does the id below.
        inputs = {name: plain_or_output(value) for name, value in arguments.items() if value is not None}
        options = read_options(type(self).__name__, opts, inputs, id_of)
        # The outputs are declared without a value, so that Pulumi resolves them.
        super().__init__(provider, resource_name, {**dict.fromkeys(declared), **inputs}, options)
        if pulumi.runtime.is_dry_run():
            # `read_at` is known if and only if the resource was read. A test's mocks may leave out any output, also
            # this one: they answer if the id is known.
            mocked = is_mocked()
            witness = Output.from_input(options.id) if mocked else self.read_at
            self.__dict__["id"] = self._known("id", options.id, witness)
            for name in (*declared, *inputs):
                if mocked or _may_be_none(name, declared, inputs):
                    self.__dict__[name] = self._known(name, None, witness)

    def _known(self, name: str, value: Input[str] | None, witness: Output[Any]) -> Output[Any]:
        """Return an output that has `value` where the engine dropped it in a preview: those that are None, and the id.

        Args:
            name: the output's name.
            value: what the engine drops.
            witness: an output that is known if and only if the resource was read.
        """
        output: Output[Any] = self.__dict__[name]
        return output.apply(
            lambda read: witness.apply(lambda _: value) if isinstance(read, Unknown) else read, run_with_unknowns=True
        )


def _may_be_none(name: str, declared: Mapping[str, Any], inputs: Mapping[str, object]) -> bool:
    """Return whether an output, or an input, which a resource has as an attribute too, may be None after a read."""
    if name not in declared:
        return isinstance(inputs[name], Output)
    # `records` is typed for programs that have not left it out.
    return name == "records" or NoneType in get_args(get_args(declared[name])[0])


def read_options(
    kind: str,
    opts: pulumi.ResourceOptions | None,
    inputs: Mapping[str, object],
    id_of: Callable[[Mapping[str, object]], str],
) -> pulumi.ResourceOptions:
    """Return the options that make the engine read a resource: the program's, with an id, which `id_of` returns.

    The id is known only once all inputs are, because reading with some of them would be another query. It is never
    secret, because the engine cannot read a resource by a secret id.

    Raises:
        TypeError: the options already have an id.
    """
    if opts is not None and opts.id is not None:
        raise TypeError(f"{kind} sets its own id; leave opts.id out")
    warn_of_plain_secrets()
    if is_plain(inputs):
        known_id: Input[str] = id_of(inputs)  # faster: a hundred resources would wait for a thousand outputs
    else:
        known_id = Output.unsecret(Output.all(**inputs).apply(id_of))
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=known_id))


def one_id(values: Mapping[str, object]) -> str:
    """Return the id of a resource that reads one cluster: the cluster's id, or its name if that is what is given."""
    return str(values.get("cluster_id") or values.get("cluster_name") or "log-records")


def fleet_id(values: Mapping[str, object]) -> str:
    """Return an id that is unique to a set of clusters, or a selection; wrong ids are reported when they are read."""
    given = values.get("cluster_ids", values.get("selector"))
    if isinstance(given, list | tuple):
        text = repr(sorted({str(cluster_id) for cluster_id in given}))
    else:
        text = repr(sorted(given.items()) if isinstance(given, Mapping) else given)
    for name in ("regions", "sites"):
        where = values.get(name)
        if where is not None:
            text += repr(sorted(map(repr, where)) if isinstance(where, list | tuple) else where)
    return f"fleet-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _without_frames(error: CssError) -> CssError:
    """Make Pulumi show an expected error as one line: its traceback is of no use to a user.

    Pulumi formats the traceback itself, and Python's limit, which applies to the process, is the only way to keep it
    short.
    """
    sys.tracebacklimit = 0
    return error
