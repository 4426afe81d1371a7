"""The emulator's agencies, as the vendor's SDKs of IAM and STS see them."""

from __future__ import annotations

import uuid

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkiam import v3 as iam
from huaweicloudsdksts import v1 as sts
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Account, Agency, Site
from pulumi_huaweicloud_css.emulator.site import DOMAIN_ID

# The SDK would like to have python-dateutil for one of its times, and does without it.
pytestmark = pytest.mark.filterwarnings("ignore:Unable to convert string to datetime:ImportWarning")

OTHER_DOMAIN = "a" * 32
READER = Agency(name="reader", domain_name="other", domain_id=OTHER_DOMAIN)


def sdk(package, emulator, keys=None):
    """Return the SDK's client of IAM or STS; each has a kind of credentials of its own."""
    keys = keys or Credentials(emulator.access_key, emulator.secret_key)
    kind, scope = (GlobalCredentials, DOMAIN_ID) if package is iam else (BasicCredentials, emulator.project_id)
    given = kind(keys.access_key, keys.secret_key, scope)
    if keys.security_token:
        given.with_security_token(keys.security_token)
    client = iam.IamClient if package is iam else sts.StsClient
    return client.new_builder().with_credentials(given).with_endpoint(emulator.endpoint).build()


def sdk_keys_of_iam(emulator, name="reader"):
    """Assume the agency with the vendor's SDK of IAM."""
    role = iam.IdentityAssumerole(agency_name=name, domain_name="other", duration_seconds=1800)
    identity = iam.AgencyAuthIdentity(methods=["assume_role"], assume_role=role)
    body = iam.CreateTemporaryAccessKeyByAgencyRequestBody(auth=iam.AgencyAuth(identity=identity))
    request = iam.CreateTemporaryAccessKeyByAgencyRequest(body=body)
    return sdk(iam, emulator).create_temporary_access_key_by_agency(request).credential


def sdk_keys_of_sts(emulator, urn=READER.urn):
    """Assume the agency with the vendor's SDK of STS."""
    body = sts.AssumeAgencyReqBody(agency_urn=urn, agency_session_name="css-logs", duration_seconds=1800)
    return sdk(sts, emulator).assume_agency(sts.AssumeAgencyRequest(body=body))


def test_sdk_of_iam_takes_it_for_iam(start, ask):
    """The vendor's SDK assumes an agency, and the keys that it reads are good for half an hour and for a listing."""
    emulator = start(site=Site(agencies=[READER]))
    found = sdk_keys_of_iam(emulator)
    assert found.expires_at.endswith("Z")
    keys = Credentials(found.access, found.secret, security_token=found.securitytoken)
    assert ask(emulator, credentials=keys).status_code == 200
    with pytest.raises(ClientRequestException) as refused:
        sdk_keys_of_iam(emulator, "unknown")
    assert (refused.value.status_code, refused.value.error_code) == (403, 403)
    assert refused.value.error_msg.startswith("You are not authorized")


def test_sdk_of_sts_takes_it_for_sts(start, ask):
    """The vendor's SDK assumes an agency, and finds out with the keys whose they are."""
    emulator = start(site=Site(agencies=[READER]))
    answer = sdk_keys_of_sts(emulator)
    found = answer.credentials
    assert answer.assumed_agency.urn == f"sts::{OTHER_DOMAIN}:assumed-agency:reader/css-logs"
    keys = Credentials(found.access_key_id, found.secret_access_key, security_token=found.security_token)
    assert ask(emulator, credentials=keys).status_code == 200
    who = sdk(sts, emulator, keys).get_caller_identity(sts.GetCallerIdentityRequest())
    assert (who.account_id, who.principal_urn) == (OTHER_DOMAIN, answer.assumed_agency.urn)
    assert who.principal_id == answer.assumed_agency.id
    with pytest.raises(ClientRequestException) as refused:
        sdk_keys_of_sts(emulator, f"iam::{DOMAIN_ID}:agency:reader")
    assert (refused.value.status_code, refused.value.error_code) == (403, "STS5.1106")


def test_sdk_finds_the_account_by_itself(start):
    """Without an account's id, the SDK asks IAM for it first; a user's own keys are told as a user's."""
    # The SDK remembers accounts by access key, so this one must be new.
    keys = Credentials(f"AK{uuid.uuid4().hex}", "secret")
    emulator = start(site=Site(accounts=[Account(credentials=keys)]))
    given = GlobalCredentials(keys.access_key, keys.secret_key).with_iam_endpoint(emulator.endpoint)
    given.process_auth_params(sdk(iam, emulator)._http_client, "cn-north-4")
    assert given.domain_id == DOMAIN_ID
    assert [request.path for request in emulator.requests] == ["/v3/auth/domains"]
    who = sdk(sts, emulator, keys).get_caller_identity(sts.GetCallerIdentityRequest())
    assert who.account_id == DOMAIN_ID
    assert who.principal_urn.startswith(f"iam::{DOMAIN_ID}:user:")
