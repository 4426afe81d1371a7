"""Temporary credentials, by the vendor's real SDK from services on this machine."""

from __future__ import annotations

import json
import os
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pulumi_huaweicloud_css._api.client import CssClient
from pulumi_huaweicloud_css._config import temporary
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css.emulator import Account, Emulator, Site
from pulumi_huaweicloud_css.errors import SettingsError

TOKEN = "hush-id-token"
WAYS = ["ECS metadata", "pod identity", "OIDC", "identity provider"]
REGION = {"HW_REGION_NAME": "cn-north-4"}


class Service:
    """A metadata, pod identity and STS service: gives keys that end after `seconds`, or a refusal."""

    def __init__(self):
        self.asked = []
        self.seconds = 3600
        self.end = 0
        self.status = 200
        self.refusal = ""
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self):
                self._answer("metadata-token")

            def do_GET(self):
                self._answer(service.keys())

            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self._answer(service.keys())

            def _answer(self, text):
                service.asked.append(f"{self.command} {self.path}")
                self.send_response(service.status)
                self.send_header("X-Subject-Token", "hush-unscoped-token")
                self.send_header("X-Request-Id", service.refusal)
                self.end_headers()
                self.wfile.write((service.refusal or text).encode())

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def keys(self):
        """Return keys in a form that every way understands; each answer has a new access key."""
        end = datetime.now(UTC) + timedelta(seconds=self.seconds)
        self.end = int(end.timestamp())
        keys = {"access": f"AK-TEMP-{len(self.asked)}", "secret": "hush-sk", "securitytoken": "hush-token"}
        return json.dumps({"credential": {**keys, "expires_at": end.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}})

    def stop(self):
        """End the service."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def service(monkeypatch):
    """Serve keys, with nothing kept from other tests."""
    monkeypatch.setattr(temporary, "_kept", {})
    service = Service()
    yield service
    service.stop()


@pytest.fixture
def ways(service, tmp_path, monkeypatch):
    """Return the environment of each way; the SDK reads the process's own, so they are set there, too."""
    token = tmp_path / "token"
    token.write_text(TOKEN)

    def environment(way):
        variables = {
            "ECS metadata": {temporary.METADATA_VARIABLE: service.url},
            "pod identity": {
                "HC_CONTAINER_CREDENTIALS_FULL_URI": f"{service.url}/pod",
                "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(token),
            },
            "OIDC": {
                "HUAWEICLOUD_OIDC_PROVIDER_URN": "provider",
                "HUAWEICLOUD_OIDC_AGENCY_URN": "agency",
                "HUAWEICLOUD_OIDC_TOKEN_FILE": str(token),
                "HUAWEICLOUD_SDK_STS_ENDPOINT": service.url,
            },
            "identity provider": {
                "HUAWEICLOUD_SDK_IDP_ID": "provider",
                "HUAWEICLOUD_SDK_ID_TOKEN_FILE": str(token),
                "HUAWEICLOUD_SDK_IAM_ENDPOINT": service.url,
            },
        }[way]
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return {**REGION, temporary.METADATA_VARIABLE: "off", **variables}

    return environment


@pytest.mark.parametrize("way", WAYS)
def test_keys_come_from_the_service_once(ways, service, way):
    """Each way gives temporary keys with their source's name; they are asked for once, and never shown."""
    environ = ways(way)
    first, second = (resolve(environ=environ).credentials for _ in range(2))
    assert first is second
    assert (first.secret_key, first.security_token) == ("hush-sk", "hush-token")
    assert first.source == f"huaweicloudsdkcore ({way})"
    # An identity provider's token is changed into one of IAM's first.
    before = ["POST /v3.0/OS-AUTH/id-token/tokens"] if way == "identity provider" else []
    asked = [call for call in service.asked if not call.startswith("PUT")]
    assert asked[:-1] == before
    assert "hush" not in repr(first)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process cannot be set here")
@pytest.mark.parametrize("zone", ["XYZ-14", "XYZ+10:30"])
def test_keys_end_when_the_service_says_wherever_the_machine_is(ways, service, monkeypatch, zone):
    """The service tells the end in UTC: in another time zone keys are neither asked for each time nor used too long."""
    environ = ways("pod identity")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        expires_at = resolve(environ=environ).credentials.expires_at
    time.tzset()
    assert expires_at == service.end


