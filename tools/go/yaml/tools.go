//go:build tools

// Package tools names the main package of Pulumi's language host for YAML, so that go.sum holds all it is built from.
package tools

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
