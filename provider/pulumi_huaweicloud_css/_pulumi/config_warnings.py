"""Warns of a secret in clear text in the stack's configuration."""

from __future__ import annotations

import pulumi
from pulumi.runtime import get_config_secret_keys_env, is_config_secret

_warned: set[str] = set()


def warn_of_plain_secrets() -> None:
    """Log a warning, once for each key, with the command that encrypts it."""
    from .._config.table import NAMESPACE, SETTINGS  # here, so that the package is imported quickly

    config = pulumi.Config(NAMESPACE)
    for setting in SETTINGS:
        key = f"{NAMESPACE}:{setting.config}"
        if setting.secret and key not in _warned and config.get(setting.config) and not _is_secret(key):
            _warned.add(key)
            pulumi.log.warn(
                f"{key} is in the stack's configuration in clear text, and so in its state; "
                f"encrypt it with `pulumi config set --secret {key}`, and change the key if the file was shared"
            )


def _is_secret(key: str) -> bool:
    """Return whether a key is encrypted; a thread without the program's context has only the environment for that."""
    return is_config_secret(key) or key in get_config_secret_keys_env()
