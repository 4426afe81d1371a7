// Lets a release go on only while a cluster's log backups are fresh, and shows what another stack, in Python, saw last.
import * as pulumi from "@pulumi/pulumi";
import * as css from "pulumi-huaweicloud-css";

export = async () => {
    const config = new pulumi.Config();

    // Asked at every preview and every update. Unless the gate passes, the program ends here with the reason.
    const logs = await css.getLogRecords({
        clusterId: config.require("clusterId"),
        gate: { maxAge: "26h", maxRunning: "2h", maxConsecutiveFailures: 1 },
    });

    // The quickstart's stack (examples/quickstart), or any other that exports the same outputs.
    const producer = new pulumi.StackReference(config.require("producerStack"));
    const seen = producer.getOutput("latest_log_path");

    return {
        logBackups: logs.verdict?.reason,
        latestLogPath: logs.latestLogPath,
        producerSaw: seen,
        producerIsUpToDate: seen.apply(path => path === logs.latestLogPath),
    };
};
