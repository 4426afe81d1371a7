"""The same policy pack as `pulumi-analyzer-huaweicloud-css`, as a folder that Pulumi's Python language host starts."""

from pulumi_huaweicloud_css.policy import serve

serve()
