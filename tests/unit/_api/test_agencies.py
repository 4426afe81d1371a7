"""Queries with the keys of an agency: asked for at IAM or STS, in chains, renewed, and never shown."""

from __future__ import annotations

import logging
import pickle
import threading

import pytest
from pulumi_huaweicloud_css import CssClient
from pulumi_huaweicloud_css._api import agencies
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css.emulator import Account, Agency, Emulator, Site
from pulumi_huaweicloud_css.errors import ApiError, CssError, InvalidResponseError, SettingsError

DOMAIN = {"domainName": "emulated-account"}
BY_ID = {"domainId": "fedcba9876543210fedcba9876543210"}
ASSUME_PATHS = ("/v3.0/OS-CREDENTIAL/securitytokens", "/v5/agencies/assume")


@pytest.fixture
def serve():
    """Start emulators with agencies; they stop at the end of the test."""
    running = []

    def start(*agencies, account=None):
        running.append(Emulator(site=Site(agencies=agencies, accounts=(account or Account(),))).start())
        return running[-1]

    yield start
    for emulator in running:
        emulator.stop()


def client_of(emulator, *roles, **environ):
    """Return a client that acts as these agencies, one after the other."""
    given = {**emulator.environment(), **environ}
    return CssClient(_settings=resolve(environ=given, config={"assumeRole": list(roles)}.get))


def assumed(emulator):
    """Return the paths of the requests for temporary keys."""
    return [request.path for request in emulator.requests if request.path in ASSUME_PATHS]


def role(name="readers", domain=DOMAIN, **more):
    """Return an agency as the stack's configuration has it."""
    return {"agencyName": name, **domain, **more}


@pytest.mark.parametrize(
    ("domain", "path"), [(DOMAIN, ASSUME_PATHS[0]), (BY_ID, ASSUME_PATHS[1]), ({**DOMAIN, **BY_ID}, ASSUME_PATHS[1])]
)
def test_records_are_read_as_the_agency(serve, domain, path):
    """The keys are asked for once, at STS if the account's id is given, else at IAM, and sign every query."""
    emulator = serve(Agency(name="readers"), account=Account(can_list=False))
    with client_of(emulator, role(domain=domain, duration=1800)) as client:
        for _ in range(3):
            assert client.list_log_records(emulator.cluster_id).records
    assert assumed(emulator) == [path]


def test_the_project_is_looked_up_as_the_agency(serve):
    """IAM is asked for the project with the agency's keys, for it is the agency's account that has the project."""
    emulator = serve(Agency(name="readers"), account=Account(can_list_projects=False))
    with client_of(emulator, role(), HW_PROJECT_ID="") as client:
        assert client.project_id() == emulator.project_id
    assert [request.path for request in emulator.requests] == [ASSUME_PATHS[0], "/v3/projects"]


def test_a_chain(serve):
    """Of several agencies each is assumed with the keys of the one before it."""
    emulator = serve(
        Agency(name="first", account=Account(can_list=False)),
        Agency(name="second", trusted=["first"]),
    )
    with client_of(emulator, role("first"), role("second", BY_ID)) as client:
        assert client.list_log_records(emulator.cluster_id).records
    assert assumed(emulator) == list(ASSUME_PATHS)
    with client_of(emulator, role("second")) as client, pytest.raises(SettingsError, match="is refused"):
        client.list_log_records(emulator.cluster_id)


def test_keys_are_renewed_before_they_end(serve, monkeypatch):
    """Keys that end in less than five minutes are replaced before a query is signed with them, and not earlier."""
    emulator = serve(Agency(name="readers"))
    now = agencies.time.time()
    with client_of(emulator, role(duration=3600)) as client:
        for later, times in ((0, 1), (3200, 1), (3400, 2), (3450, 2)):
            monkeypatch.setattr(agencies.time, "time", lambda later=later: now + later)
            client.list_log_records(emulator.cluster_id)
            assert len(assumed(emulator)) == times


