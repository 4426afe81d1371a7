"""The profile file: which section counts, what is an error, and that nothing of it is shown."""

from __future__ import annotations

import os

import pytest
from pulumi_huaweicloud_css.errors import SettingsError
from pulumi_huaweicloud_css.settings import resolve

ID = "0123456789abcdef0123456789abcdef"
BOTH = f"""\
[basic]
ak = AK-BASIC
sk = hush%basic
project_id = {ID}

[audit]
ak = AK-AUDIT
sk = hush-audit
security_token = hush-token
"""


@pytest.fixture
def home(tmp_path):
    """Return an environment whose home has a profile file with two sections."""
    folder = tmp_path / ".huaweicloud"
    folder.mkdir()
    (folder / "credentials").write_text(BOTH)
    return {"HOME": str(tmp_path), "HW_REGION_NAME": "cn-north-4"}


def test_basic_section_is_the_default(home):
    """Keys and project id come from [basic], a percent sign is taken as it is, and the error source names the file."""
    settings = resolve(environ=home)
    assert (settings.credentials.access_key, settings.credentials.secret_key) == ("AK-BASIC", "hush%basic")
    assert settings.project_id == ID
    assert "profile file" in settings.credentials.source
    assert "hush" not in repr(settings)


def test_another_section_is_chosen_by_name(home):
    """HW_PROFILE names another section, and nothing of [basic] is mixed in."""
    settings = resolve(environ={**home, "HW_PROFILE": "audit"})
    assert (settings.credentials.access_key, settings.credentials.security_token) == ("AK-AUDIT", "hush-token")
    assert settings.project_id is None


def test_another_file_is_chosen_by_name(home, tmp_path):
    """HUAWEICLOUD_SDK_CREDENTIALS_FILE names another file."""
    other = tmp_path / "other"
    other.write_text("[basic]\nak=AK-OTHER\nsk=hush\n")
    settings = resolve(environ={**home, "HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(other)})
    assert settings.credentials.access_key == "AK-OTHER"


def test_environment_counts_before_the_profile(home):
    """A pair in the environment is used whole, and half a pair there is not completed from the file."""
    settings = resolve(environ={**home, "CLOUD_SDK_AK": "AK-ENV", "CLOUD_SDK_SK": "hush-env"})
    assert settings.credentials.access_key == "AK-ENV"
    with pytest.raises(SettingsError, match="half a key pair: CLOUD_SDK_AK is set"):
        resolve(environ={**home, "CLOUD_SDK_AK": "AK-ENV"})


def test_no_file_is_no_error(tmp_path):
    """Without a profile file, and none asked for, other places count, and the error names the usual file."""
    with pytest.raises(SettingsError, match=r"credentials: none found.*profile file"):
        resolve(environ={"HOME": str(tmp_path), "HW_REGION_NAME": "cn-north-4"})


@pytest.mark.parametrize(
    ("text", "environ", "words"),
    [
        (None, {"HW_PROFILE": "audit"}, "there is no file .*HW_PROFILE is set"),
        (None, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "/not/there"}, "there is no file /not/there"),
        ("[basic]\nak=x\n", {"HW_PROFILE": "audit"}, r"has no section \[audit\] \(HW_PROFILE\); it has: basic"),
        ("ak=x\nsk=hush\n", {}, "is not an INI file"),
        ("[basic]\nhush\x00 ? \xff\n[", {}, "is not an INI file"),
        ("[basic]\nak=x\n", {}, "half a key pair: ak is set, but sk is not"),
    ],
)
def test_wrong_profile_is_one_clear_error(tmp_path, text, environ, words):
    """The error names the file or section and what is wrong with it, and shows nothing of what is in it."""
    if text is not None:
        (tmp_path / ".huaweicloud").mkdir()
        (tmp_path / ".huaweicloud" / "credentials").write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError, match=words) as error:
        resolve(environ={"HOME": str(tmp_path), "HW_REGION_NAME": "cn-north-4", **environ})
    assert "hush" not in str(error.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_unreadable_file_is_one_clear_error(home, tmp_path):
    """A file that may not be read is said to be so."""
    (tmp_path / ".huaweicloud" / "credentials").chmod(0)
    with pytest.raises(SettingsError, match="cannot be read"):
        resolve(environ=home)
