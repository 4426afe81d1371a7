"""Implements Pulumi's analyzer protocol: the pack's description, its configuration, and its violations."""

# ruff: noqa: ARG002 - the protocol defines the arguments

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto.analyzer_pb2_grpc import AnalyzerServicer

from .._config.table import NAMESPACE
from .._pulumi.cancellation import cancel_all
from .._pulumi.wire_values import values_of
from .._text import for_engine
from .._version import __version__
from ..errors import ArgumentError, unexpected
from .outputs import plain_outputs
from .rules import Diagnostic, judge_backups, judge_output

if TYPE_CHECKING:
    from .configuration import BackupRule, OutputRule

PACK = "huaweicloud-css"
LOG_BACKUP_FRESH = "log-backup-fresh"
LOG_OUTPUTS_FRESH = "log-outputs-fresh"
STACK_TYPE = "pulumi:pulumi:Stack"

# The key for every policy in a configuration; the engine has already applied it to each.
_ALL = "all"
_DESCRIPTIONS = {
    LOG_BACKUP_FRESH: "The log backups of the configured CSS clusters are fresh; read before anything is deployed.",
    LOG_OUTPUTS_FRESH: "The log backups in the configured stack output are fresh; judged after the program has run.",
}
_NOTHING_TO_JUDGE = (
    "this policy pack judges nothing: no policy of it is configured; give --policy-pack-config a file like "
    f'{{"{LOG_BACKUP_FRESH}": {{"allClusters": true}}}}, or disable the policy there'
)