def test_keys_that_end_early_are_renewed_once(serve):
    """Keys that the API refuses before their time are asked for anew, once; then the refusal is the error."""
    emulator = serve(Agency(name="readers"))
    with client_of(emulator, role()) as client:
        client.list_log_records(emulator.cluster_id)
        emulator.expire_temporary_keys()
        assert client.list_log_records(emulator.cluster_id).records
        assert len(assumed(emulator)) == 2
    emulator = serve(Agency(name="readers", lasts=0))
    with client_of(emulator, role()) as client, pytest.raises(ApiError) as error:
        client.list_log_records(emulator.cluster_id)
    assert error.value.status == 401
    assert len(assumed(emulator)) == 2


def test_many_threads_ask_for_keys_once(serve):
    """Sixteen threads that begin together share one pair of keys, also when it is refused to all of them."""
    emulator = serve(Agency(name="readers"))
    with client_of(emulator, role()) as client:
        for times in (1, 2):
            errors = []

            def read(errors=errors):
                try:
                    client.list_log_records(emulator.cluster_id)
                except CssError as error:
                    errors.append(error)

            threads = [threading.Thread(target=read) for _ in range(16)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert (errors, len(assumed(emulator))) == ([], times)
            emulator.expire_temporary_keys()


@pytest.mark.parametrize("fault", ["503", "not-utf-8"])
def test_an_error_of_iam_is_repeated_for_a_while(serve, monkeypatch, fault):
    """Where IAM gives no keys, the clusters of a fleet do not try it one after the other; later it is asked again."""
    emulator = serve(Agency(name="readers"))
    emulator.fault(fault, 2)
    now = agencies.time.time()
    errors = []
    with client_of(emulator, role(), HW_MAX_RETRIES="0") as client:
        for later, times in ((0, 1), (4, 1), (6, 2), (7, 2)):
            monkeypatch.setattr(agencies.time, "time", lambda later=later: now + later)
            with pytest.raises(CssError) as error:
                client.list_log_records(emulator.cluster_id)
            errors.append(error.value)
            assert len(assumed(emulator)) == times
        monkeypatch.setattr(agencies.time, "time", lambda: now + 12)
        assert client.list_log_records(emulator.cluster_id).records
    assert str(errors[0]) == str(errors[1])
    assert errors[0] is not errors[1]  # one that is raised by two threads would mix their tracebacks


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        (
            [role("nobody")],
            "the agency 'nobody' of account 'emulated-account' (huaweicloud:assumeRole) is refused: IAM",
        ),
        ([role("nobody", BY_ID)], "the agency 'nobody' of account 'fedcba9876543210fedcba9876543210' "),
        ([role(domain={"domainName": "them"})], "the agency 'readers' of account 'them' "),
    ],
)
def test_an_agency_that_is_refused(serve, roles, words):
    """The error names the agency, its account, where it was given, what the service said, and whose keys they were."""
    emulator = serve(Agency(name="readers"))
    with client_of(emulator, *roles) as client, pytest.raises(SettingsError) as error:
        client.list_log_records(emulator.cluster_id)
    text = str(error.value)
    assert words in text
    assert "HTTP 40" in text
    assert "request id: " in text
    assert "environment (HW_ACCESS_KEY, HW_SECRET_KEY)" in text
    assert not [request for request in emulator.requests if request.path.startswith("/v1.0/")]


@pytest.mark.parametrize("domain", [DOMAIN, BY_ID])
def test_callers_keys_that_are_refused(serve, domain):
    """If the caller's own keys are wrong, the error tells to check them, and not whether the agency trusts them."""
    emulator = serve(Agency(name="readers"))
    client = client_of(emulator, role(domain=domain), HW_SECRET_KEY="hush-wrong")
    with client, pytest.raises(SettingsError, match=r"HTTP 401, APIGW\.0301") as error:
        client.list_log_records(emulator.cluster_id)
    assert "Check the access key, the secret key" in str(error.value)
    assert "environment (HW_ACCESS_KEY, HW_SECRET_KEY)" in str(error.value)
    assert "trusts" not in str(error.value)


