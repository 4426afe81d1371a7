"""The profile file: which section counts, what is an error, and that nothing of it is shown."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css.emulator import Emulator, Project, Site
from pulumi_huaweicloud_css.errors import SettingsError

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


def test_no_other_section_counts(home, tmp_path):
    """Without [basic] the file has no keys, whatever other sections it has: the vendor's SDK reads no other."""
    (tmp_path / ".huaweicloud" / "credentials").write_text(BOTH.partition("[audit]")[1] + BOTH.partition("[audit]")[2])
    with pytest.raises(SettingsError, match="credentials: none found"):
        resolve(environ=home)


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


def test_the_project_belongs_to_the_keys_beside_it(home, tmp_path):
    """With keys of another place, which may be another account's, the file's project is not asked for."""
    keys = {"HW_ACCESS_KEY": "AK-ENV", "HW_SECRET_KEY": "hush-env"}
    settings = resolve(environ={**home, **keys})
    assert (settings.project_id, settings.sources["project_id"]) == (None, "looked up at IAM when it is needed")
    (tmp_path / ".huaweicloud" / "credentials").write_text(f"[basic]\nproject_id = {ID}\n")
    assert resolve(environ={**home, **keys}).project_id == ID  # it stands alone, and so for any keys


def test_the_emulator_of_regions_beside_a_user_s_own_project(home, css_logs):
    """What the emulator prints for a shell leads to its own projects, whatever the user's file and shell name."""
    elsewhere = Project(project_id="b" * 32, region="cn-east-3", clusters=())
    with Emulator(site=Site(projects=(Project(), elsewhere))) as emulator:
        assert emulator.environment()["HW_PROJECT_ID"] == ""  # each region has another one
        home |= {"HUAWEICLOUD_SDK_PROJECT_ID": "9" * 32, **emulator.environment()}
        (Path(home["HOME"]) / ".huaweicloud" / "credentials").write_text(BOTH.replace(ID, "9" * 32))
        done = css_logs(None, **home)("clusters")
    assert done.returncode == 0, done.stderr


def test_no_file_is_no_error(tmp_path):
    """Without a profile file, and none asked for, other places count, and the error names the usual file."""
    with pytest.raises(SettingsError, match=r"credentials: none found.*profile file"):
        resolve(environ={"HOME": str(tmp_path), "HW_REGION_NAME": "cn-north-4"})


@pytest.mark.parametrize(
    ("text", "environ", "words"),
    [
        (None, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "/not/there"}, "there is no file /not/there"),
        ("ak=x\nsk=hush\n", {}, "is not an INI file"),
        ("[basic]\nhush\x00 ? \xff\n[", {}, "is not an INI file"),
        ("[basic]\nak=x\n", {}, "half a key pair: ak of the profile file .*credentials is set, but sk is not"),
        ("[basic]\nak=x\nsk=hush\n  y\n", {}, "sk of the profile file .*credentials holds a control character"),
        (
            "[basic]\nak=x\nsk=y\nproject_id=hush\n",
            {},
            "project_id of the profile file .*credentials is not a project's id",
        ),
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
    with pytest.raises(SettingsError, match="cannot be read: Permission denied"):
        resolve(environ=home)


@pytest.mark.parametrize("folder", [".huaweicloud", ".hcloud"])
def test_a_usual_file_that_cannot_be_read_hides_no_other_place(tmp_path, folder):
    """In a home that is not the user's own, as in containers, keys of other places count; without any, it is said."""
    (tmp_path / folder).write_text("a file, no folder, which nobody can look into")
    environ = {"HOME": str(tmp_path), "HW_REGION_NAME": "cn-north-4"}
    keys = {"HW_ACCESS_KEY": "AK-ENV", "HW_SECRET_KEY": "hush-env"}
    assert resolve(environ={**environ, **keys}).project_id is None
    with pytest.raises(
        SettingsError, match=rf"credentials: none found.*; {tmp_path}/{folder}/.* cannot be read: Not a"
    ):
        resolve(environ=environ)


def test_without_a_home_no_folder_of_that_name_is_one(tmp_path, monkeypatch):
    """Where no home is known, as in a service, a folder called "~" is none: it may be anybody's."""
    (tmp_path / "~" / ".huaweicloud").mkdir(parents=True)
    (tmp_path / "~" / ".huaweicloud" / "credentials").write_text(BOTH)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="credentials: none found"):
        resolve(environ={"HW_REGION_NAME": "cn-north-4"})
    named = {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "~/.huaweicloud/credentials"}
    with pytest.raises(SettingsError, match=r"no file ~/\.huaweicloud/credentials, though HUAWEICLOUD"):
        resolve(environ={"HW_REGION_NAME": "cn-north-4", **named})


