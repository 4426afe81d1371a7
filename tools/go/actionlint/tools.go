//go:build tools

// Package tools names actionlint's main package, so that go.sum holds all it is built from.
package tools

import _ "github.com/rhysd/actionlint/cmd/actionlint"
