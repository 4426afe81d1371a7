"""A resource that the engine reads, and its provider: what `LogRecords` and `FleetLogRecords` have in common."""

# No `from __future__ import annotations` here, as in `resource`.
import sys
from collections.abc import Callable, Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, get_args

import pulumi
from pulumi import Input, Output
from pulumi.dynamic import ConfigureRequest, ReadResult, Resource, ResourceProvider
from pulumi.output import Unknown

from ..errors import CssError, unexpected
from .config_warnings import warn_of_plain_secrets
from .inputs import is_plain, plain_or_output

if TYPE_CHECKING:
    from .._config.sources import ConfigGetter


class ReadProvider(ResourceProvider):
    """Answers the engine's reads. One object serves several threads; it holds no credentials.

    Subclasses say what is read, by `inputs`, `always` and `outputs`, which belong to the class and not to the object.
    """

    serialize_as_secret_always = False
    inputs: ClassVar[tuple[str, ...]]
    # Outputs that every read gives and that are no inputs: only on a refresh are they among the properties.
    always: ClassVar[frozenset[str]]

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the way to the stack's configuration; runs once, in the provider's own process."""
        from .._config.table import NAMESPACE
        from .cancellation import heed_the_engine  # here, as for what else only the provider's process needs

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
        from .._backups.fleet import is_gone  # here, so that declaring a resource does not load the HTTP library
        from .refresh import merged, warn

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

    def _outputs(self, props: dict[str, Any], *, enforce_gate: bool = True) -> dict[str, Any]:
        """Return what the engine is to know: what was read, and the inputs with which it was."""
        from .cancellation import cancellable

        inputs = self.given(props)
        read = cancellable(lambda: self.outputs(inputs, self._config, enforce_gate=enforce_gate))
        return {**read, **inputs}

    def given(self, props: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs among properties."""
        return {name: props[name] for name in self.inputs if props.get(name) is not None}

    @staticmethod
    def outputs(inputs: Mapping[str, Any], config: "ConfigGetter", *, enforce_gate: bool) -> dict[str, Any]:
        """Read, and return the outputs.

        Args:
            inputs: those that are given.
            config: looks up the stack's configuration.
            enforce_gate: whether a gate that does not pass is an error.
        """
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
        *,
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