def test_the_address_of_iam_goes_with_the_keys_beside_it(home, tmp_path):
    """As in the vendor's SDK, the file's own address of IAM is asked with its keys, and never with any others."""
    file = tmp_path / ".huaweicloud" / "credentials"
    file.write_text(BOTH.replace("sk =", "iam_endpoint = https://iam.example.org\nsk =", 1))
    sdk, terraform = {"HUAWEICLOUD_SDK_IAM_ENDPOINT": "iam.invalid"}, {"HW_AUTH_URL": "iam.example.com/v3"}
    assert resolve(environ={**home, **sdk}).iam_endpoint == "https://iam.example.org"
    assert resolve(environ={**home, **terraform}).iam_endpoint == "https://iam.example.com"
    usual = "https://iam.cn-north-4.myhuaweicloud.com"
    keys = {"HW_ACCESS_KEY": "AK-ENV", "HW_SECRET_KEY": "hush-env"}
    assert resolve(environ={**home, **keys}).iam_endpoint == usual
    file.write_text("[basic]\niam_endpoint = https://iam.example.org\n")
    assert resolve(environ={**home, **keys}).iam_endpoint == usual


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("~nosuchuser/x", "there is no file ~nosuchuser/x, though HUAWEICLOUD_SDK_CREDENTIALS_FILE is set"),
        ("/dev/zero", "/dev/zero is not a regular file"),
        ("/dev/full", "/dev/full is not a regular file"),
        ("/", "/ is not a regular file"),
        ("{tmp}/pipe", "pipe is not a regular file"),
        ("{tmp}/link", "link is not a regular file"),
        ("{tmp}/socket", "socket cannot be read"),
        ("{tmp}/large", "large is larger than 1 MiB"),
        ("/etc/nul\0byte", "/etc/nul byte is not a file's name"),
        ("~no\0user/x", "~no user/x is not a file's name"),
        ("/etc/\ud800", "/etc/ is not a file's name"),
        ("/" + "x" * 5000, "cannot be read"),
        ("/dev/null/x", "/dev/null/x cannot be read"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_a_path_that_is_no_profile_file_is_one_clear_error(tmp_path, path, words):
    """A pipe and a device are not waited for, nor read without end; nothing of a large file is shown."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    (tmp_path / "large").write_text(BOTH + "hush = x\n" * 120_000)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        environ = {"HW_REGION_NAME": "cn-north-4", "HUAWEICLOUD_SDK_CREDENTIALS_FILE": path.format(tmp=tmp_path)}
        with pytest.raises(SettingsError, match=words) as error:
            resolve(environ=environ)
    assert len(str(error.value).splitlines()) == 1
    assert "hush" not in str(error.value)


def test_a_file_of_exactly_the_largest_size_is_read(home, tmp_path):
    """Windows' line ends and a byte order mark are taken, too; a mebibyte is not too much, one byte more is."""
    file = tmp_path / "other"
    text = "\ufeff[basic]\r\nak=AK-OTHER\r\nsk=hush\r\n".encode()
    environ = {**home, "HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(file)}
    file.write_bytes(text + b"#" * (1024 * 1024 - len(text)))
    assert resolve(environ=environ).credentials.access_key == "AK-OTHER"
    file.write_bytes(text + b"#" * (1024 * 1024 - len(text) + 1))
    with pytest.raises(SettingsError, match="is larger than 1 MiB"):
        resolve(environ=environ)


def test_no_descriptor_is_left_open(home):
    """However often a file is refused or read, nothing stays open."""
    profile = Path(home["HOME"], ".huaweicloud", "credentials")
    for path in (profile.parent, Path("/dev/zero"), profile):
        with suppress(SettingsError):
            resolve(environ={**home, "HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(path)})
        # Not how many there are: threads of other tests open and close theirs.
        assert str(path) not in [os.path.realpath(each) for each in Path("/proc/self/fd").iterdir()]
