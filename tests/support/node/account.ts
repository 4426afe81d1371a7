// Calls the functions of the generated SDK about a whole account: by name, by selection, and in several regions.
import * as pulumi from "@pulumi/pulumi";
import * as css from "pulumi-huaweicloud-css";

interface Asked {
    clusters: css.GetClustersArgs;
    named: css.GetLogRecordsArgs;
    regions: css.GetFleetLogRecordsArgs;
    sites: css.GetFleetLogRecordsArgs;
}

// As a value that a resource of the same run makes.
const later = <T>(value: T) => (pulumi.runtime.isDryRun() ? pulumi.output(pulumi.unknown) : pulumi.output(value)) as pulumi.Output<T>;

export = async () => {
    const asked = new pulumi.Config().requireObject<Asked>("asked");
    const { clusters: selector, regions, sites } = asked.sites;
    return {
        clusters: await css.getClusters(asked.clusters),
        clustersOutput: css.getClustersOutput({ names: asked.clusters.names?.map(name => pulumi.output(name)) }),
        named: await css.getLogRecords(asked.named),
        namedOutput: css.getLogRecordsOutput({ ...asked.named, clusterName: pulumi.output(asked.named.clusterName) }),
        regions: await css.getFleetLogRecords(asked.regions),
        regionsOutput: css.getFleetLogRecordsOutput({ ...asked.regions, regions: pulumi.output(asked.regions.regions) }),
        sites: await css.getFleetLogRecords(asked.sites),
        sitesOutput: css.getFleetLogRecordsOutput({
            ...asked.sites,
            regions,
            clusters: { ...selector, names: selector?.names?.map(name => pulumi.output(name)) },
            sites: sites?.map(site => ({ ...site, region: pulumi.output(site.region) })),
        }),
        later: css.getFleetLogRecordsOutput({ ...asked.regions, clusters: { names: [later("prod-*")] } }).failedClusterIds,
    };
};
