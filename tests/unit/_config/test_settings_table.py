"""The table of settings in the documentation is the code's."""

from __future__ import annotations

import re

from pulumi_huaweicloud_css._config.table import NAMESPACE, SETTINGS

from tests.support import ROOT

PAGE = (ROOT / "docs" / "settings.md").read_text()


def test_page_lists_the_settings_of_the_code():
    """Each row of the page's table has the names of one row of the code's, in the same order and columns."""
    table = PAGE.split("## Where settings are read")[1].split("\n\n", 2)[2].split("\n\n")[0]
    rows = [[cell.strip().strip("`") for cell in line.split("|")[2:-1]] for line in table.splitlines()[2:]]
    assert rows == [
        [
            f"{NAMESPACE}:{setting.config}",
            setting.terraform,
            setting.sdk,
            setting.sample,
            setting.profile,
            setting.koocli,
        ]
        for setting in SETTINGS
    ]


def test_page_names_every_variable_that_is_read():
    """Every environment variable of the package's code is on the page."""
    package = ROOT / "provider" / "pulumi_huaweicloud_css"
    code = "".join(file.read_text() for file in package.rglob("*.py"))
    names = set(re.findall(r'"((?:HW|HUAWEICLOUD_SDK|CLOUD_SDK|PULUMI_HUAWEICLOUD)_[A-Z_]+)"', code))
    federated = {"HUAWEICLOUD_SDK_IDP_ID", "HUAWEICLOUD_SDK_ID_TOKEN_FILE"}  # the vendor SDK's own, for its extra
    assert len(names) > 10
    assert sorted(name for name in names - federated if name not in PAGE) == []
