"""The README of the npm package. Pulumi's generator for TypeScript takes it from the schema."""

from __future__ import annotations

from pulumi_huaweicloud_css._version import __version__

from .project import REPOSITORY

_PAGES = f"{REPOSITORY}/blob/v{__version__}/docs"
_ARCHIVE = f"pulumi-resource-huaweicloud-css-v{__version__}-linux-amd64.tar.gz"

# The program is the one of the page about other languages, where it is run.
NODEJS = f"""# pulumi-huaweicloud-css

Where is the newest log backup of a Huawei Cloud CSS cluster, and did it succeed? For Pulumi programs in TypeScript and
JavaScript: the answer is known in `pulumi preview`, and a gate stops a deployment while backups are stale or failing.

## Install

```sh
npm install pulumi-huaweicloud-css
```

The functions are those of a plugin. Without Python, install it from an archive of the
[release]({REPOSITORY}/releases/tag/v{__version__}):

```sh
pulumi plugin install resource huaweicloud-css {__version__} --file {_ARCHIVE}
```

With Python, `pip install pulumi-huaweicloud-css` puts it on PATH.

## In a program

```ts
import * as pulumi from "@pulumi/pulumi";
import * as css from "pulumi-huaweicloud-css";

const clusterId = new pulumi.Config().require("clusterId");

// Unless the gate passes, the program ends here, in the preview too, with the reason.
const logs = css.getLogRecordsOutput({{ clusterId, gate: {{ maxAge: "26h", maxConsecutiveFailures: 1 }} }});

export const latestLogPath = logs.latestLogPath;
export const logBackups = logs.apply(result => result.verdict?.reason);
```

Keys and the region come from the environment (`HW_ACCESS_KEY`, `HW_SECRET_KEY`, `HW_REGION_NAME`), or from the stack's
configuration:

```sh
pulumi config set --secret huaweicloud-css:accessKey "$HW_ACCESS_KEY"
pulumi config set --secret huaweicloud-css:secretKey "$HW_SECRET_KEY"
pulumi config set huaweicloud-css:region cn-north-4
```

## Read on

[Other languages than Python]({_PAGES}/other-languages.md) ·
[arguments and outputs]({_PAGES}/arguments.md) ·
[gates]({_PAGES}/gates.md) ·
[settings]({_PAGES}/settings.md) ·
[errors]({_PAGES}/errors.md)
"""
