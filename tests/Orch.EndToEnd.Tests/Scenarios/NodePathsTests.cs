namespace Orch.EndToEnd.Tests.Scenarios;

/// <summary>Ways to a pod that lead by its node.</summary>
[Collection(ClusterTests.Name), Trait("Needs", "Docker")]
public sealed class NodePathsTests(ClusterFixture cluster)
{
    private const string Manifest = """
        apiVersion: v1
        kind: Service
        metadata: {name: front}
        spec:
          selector: {app: web}
          ports: [{port: 80, targetPort: 8080}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web, labels: {app: web}}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
          - name: main
            image: busybox:1.36
            command: [sh, -c, "mkdir /www; echo the page > /www/page; exec httpd -f -p 8080 -h /www"]
            ports: [{containerPort: 8080, hostPort: 18377}]
            readinessProbe: {httpGet: {path: /page, port: 8080}, periodSeconds: 1}
        """;

    [SkippableFact]
    public async Task A_pod_is_reached_by_its_host_port_and_reaches_itself_by_port_and_service()
    {
        var kubectl = await cluster.NamespaceAsync("paths");
        await kubectl.ApplyAsync(Manifest);
        await kubectl.RunAsync("wait", "pod/web", "--for=condition=Ready", "--timeout=90s");
        var node = await kubectl.RunAsync("get", "pod", "web", "-o", "jsonpath={.status.hostIP}");

        var fromNode = await Programs.RunAsync("curl", ["-s", "-m", "5", $"http://{node}:18377/page"]);
        Assert.True(fromNode.ExitCode == 0, fromNode.ToString());
        Assert.Equal("the page", fromNode.Output.Trim());
        Assert.Equal("the page", (await kubectl.RunAsync("exec", "web", "--", "wget", "-qO-", $"http://{node}:18377/page")).Trim());
        await kubectl.UntilAsync("the service to lead there", output => output.Trim() == "the page", "exec", "web", "--", "timeout", "3", "wget", "-qO-", "http://front/page");

        await kubectl.RunAsync("delete", "pod", "web");
        var after = await Programs.RunAsync("curl", ["-s", "-m", "2", $"http://{node}:18377/page"]);
        Assert.NotEqual(0, after.ExitCode);
        await kubectl.RunAsync("delete", "namespace", kubectl.Namespace, "--wait=false");
    }
}
