"""The wheel and the sdist: what is in them, and that they work where nothing else is installed."""

from __future__ import annotations

from tests.support import ROOT

import email
import json
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from pulumi_huaweicloud_css._version import __version__


# Which packages these bring in turn is theirs to decide; that nothing of ours adds to it is what is checked.
BASE = {"pulumi", "grpcio", "protobuf", "requests", "pydantic", "pydantic-core", "urllib3"}
# What the extras and the development tools would bring, and a base installation must not.
NOT_BASE = {"aiohttp", "click", "rich", "jinja2", "playwright", "pytest", "hypothesis", "huaweicloudsdkcore"}


@dataclass(frozen=True)
class Built:
    """The two files of a release."""

    wheel: Path
    sdist: Path


def _run(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def _build(what: str, source: Path, to: Path) -> Path:
    """Build one file with the tools of this environment, so that nothing is downloaded for it."""
    _run(sys.executable, "-m", "build", "--no-isolation", f"--{what}", "--outdir", to, source)
    [built] = to.glob("*.whl" if what == "wheel" else "*.tar.gz")
    return built


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build the wheel and the sdist of this working tree."""
    folder = tmp_path_factory.mktemp("dist")
    return Built(_build("wheel", ROOT, folder), _build("sdist", ROOT, folder))


@pytest.fixture(scope="module")
def empty(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel, without extras, into a new environment; return its folder of programs."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=True)
    programs = folder / "bin"
    _run(programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", built.wheel)
    return programs


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_wheel_holds_the_package_and_nothing_else(built):
    """The wheel has every module, the templates, the type marker and the license, and neither tests nor tools."""
    names = set(_contents(built.wheel))
    package = ROOT / "provider" / "pulumi_huaweicloud_css"
    sources = [*package.rglob("*.py"), *(package / "report" / "templates").iterdir()]
    modules = {str(file.relative_to(package.parent)) for file in sources}
    assert modules <= names
    assert "pulumi_huaweicloud_css/py.typed" in names
    assert "pulumi_huaweicloud_css/plugin/schema.json" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"pulumi_huaweicloud_css"}


def test_pulumi_is_told_that_programs_need_no_plugin(empty):
    """Where Pulumi's Python host looks, a file says so; else it would look for a plugin of the package's name."""
    listed = json.loads(_run(empty / "python", "-m", "pip", "list", "-v", "--format=json", "--disable-pip-version-check"))
    [place] = [package["location"] for package in listed if package["name"] == "pulumi-huaweicloud-css"]
    told = json.loads((Path(place) / "pulumi_huaweicloud_css" / "pulumi-plugin.json").read_text())
    assert told == {"resource": False, "name": "huaweicloud-css"}


def _metadata(wheel: Path) -> email.message.Message:
    [metadata] = [text for name, text in _contents(wheel).items() if name.endswith(".dist-info/METADATA")]
    return email.message_from_bytes(metadata)


def test_links_of_the_page_on_pypi_lead_to_the_files_of_the_release(built):
    """PyPI has the README and no other file: each link and picture is an address, and the file behind it exists."""
    description = _metadata(built.wheel).get_payload()
    targets = re.findall(r"\]\(([^)#]+)", description)
    ours = [target for target in targets if f"/v{__version__}/" in target]
    assert len(ours) >= 10
    assert all(target.startswith("https://") for target in targets)
    for target in ours:
        assert (ROOT / target.partition(f"/v{__version__}/")[2]).is_file(), target


def test_every_dependency_has_a_lower_and_an_upper_bound(built):
    """No requirement, also of an extra, lets in what was never tried."""
    requirements = _metadata(built.wheel).get_all("Requires-Dist", [])
    assert requirements
    for requirement in requirements:
        wanted = requirement.partition(";")[0]
        assert ">=" in wanted, requirement
        assert "<" in wanted, requirement


@pytest.fixture(scope="module")
def unpacked(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the sdist; return its folder."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(built.sdist) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(folder, filter="data")
        else:  # Python 3.11 before its security release
            archive.extractall(folder)  # noqa: S202 - our own file, made just now
    [source] = folder.iterdir()
    return source


def _collected(folder: Path) -> set[str]:
    """Return the ids of all tests in a source tree; each of their modules is imported for it."""
    listed = _run(sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-p", "no:cacheprovider", cwd=folder)
    return {line for line in listed.splitlines() if "::" in line}


def test_sdist_has_every_test(unpacked):
    """The tests of the sdist can be imported, and are those of this working tree."""
    assert _collected(unpacked) == _collected(ROOT)


@pytest.mark.parametrize(
    "tests",
    [
        "benchmarks",
        "_config/test_settings_table.py",
        "plugin/test_yaml_example.py",
        "tools/test_setup.py",
        "tools/test_engine_release.py",
    ],
)
def test_sdist_has_the_files_that_its_tests_read(unpacked, tests):
    """The tests of the parts that read files outside of the package pass in the sdist."""
    _run(sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", f"tests/unit/{tests}", cwd=unpacked)


def test_sdist_builds_the_same_wheel(built, unpacked, tmp_path):
    """A wheel built from the sdist has the same files with the same contents."""
    again = _build("wheel", unpacked, tmp_path / "again")
    assert again.name == built.wheel.name
    assert _contents(again) == _contents(built.wheel)


def test_descriptions_pass_the_registrys_checks(built):
    """`twine check` finds nothing to complain about in either file."""
    _run(sys.executable, "-m", "twine", "check", "--strict", built.wheel, built.sdist)


_CLOSURE = """
import importlib.metadata as metadata, json
from pip._vendor.packaging.requirements import Requirement
seen, waiting = set(), [("pulumi-huaweicloud-css", frozenset())]
while waiting:
    name, extras = waiting.pop()
    if (name, extras) in seen:
        continue
    seen.add((name, extras))
    for text in metadata.requires(name) or []:
        wanted = Requirement(text)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in extras or {""}):
            waiting.append((wanted.name, frozenset(wanted.extras)))
