// Writes SDKs in TypeScript and Go for a Pulumi schema, with Pulumi's own generators.
//
//	sdks SCHEMA FOLDER
//
// It does what `pulumi package gen-sdk` does, with one pinned version of the generators wherever it runs, so that what
// is committed can be compared with what it writes.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const (
	tool      = "pulumi-huaweicloud-css"
	sdkModule = "github.com/pulumi/pulumi/sdk/v3"
)

type generator func(pkg *schema.Package) (map[string][]byte, error)

// By their folders. A Go module's path ends with its folder's, so that `go get` finds it.
var generators = map[string]generator{
	"nodejs": func(pkg *schema.Package) (map[string][]byte, error) {
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, nil)
	},
	"go/huaweicloudcss": func(pkg *schema.Package) (map[string][]byte, error) {
		files, err := golang.GeneratePackage(tool, pkg, nil)
		if err == nil {
			files["go.mod"], err = goModule(pkg)
		}
		return files, err
	},
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: sdks SCHEMA FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "sdks:", err)
		os.Exit(1)
	}
}

func run(file, folder string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for language, generate := range generators {
		// Each generator changes the package it is given, so each gets one of its own.
		pkg, err := bind(text)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		files, err := generate(pkg)
		if err != nil {
			return fmt.Errorf("%s: %w", language, err)
		}
		if err := write(filepath.Join(folder, filepath.FromSlash(language)), files); err != nil {
			return err
		}
	}
	return nil
}

// The schema refers to no other package, so there is nothing to load, here or in the generators.
func bind(text []byte) (*schema.Package, error) {
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, problems, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if problems.HasErrors() {
		return nil, problems
	}
	return pkg, nil
}

// The language host adds a go.mod to what the generator writes; here it is this one.
func goModule(pkg *schema.Package) ([]byte, error) {
	info, ok := pkg.Language["go"].(golang.GoPackageInfo)
	if !ok {
		return nil, errors.New("the schema says nothing about Go")
	}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return nil, errors.New("this program does not know what it was built from")
	}
	for _, module := range build.Deps {
		if module.Path == sdkModule {
			text := "module %s\n\ngo 1.25.11\n\nrequire %s %s\n"
			return fmt.Appendf(nil, text, info.ModulePath, sdkModule, module.Version), nil
		}
	}
	return nil, fmt.Errorf("this program was built without %s", sdkModule)
}

func write(folder string, files map[string][]byte) error {
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
