// Runs a compiled program as an inline program of Pulumi's Automation API; what to run is JSON on standard input.
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const fs = require("node:fs");

async function main() {
    const { program, project, stack, config, command } = JSON.parse(fs.readFileSync(0, "utf8"));
    const made = await LocalWorkspace.createOrSelectStack({
        stackName: stack,
        projectName: project,
        // As Pulumi's language host for Node does: a module's exports are the outputs, and a function is called for them.
        program: async () => {
            const exported = require(program);
            return typeof exported === "function" ? exported() : exported;
        },
    });
    await made.setAllConfig(config);
    const log = [];
    const done = await made[command]({ onOutput: text => log.push(text), color: "never" });
    const outputs = Object.fromEntries(Object.entries(done.outputs ?? {}).map(([name, { value }]) => [name, value]));
    process.stdout.write(JSON.stringify({ outputs, log: log.join("") }));
}

main().catch(error => {
    process.stderr.write(error.message);
    process.exitCode = 1;
});
