"""Who may call the emulated API."""

from __future__ import annotations

from dataclasses import dataclass, field

from .._config.credentials import Credentials
from ..errors import ArgumentError

# Obviously made up, so that nobody takes them for real ones.
ACCESS_KEY = "EMULATED0ACCESS0KEY0"
SECRET_KEY = "emulated-secret-key-that-opens-nothing-0"  # noqa: S105 - opens nothing but the emulator
DOMAIN_ID = "fedcba9876543210fedcba9876543210"


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody who may call the API.

    Args:
        credentials: a key pair (with its security token, if it is a temporary one), a token, or both.
        can_list: whether css:log:listJob is permitted; without it, listing gets 403 APIGW.0302.
        can_list_clusters: whether the cluster list is permitted; without it, 403 APIGW.0302.
        can_read_log_settings: whether a cluster's log settings may be read; without it, 403 APIGW.0302.
        can_list_projects: whether IAM lists all projects; without it, 403 (``/v3/auth/projects`` asks for no right).
    """

    credentials: Credentials = field(
        default_factory=lambda: Credentials(ACCESS_KEY, SECRET_KEY, source="the emulator's defaults")
    )
    can_list: bool = True
    can_list_clusters: bool = True
    can_read_log_settings: bool = True
    can_list_projects: bool = True

    def __post_init__(self) -> None:
        given = self.credentials
        if bool(given.access_key) != bool(given.secret_key) or not (given.access_key or given.token):
            raise ArgumentError(
                "credentials", "an account needs a token, or an access key together with its secret key"
            )
