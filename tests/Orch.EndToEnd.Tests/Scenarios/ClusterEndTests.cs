namespace Orch.EndToEnd.Tests.Scenarios;

/// <summary>Clusters of their own, beside the shared one: their ends are what is tested.</summary>
[Collection(ClusterTests.Name), Trait("Needs", "Docker")]
public sealed class ClusterEndTests(ClusterFixture shared)
{
    private const string Workload = """
        apiVersion: v1
        kind: Service
        metadata: {name: app}
        spec:
          type: NodePort
          selector: {app: app}
          ports: [{port: 80, targetPort: 8080}]
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: app}
        spec:
          replicas: 2
          selector: {matchLabels: {app: app}}
          template:
            metadata: {labels: {app: app}}
            spec:
              terminationGracePeriodSeconds: 2
              containers:
              - name: main
                image: busybox:1.36
                command: [sh, -c, "echo served > /tmp/page; exec httpd -f -p 8080 -h /tmp"]
                readinessProbe: {httpGet: {path: /page, port: 8080}, periodSeconds: 1}
                volumeMounts: [{name: memory, mountPath: /memory}]
              volumes: [{name: memory, emptyDir: {medium: Memory}}]
        """;

    private static readonly string[] Identities =
        ["get", "pods", "-o", "jsonpath={range .items[*]}{.metadata.uid} {.status.podIP} {.status.containerStatuses[0].containerID} {.status.containerStatuses[0].restartCount}{\"\\n\"}{end}"];

    [SkippableFact]
    public async Task Control_C_leaves_nothing_on_the_machine()
    {
        _ = shared.Cluster;
        await using var cluster = await OrchProcess.PrepareAsync();
        await cluster.StartAsync();
        var kubectl = cluster.Kubectl();
        await kubectl.ApplyAsync(Workload);
        await kubectl.ApplyAsync(await TwoTierApp.ManifestAsync());
        foreach (var deployment in (string[])["app", "backend", "web"]) { await kubectl.RolledOutAsync($"deployment/{deployment}"); }
        Assert.NotEmpty(await Machine.TracesAsync(cluster.Name, cluster.Data));

        var code = await cluster.StopAsync();

        Assert.True(code == 0, $"exit code {code}\n{cluster.LogTail()}");
        var traces = await Machine.TracesAsync(cluster.Name, cluster.Data);
        Assert.True(traces.Count == 0, $"left behind:\n{string.Join('\n', traces)}\n{cluster.LogTail()}");
    }

    [SkippableFact]
    public async Task Workloads_go_on_untouched_over_a_restart_or_a_crash_and_are_adopted()
    {
        _ = shared.Cluster;
        await using var cluster = await OrchProcess.PrepareAsync();
        await cluster.StartAsync("--keep-workloads");
        var kubectl = cluster.Kubectl();
        await kubectl.ApplyAsync(Workload);
        await kubectl.RolledOutAsync("deployment/app");
        var before = await kubectl.RunAsync(Identities);
        var port = await kubectl.RunAsync("get", "service", "app", "-o", "jsonpath={.spec.ports[0].nodePort}");
        var address = new Uri($"http://{await shared.NodeAddressAsync()}:{port}/page");

        Assert.Equal(0, await cluster.StopAsync());
        using (var client = Traffic.NewClient()) { Assert.Equal("served\n", await client.GetStringAsync(address)); }
        await cluster.StartAsync();

        await kubectl.RolledOutAsync("deployment/app");
        Assert.Equal(before, await kubectl.RunAsync(Identities));
        Assert.Equal("served\n", await kubectl.RunAsync("exec", "deployment/app", "--", "cat", "/tmp/page"));
        using (var client = Traffic.NewClient()) { Assert.Equal("served\n", await client.GetStringAsync(address)); }
        await cluster.KillAsync();
        using (var client = Traffic.NewClient()) { Assert.Equal("served\n", await client.GetStringAsync(address)); }
        await cluster.StartAsync();

        await kubectl.RolledOutAsync("deployment/app");
        Assert.Equal(before, await kubectl.RunAsync(Identities));
        await kubectl.RunAsync("delete", "deployment", "app");
        await kubectl.UntilAsync("the adopted pods to go", output => output.Length == 0, "get", "pods", "-o", "name");
        Assert.Equal(0, await cluster.StopAsync());
        Assert.Empty(await Machine.TracesAsync(cluster.Name, cluster.Data));
    }
}
