"""Agencies as settings: from objects and variables, and what is wrong with one is said before anything is sent."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css._config.agency import Agency
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css.errors import SettingsError

ENOUGH = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "hush", "HW_REGION_NAME": "cn-north-4"}
NAME, DOMAIN = "HW_ASSUME_ROLE_AGENCY_NAME", "HW_ASSUME_ROLE_DOMAIN_NAME"


def agencies(environ=None, assume_role=None):
    """Return the agencies of an environment and a stack's configuration."""
    config = {} if assume_role is None else {"assumeRole": assume_role}
    return resolve(environ={**ENOUGH, **(environ or {})}, config=config.get).agencies


@pytest.mark.parametrize(
    ("environ", "assume_role", "found"),
    [
        ({}, None, ()),
        ({NAME: "a", DOMAIN: "them"}, None, (Agency("a", "them"),)),
        ({NAME: "a", "HW_ASSUME_ROLE_DOMAIN_ID": "d0"}, None, (Agency("a", None, "d0"),)),
        ({NAME: "a", DOMAIN: "them", "HW_ASSUME_ROLE_DURATION": "900"}, None, (Agency("a", "them", None, 900),)),
        ({}, {"agencyName": "a", "domainName": "them"}, (Agency("a", "them"),)),
        ({NAME: "a", DOMAIN: "them", "HW_ASSUME_ROLE_DURATION": "86400"}, None, (Agency("a", "them", None, 86_400),)),
        ({}, '{"agencyName": "a", "domainId": "d0", "duration": 3600.0}', (Agency("a", None, "d0", 3600),)),
        ({}, [{"agencyName": n, "domainName": "them"} for n in "ab"], (Agency("a", "them"), Agency("b", "them"))),
        ({NAME: "env", DOMAIN: "them"}, {"agencyName": "stack", "domainName": "us"}, (Agency("stack", "us"),)),
    ],
)
def test_agencies(environ, assume_role, found):
    """An agency comes from the stack's configuration, as an object or a list, or from the environment."""
    assert agencies(environ, assume_role) == found


@pytest.mark.parametrize(
    ("environ", "assume_role", "words"),
    [
        ({DOMAIN: "them"}, None, f"{DOMAIN} is set, but {NAME} is not"),
        ({NAME: "a"}, None, "names the agency 'a' and not its account; give HW_ASSUME_ROLE_DOMAIN_NAME"),
        ({NAME: "a", DOMAIN: "b", "HW_ASSUME_ROLE_DURATION": "1h"}, None, r"'1h' \(HW_ASSUME_ROLE_DURATION\)"),
        ({NAME: "a", DOMAIN: "b", "HW_ASSUME_ROLE_DURATION": "899"}, None, "seconds from 900 to 86400"),
        ({}, {"domainName": "them"}, "huaweicloud:assumeRole has no agencyName"),
        ({}, {"agencyName": "a"}, "not its account; give domainName"),
        ({}, {"agencyName": "a", "domainName": "b", "agency": 1}, "has 'agency', which is none of agencyName"),
        ({}, {"agencyName": 7, "domainName": "b"}, "agencyName of huaweicloud:assumeRole is not a name"),
        ({}, {"agencyName": "a", "domainName": "b", "duration": True}, "True .duration. is not a number"),
        ({}, {"agencyName": "a", "domainName": "b", "duration": float("nan")}, "nan .duration. is not a number"),
        ({NAME: "a", "HW_ASSUME_ROLE_DOMAIN_ID": "b", "HW_ASSUME_ROLE_DURATION": "43201"}, None, "from 900 to 43200"),
        ({}, {"agencyName": "a", "domainName": "b", "domainId": "c", "duration": 43_201}, "from 900 to 43200"),
        ({}, [], "is a list of 0 agencies"),
        ({}, ["a"], "is not an object with agencyName"),
        ({}, "{", "is neither an object nor a list of objects"),
        ({}, "readers", "is not an object with agencyName"),
        ({}, 5, "is not an object with agencyName"),
    ],
)
def test_what_is_no_agency(environ, assume_role, words):
    """A part that is missing or wrong is one error that names it and its place."""
    with pytest.raises(SettingsError, match=words) as error:
        agencies(environ, assume_role)
    assert error.value.setting == "assume_role"
