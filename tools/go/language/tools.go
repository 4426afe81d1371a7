//go:build tools

// Package tools names the Python language host's main package, so that go.sum holds all it is built from.
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"
