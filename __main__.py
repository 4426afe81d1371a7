"""The provider plugin, started from a checkout: what `PulumiPlugin.yaml` has Pulumi's Python language host run."""

from pulumi_huaweicloud_css.plugin import serve

serve()