@pytest.mark.parametrize("domain", [DOMAIN, BY_ID])
def test_a_duration_that_the_agency_does_not_allow(serve, domain):
    """A duration that the service refuses is told in its words, without advice about trust."""
    emulator = serve(Agency(name="readers", max_duration=1000))
    with client_of(emulator, role(domain=domain, duration=1001)) as client, pytest.raises(SettingsError) as error:
        client.list_log_records(emulator.cluster_id)
    assert "duration_seconds must be" in str(error.value)
    assert "trusts" not in str(error.value)


def test_a_service_that_is_busy_is_no_refusal(serve):
    """An error that passes is retried, and is not said to be the agency's."""
    emulator = serve(Agency(name="readers"))
    emulator.fault("503", 2)
    with client_of(emulator, role()) as client:
        assert client.list_log_records(emulator.cluster_id).records
    assert len(assumed(emulator)) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"credential": null}',
        b'{"credential": {"access": "A", "secret": "hush", "securitytoken": "hush"}}',
        b'{"credential": {"access": "A", "secret": "hush", "securitytoken": "hush", "expires_at": "soon"}}',
        b'{"credential": {"access": "A", "secret": 7, "securitytoken": "hush", "expires_at": "2099-01-01T00:00:00Z"}}',
        b'{"credential": {"access": "A", "secret": "h\\n", "securitytoken": "", "expires_at": "2099-01-01T00:00Z"}}',
    ],
)
def test_what_are_no_keys(answering, body):
    """A response without whole keys is an error that shows nothing of it."""
    server = answering((201, body))
    environ = {
        "HW_ACCESS_KEY": "AK",
        "HW_SECRET_KEY": "hush-own",
        "HW_REGION_NAME": "cn-north-4",
        "HW_PROJECT_ID": "a" * 32,
        "HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4": server.url,
    }
    client = CssClient(_settings=resolve(environ=environ, config={"assumeRole": role()}.get))
    with client, pytest.raises(InvalidResponseError, match="sent no temporary keys for the agency") as error:
        client.list_log_records("4213d908-f5dc-4633-8401-cfd7175fca0c")
    assert "hush" not in str(error.value)


def test_no_secret_is_shown(serve, caplog):
    """Keys of the agency are in no error, no log at debug level, no repr and no pickle."""
    caplog.set_level(logging.DEBUG)
    emulator = serve(Agency(name="readers"))
    with client_of(emulator, role()) as client:
        client.list_log_records(emulator.cluster_id)
        keys = client._transport.credentials.current
        secrets = [keys.secret_key, keys.security_token, emulator.secret_key]
        with pytest.raises(ApiError) as error:
            client.list_log_records("f5c4d3b2-0000-4a4a-8b8b-123456789abc")
    shown = [str(error.value), repr(error.value), caplog.text, repr(client._settings), repr(keys)]
    shown.append(repr(pickle.loads(pickle.dumps(keys))))  # noqa: S301 - our own
    assert all(secrets)
    assert [text for text in shown for secret in secrets if secret in text] == []


def test_a_server_that_repeats_what_it_was_sent(answering):
    """The agency's security token, and the caller's at IAM, are taken out of what a server says."""
    keys = {"access": "A", "secret": "hush-sk", "securitytoken": "hush-token", "expires_at": "2099-01-01T00:00:00Z"}

    def echo(asked):
        return (400, {"errCode": "CSS.0001", "externalMessage": f"you sent {asked.headers}"})

    for answers, error_type in ((((201, {"credential": keys}), echo), ApiError), ((echo,), SettingsError)):
        server = answering(*answers)
        environ = {
            "HW_ACCESS_KEY": "AK",
            "HW_SECRET_KEY": "hush-own",
            "HW_SECURITY_TOKEN": "hush-session",
            "HW_REGION_NAME": "cn-north-4",
            "HW_PROJECT_ID": "a" * 32,
            "HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4": server.url,
        }
        client = CssClient(_settings=resolve(environ=environ, config={"assumeRole": role()}.get))
        with client, pytest.raises(error_type) as error:
            client.list_log_records("4213d908-f5dc-4633-8401-cfd7175fca0c")
        assert "you sent" in str(error.value)
        assert "***" in str(error.value)
        assert "hush" not in str(error.value)