direct = [Requirement(text) for text in metadata.requires("pulumi-huaweicloud-css")]
print(json.dumps({
    "brought": sorted({name for name, _ in seen}),
    "direct": sorted(wanted.name for wanted in direct if not wanted.marker),
}))
"""


def test_an_empty_environment_gets_only_the_base_dependencies(empty):
    """What is installed is our four dependencies and what they bring, and it fits together."""
    found = json.loads(_run(empty / "python", "-c", _CLOSURE))
    listed = json.loads(_run(empty / "python", "-m", "pip", "list", "--format=json", "--disable-pip-version-check"))
    installed = {_normal(package["name"]) for package in listed}
    assert set(found["direct"]) == BASE
    assert installed - {"pip", "setuptools"} == {_normal(name) for name in found["brought"]} - {"pip", "setuptools"}
    assert not installed & NOT_BASE
    _run(empty / "python", "-m", "pip", "check", "--disable-pip-version-check")


def test_the_installed_package_imports_and_loads_nothing_heavy(empty, tmp_path):
    """Each public name is there, and the plain import loads neither requests nor pydantic."""
    _run(
        empty / "python",
        "-W",
        "error",
        "-c",
        "import sys, pulumi_huaweicloud_css as css\n"
        "assert not {'requests', 'pydantic', 'pulumi'} & set(sys.modules)\n"
        "assert 'site-packages' in css.__file__, css.__file__\n",
        cwd=tmp_path,
    )
    _run(
        empty / "python",
        "-c",
        "import pulumi_huaweicloud_css as css\nfor name in css.__all__: assert getattr(css, name) is not None",
        cwd=tmp_path,
    )


def test_css_logs_without_its_extra_says_what_to_install(empty):
    """Without the extra, the command is one sentence with the command that mends it, and no traceback."""
    done = subprocess.run([empty / "css-logs", "list"], text=True, capture_output=True, check=False)
    assert done.returncode != 0
    assert "pip install 'pulumi-huaweicloud-css[cli]'" in done.stderr
    assert "Traceback" not in done.stderr
