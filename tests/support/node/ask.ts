// Calls the functions of the generated SDK in every way that it has, with the arguments of the stack's configuration.
import * as pulumi from "@pulumi/pulumi";
import * as css from "pulumi-huaweicloud-css";

// The compiler knows which texts there are; where it does not, it says that this line is not needed.
// @ts-expect-error
const misspelt: css.GetLogRecordsArgs["status"] = "FAILED";

export = async () => {
    const config = new pulumi.Config();
    const args = config.requireObject<css.GetLogRecordsArgs>("arguments");
    const fleet = config.getObject<css.GetFleetLogRecordsArgs>("fleet");
    // As the id of a cluster that is made in the same run.
    const knownLater = pulumi.runtime.isDryRun() ? pulumi.output(pulumi.unknown) : pulumi.output(args.clusterId);
    return {
        plain: await css.getLogRecords(args),
        output: css.getLogRecordsOutput(args),
        later: css.getLogRecordsOutput({ ...args, clusterId: knownLater as pulumi.Output<string> }).latestLogPath,
        raw: await pulumi.runtime.invoke("huaweicloud-css:index:getLogRecords", args),
        fleet: fleet && (await css.getFleetLogRecords(fleet)),
    };
};