class PackAnalyzer(AnalyzerServicer):
    """The pack, as the engine calls it: stack's configuration, policies' configuration, the stack, its outputs."""

    def __init__(self) -> None:
        self._stack_config: dict[str, str] = {}
        # Only in a preview may an unknown output be judged later.
        self._preview = False
        self._levels = dict.fromkeys(_DESCRIPTIONS, messages.MANDATORY)
        self._backup_rule: BackupRule | None = None
        self._output_rule: OutputRule | None = None

    def GetAnalyzerInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> messages.AnalyzerInfo:
        """Describe the pack and its policies."""
        from .configuration import BackupRule, OutputRule  # here, so that the pack starts without loading pydantic

        return messages.AnalyzerInfo(
            name=PACK,
            displayName="Huawei Cloud CSS log backups",
            description="Stops a deployment when log backups of CSS clusters are stale, failing or stuck.",
            version=__version__,
            supportsConfig=True,
            policies=[
                _policy_info(LOG_BACKUP_FRESH, messages.POLICY_TYPE_RESOURCE, BackupRule),
                _policy_info(LOG_OUTPUTS_FRESH, messages.POLICY_TYPE_STACK, OutputRule),
            ],
        )

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Return the version."""
        return plugin_pb2.PluginInfo(version=__version__)

    def ConfigureStack(
        self, request: messages.AnalyzerStackConfigureRequest, context: grpc.ServicerContext
    ) -> messages.AnalyzerStackConfigureResponse:
        """Keep the stack's configuration, which may have keys, secrets decrypted; and whether this is a preview."""
        self._stack_config = dict(request.config)
        self._preview = bool(getattr(request, "dry_run", False))  # a pulumi without the field: as in an update
        return messages.AnalyzerStackConfigureResponse()

    def Configure(self, request: messages.ConfigureAnalyzerRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Parse the policies' configuration; a wrong one ends the deployment here, whatever the enforcement level."""
        try:
            self._configure({name: request.policyConfig[name] for name in request.policyConfig})
        except ArgumentError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, for_engine(str(error)))
        except Exception as error:
            context.abort(grpc.StatusCode.INTERNAL, unexpected(error))
        return empty_pb2.Empty()

    def _configure(self, given: dict[str, messages.PolicyConfig]) -> None:
        from .configuration import backup_rule, output_rule

        given.pop(_ALL, None)
        for name in sorted(given.keys() - _DESCRIPTIONS.keys()):
            raise ArgumentError(name, f"there is no such policy; there are {', '.join(_DESCRIPTIONS)}")
        self._levels.update({name: config.enforcementLevel for name, config in given.items()})
        properties = {
            name: values_of(given[name].properties) if name in given and self._enabled(name) else {}
            for name in _DESCRIPTIONS
        }
        with _errors_name(LOG_BACKUP_FRESH):
            self._backup_rule = backup_rule(properties[LOG_BACKUP_FRESH], self._config)
        with _errors_name(LOG_OUTPUTS_FRESH):
            self._output_rule = output_rule(properties[LOG_OUTPUTS_FRESH])

    def Analyze(self, request: messages.AnalyzeRequest, context: grpc.ServicerContext) -> messages.AnalyzeResponse:
        """Judge the clusters' backups when the stack itself is registered, which is before any of its resources."""
        if request.type != STACK_TYPE or not self._enabled(LOG_BACKUP_FRESH):
            return messages.AnalyzeResponse()
        if self._backup_rule is not None:
            return self._response(LOG_BACKUP_FRESH, judge_backups(self._backup_rule, self._config))
        if self._output_rule is None:
            return self._response(LOG_BACKUP_FRESH, [Diagnostic(_NOTHING_TO_JUDGE, violation=False)])
        return _not_applicable(LOG_BACKUP_FRESH, "neither clusterIds nor a selection of clusters is configured")

    def AnalyzeStack(
        self, request: messages.AnalyzeStackRequest, context: grpc.ServicerContext
    ) -> messages.AnalyzeResponse:
        """Judge the stack's outputs, which are the properties of the stack itself."""
        if not self._enabled(LOG_OUTPUTS_FRESH):
            return messages.AnalyzeResponse()
        if self._output_rule is None:
            return _not_applicable(LOG_OUTPUTS_FRESH, "output is not configured")
        stack = next((item for item in request.resources if item.type == STACK_TYPE), messages.AnalyzerResource())
        now = datetime.now(UTC)
        try:
            diagnostics = judge_output(self._output_rule, plain_outputs(stack.properties), now, preview=self._preview)
        except Exception as error:
            diagnostics = [
                Diagnostic(f"the stack output {self._output_rule.output} cannot be judged: {unexpected(error)}")
            ]
        return self._response(LOG_OUTPUTS_FRESH, diagnostics)

    def Remediate(self, request: messages.AnalyzeRequest, context: grpc.ServicerContext) -> messages.RemediateResponse:
        """Change nothing: no policy here can make a backup."""
        return messages.RemediateResponse()

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Cancel all reads; the engine then ends the process."""
        cancel_all()
        return empty_pb2.Empty()

    def _config(self, key: str) -> Any:
        """Look up the stack's configuration."""
        return self._stack_config.get(f"{NAMESPACE}:{key}")

    def _enabled(self, policy: str) -> bool:
        return self._levels[policy] != messages.DISABLED

    def _response(self, policy: str, diagnostics: Iterable[Diagnostic]) -> messages.AnalyzeResponse:
        level = messages.ADVISORY if self._levels[policy] == messages.ADVISORY else messages.MANDATORY
        return messages.AnalyzeResponse(
            diagnostics=[
                messages.AnalyzeDiagnostic(
                    policyName=policy,
                    policyPackName=PACK,
                    policyPackVersion=__version__,
                    description=_DESCRIPTIONS[policy],
                    message=for_engine(diagnostic.text),
                    enforcementLevel=level if diagnostic.violation else messages.ADVISORY,
                )
                for diagnostic in diagnostics
            ]
        )


@contextlib.contextmanager
def _errors_name(policy: str) -> Iterator[None]:
    """Add the policy's name to errors about its properties."""
    try:
        yield
    except ArgumentError as error:
        raise ArgumentError(f"{policy}: {error.argument}", error.reason) from None


def _policy_info(name: str, kind: Any, rule: type[BackupRule | OutputRule]) -> messages.PolicyInfo:
    schema = messages.PolicyConfigSchema()
    schema.properties.update(rule.properties())
    return messages.PolicyInfo(
        name=name,
        description=_DESCRIPTIONS[name],
        enforcementLevel=messages.MANDATORY,
        policy_type=kind,
        configSchema=schema,
    )


def _not_applicable(policy: str, reason: str) -> messages.AnalyzeResponse:
    return messages.AnalyzeResponse(not_applicable=[messages.PolicyNotApplicable(policy_name=policy, reason=reason)])