def test_keys_that_end_soon_are_renewed(ways, service):
    """Keys with less than five minutes left are asked for again, at the next question."""
    environ = ways("pod identity")
    service.seconds = 200
    first = resolve(environ=environ).credentials
    service.seconds = 3600
    assert resolve(environ=environ).credentials.access_key != first.access_key


@pytest.mark.parametrize("seconds", [200, 20])
def test_keys_that_still_last_are_used_while_the_service_is_away(ways, service, seconds):
    """A renewal that fails now fails no query for which the old keys last; keys that are about to end are an error."""
    environ = ways("pod identity")
    service.seconds = seconds
    first = resolve(environ=environ).credentials
    service.status = 500
    if seconds == 20:
        with pytest.raises(SettingsError, match="pod identity gave none"):
            resolve(environ=environ)
        return
    assert resolve(environ=environ).credentials is first
    service.status = 200
    assert resolve(environ=environ).credentials.access_key != first.access_key


def test_keys_of_one_agency_are_not_those_of_another(ways, monkeypatch):
    """A process that goes on as another agency gets that one's keys, not those that are kept of the one before."""
    environ = ways("OIDC")
    first = resolve(environ=environ).credentials
    monkeypatch.setenv("HUAWEICLOUD_OIDC_AGENCY_URN", "other")
    second = resolve(environ={**environ, "HUAWEICLOUD_OIDC_AGENCY_URN": "other"}).credentials
    assert second.access_key != first.access_key


def test_a_client_does_not_go_on_as_another_agency(ways, service, monkeypatch):
    """A client whose keys end, and whose variables name another agency by then, is an error, and sends nothing."""
    ways("OIDC")
    service.seconds = 200
    with Emulator() as emulator:
        monkeypatch.setenv("HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4", emulator.endpoint)
        with CssClient(project_id=emulator.project_id, region="cn-north-4") as client:
            monkeypatch.setenv("HUAWEICLOUD_OIDC_AGENCY_URN", "other")
            asked = list(service.asked)
            with pytest.raises(SettingsError, match="other variables now"):
                client.list_log_records(emulator.cluster_id)
        assert emulator.requests == []
    assert service.asked == asked


