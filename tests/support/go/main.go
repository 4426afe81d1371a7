// Runs a program with the Go SDK as an inline program of Pulumi's Automation API; what to run is JSON on standard input.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	css "github.com/pulumi-huaweicloud-css/pulumi-huaweicloud-css/sdk/go/huaweicloudcss"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

type spec struct {
	ClusterID string
	Project   string
	Command   string
	MaxAge    string
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprint(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	var given spec
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		return err
	}
	stack, err := auto.UpsertStackInlineSource(ctx, "dev", given.Project, func(ctx *pulumi.Context) error {
		return program(ctx, given)
	})
	if err != nil {
		return err
	}
	var log strings.Builder
	outputs := map[string]any{}
	if given.Command == "preview" {
		_, err = stack.Preview(ctx, optpreview.ProgressStreams(&log), optpreview.Color("never"))
	} else {
		var done auto.UpResult
		done, err = stack.Up(ctx, optup.ProgressStreams(&log), optup.Color("never"))
		for name, output := range done.Outputs {
			outputs[name] = output.Value
		}
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"outputs": outputs, "log": log.String()})
}

// program calls the functions in every way that the SDK has.
func program(ctx *pulumi.Context, given spec) error {
	status := css.StatusFilterNotFail
	args := &css.GetLogRecordsArgs{ClusterId: &given.ClusterID, Status: &status, Limit: pulumi.IntRef(20)}
	if given.MaxAge != "" {
		args = &css.GetLogRecordsArgs{ClusterId: &given.ClusterID, Gate: &css.Gate{MaxAge: given.MaxAge}}
	}
	plain, err := css.GetLogRecords(ctx, args)
	if err != nil {
		return err
	}
	fleet, err := css.GetFleetLogRecords(ctx, &css.GetFleetLogRecordsArgs{
		ClusterIds:     []string{given.ClusterID},
		IncludeRecords: pulumi.BoolRef(true),
	})
	if err != nil {
		return err
	}
	output := css.GetLogRecordsOutput(ctx, css.GetLogRecordsOutputArgs{
		ClusterId: pulumi.String(given.ClusterID).ToStringOutput(),
		Status:    css.StatusFilterNotFail,
		Limit:     pulumi.Int(20),
	})
	ctx.Export("plain", pulumi.Any(plain))
	ctx.Export("fleet", pulumi.Any(fleet))
	ctx.Export("output", output)
	ctx.Export("later", output.LatestLogPath())
	if plain.Verdict != nil && plain.Verdict.State == css.VerdictStatePassed {
		ctx.Export("reason", pulumi.String(plain.Verdict.Reason))
	}
	return nil
}
