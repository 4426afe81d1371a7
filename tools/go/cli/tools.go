//go:build tools

// Package tools names the Pulumi CLI's main package, so that go.sum holds all it is built from.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
