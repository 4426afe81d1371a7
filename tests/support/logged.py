"""What the package logs, as lines, and secrets that may not be in it."""

from __future__ import annotations

import logging
import re

import pytest

ACCESS_KEY = "AK0PLANTED0TEST0KEY0"
SECRET_KEY = "Sk0Planted/Secret+Key For~Tests"
SECURITY_TOKEN = "St0PlantedSecurityTokenForTests"
TOKEN = 'To0Planted"IamToken\\ForTests'
PASSWORD = "Pw0PlantedProxyPassword"
PLANTED = re.compile("Planted|PLANTED")  # in each of them, however it is encoded


@pytest.fixture
def log(caplog):
    """Return what is logged by us, as lines; everything is recorded, others' records too."""
    caplog.set_level(logging.DEBUG)

    def lines():
        return [record.getMessage() for record in caplog.records if record.name == "pulumi_huaweicloud_css"]

    return lines


def matching(lines, pattern):
    """Return the lines in which a pattern is found."""
    return [line for line in lines if re.search(pattern, line)]