def test_own_keys_count_first(ways, service):
    """Where there are keys of any other place, no service is asked."""
    environ = {**ways("ECS metadata"), "HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "hush"}
    assert resolve(environ=environ).credentials.access_key == "AK"
    assert service.asked == []


@pytest.mark.parametrize("way", WAYS)
def test_files_count_after_what_variables_ask_for(ways, tmp_path, way):
    """A login that variables ask for comes before files that are just there, as in the vendor's SDK, others after."""
    environ = {**ways(way), "HOME": str(tmp_path)}
    for folder in (".huaweicloud", ".hcloud"):
        (tmp_path / folder).mkdir()
    (tmp_path / ".huaweicloud" / "credentials").write_text(f"[basic]\nak=AK-FILE\nsk=hush\nproject_id={'a' * 32}\n")
    asked_for = way in ("OIDC", "identity provider")
    settings = resolve(environ=environ)
    assert settings.credentials.access_key.startswith("AK-TEMP" if asked_for else "AK-FILE")
    assert settings.project_id == (None if asked_for else "a" * 32)
    profile = {"name": "p", "mode": "AKSK", "accessKeyId": "AK-KOOCLI", "secretAccessKey": "hush"}
    (tmp_path / ".hcloud" / "config.json").write_text(json.dumps({"current": "p", "profiles": [profile]}))
    (tmp_path / ".huaweicloud" / "credentials").unlink()
    settings = resolve(environ=environ)
    assert settings.credentials.access_key.startswith("AK-TEMP" if asked_for else "AK-KOOCLI")
    assert resolve(environ={**environ, "HW_PROFILE": "p"}).credentials.access_key == "AK-KOOCLI"


def test_without_the_sdk_files_count_whatever_variables_ask_for(ways, tmp_path, monkeypatch):
    """Where the extra is not installed, variables of OIDC lead nowhere, and keys in a file are used as before."""
    environ = {**ways("OIDC"), "HOME": str(tmp_path)}
    (tmp_path / ".huaweicloud").mkdir()
    (tmp_path / ".huaweicloud" / "credentials").write_text("[basic]\nak=AK-FILE\nsk=hush\n")
    monkeypatch.setattr(temporary.importlib.util, "find_spec", lambda _: None)
    assert resolve(environ=environ).credentials.access_key == "AK-FILE"


@pytest.mark.parametrize("way", WAYS)
def test_a_service_that_gives_none_is_one_clear_error(ways, service, way):
    """A refusal names the way, in one line."""
    environ = ways(way)
    service.status = 403
    with pytest.raises(SettingsError, match=f"credentials: {way} gave none: ") as error:
        resolve(environ=environ)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("status", [200, 403, 500])
@pytest.mark.parametrize("way", WAYS)
def test_no_secret_is_in_the_error(ways, service, way, status):
    """A service that repeats the token that it was sent, in body and headers, does not bring it into an error."""
    environ = ways(way)
    service.status = status
    service.refusal = TOKEN
    with pytest.raises(SettingsError, match=f"credentials: {way} gave none: ") as error:
        resolve(environ=environ)
    assert "hush" not in str(error.value)


TOKEN_FILES = {
    "OIDC": "HUAWEICLOUD_OIDC_TOKEN_FILE",
    "pod identity": "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "identity provider": "HUAWEICLOUD_SDK_ID_TOKEN_FILE",
}


@pytest.mark.parametrize("way", TOKEN_FILES)
def test_a_token_file_that_is_none_is_one_clear_error(ways, service, way, tmp_path, monkeypatch):
    """A pipe, a device, or a token that no header can hold: nothing is waited for, sent or shown."""
    environ = ways(way)
    os.mkfifo(tmp_path / "pipe")
    for path in (str(tmp_path / "pipe"), "/dev/zero", str(tmp_path)):
        monkeypatch.setenv(TOKEN_FILES[way], path)
        with pytest.raises(SettingsError, match=f"credentials: {path} is not a regular file"):
            resolve(environ={**environ, TOKEN_FILES[way]: path})
    assert service.asked == []


def test_a_token_that_no_header_can_hold_is_not_shown(ways, tmp_path):
    """The HTTP library quotes such a value, line break and all."""
    environ = ways("pod identity")
    (tmp_path / "token").write_text(f"{TOKEN}\r\n{TOKEN}-second")
    with pytest.raises(SettingsError, match="credentials: pod identity gave none: ") as error:
        resolve(environ=environ)
    assert "hush" not in str(error.value)


def test_elsewhere_no_metadata_service_is_asked(service, monkeypatch):
    """On a machine that is none of Huawei Cloud's, or with "off", nothing is sent and the usual error comes."""
    monkeypatch.setattr(temporary, "_fetch", lambda *_: pytest.fail("a service was asked"))
    monkeypatch.setattr(temporary, "ASSET_TAG", __file__)
    for environ in (REGION, {**REGION, temporary.METADATA_VARIABLE: "off"}):
        with pytest.raises(SettingsError, match="credentials: none found"):
            resolve(environ=environ)
    assert service.asked == []


def test_a_huawei_cloud_machine_is_known_by_its_asset_tag(tmp_path, monkeypatch):
    """The firmware's asset tag is enough for the metadata service to be asked."""
    tag = tmp_path / "tag"
    tag.write_text("HUAWEICLOUD\n")
    given = Credentials("AK", "hush")
    monkeypatch.setattr(temporary, "ASSET_TAG", str(tag))
    monkeypatch.setattr(temporary, "_fetch", lambda way, _: given if way.name == "ECS metadata" else None)
    assert resolve(environ=REGION).credentials is given


def test_without_the_sdk_there_are_none(ways, service, monkeypatch):
    """Where the extra is not installed, no service is asked and the usual error comes."""
    environ = ways("pod identity")
    monkeypatch.setattr(temporary.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match="credentials: none found"):
        resolve(environ=environ)
    assert service.asked == []


def test_a_client_that_lives_on_renews_its_keys(monkeypatch):
    """A client made long ago signs with renewed keys, which the API accepts."""
    old = Credentials("AK-OLD", "hush-old", "hush", expires_at=time.time() + 10)
    new = Credentials("AK-NEW", "hush-new", "hush-token", expires_at=time.time() + 3600)
    monkeypatch.setattr("pulumi_huaweicloud_css._config.temporary.temporary_credentials", lambda _: new)
    with Emulator(site=Site(accounts=(Account(credentials=new),))) as emulator:
        settings = resolve(environ=emulator.environment())
        with CssClient(_settings=type(settings)(**{**vars(settings), "credentials": old})) as client:
            assert client.list_log_records(emulator.cluster_id).total_size == 37
