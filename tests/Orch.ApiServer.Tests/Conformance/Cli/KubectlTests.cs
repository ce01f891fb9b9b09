using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Kubectl;

namespace Orch.ApiServer.Tests.Conformance.Cli;

/// <summary>What upstream's suite does with kubectl, done with every release of it that is here, as far as a server alone can answer.</summary>
public sealed class KubectlTests : ServerTests
{
    private const string Controller = """
        apiVersion: v1
        kind: ReplicationController
        metadata: {name: primary, labels: {app: agnhost, role: primary}}
        spec:
          replicas: 1
          selector: {app: agnhost, role: primary}
          template:
            metadata: {labels: {app: agnhost, role: primary}}
            spec: {containers: [{name: primary, image: "agnhost:1", ports: [{name: server, containerPort: 6379}]}]}
        """;

    private const string Pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: pause, labels: {name: pause}}
        spec: {containers: [{name: pause, image: "pause:1"}]}
        """;

    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: httpd, labels: {app: httpd}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: httpd}}
          template: {metadata: {labels: {app: httpd}}, spec: {containers: [{name: httpd, image: "httpd:1", ports: [{containerPort: 80}]}]}}
        """;

    public static TheoryData<string> Versions => [.. KubectlSession.Versions()];

    [SkippableTheory]
    [MemberData(nameof(Versions))]
    [Trait("Needs", "kubectl")]
    public async Task Kubectl_OfAnyVersion_FindsWhatUpstreamsSuiteLooksFor(string version)
    {
        using var kubectl = new KubectlSession(_server.Address, release: version);
        await kubectl.OkAsync("serviceaccount/default created", "create", "serviceaccount", "default");
        Assert.Contains("v1", (await kubectl.OkAsync("apps/v1", "api-versions")).Split('\n'));
        await kubectl.OkAsync("is running at", "cluster-info");
        await kubectl.OkAsync("\"kind\": \"NodeList\"", "cluster-info", "dump");
        await kubectl.OkAsync("Server Version", "version");

        var pod = await kubectl.WriteAsync("pod.yaml", Pod);
        await kubectl.OkAsync("pod/pause created", "create", "-f", pod);
        await kubectl.OkAsync("pod/pause labeled", "label", "pods", "pause", "testing-label=value");
        await kubectl.OkAsync("TESTING-LABEL", "get", "pod", "pause", "-L", "testing-label");
        await kubectl.OkAsync("pause", "get", "pods", "-l", "testing-label=value", "-o", "name");
        await kubectl.OkAsync("pod/pause unlabeled", "label", "pods", "pause", "testing-label-");
        await kubectl.OkAsync("No resources found", "get", "pods", "-l", "testing-label=value");
        await kubectl.OkAsync("pod/pause patched", "patch", "pod", "pause", "-p", """{"metadata":{"annotations":{"x":"y"}}}""");
        await kubectl.OkAsync("y", "get", "pod", "pause", "-o", "jsonpath={.metadata.annotations.x}");
        await kubectl.OkAsync("image: pause:2", "patch", "pod", "pause", "-p", """{"spec":{"containers":[{"name":"pause","image":"pause:2"}]}}""", "--dry-run=server", "-o", "yaml");
        var shown = await kubectl.OkAsync("{", "get", "pod", "pause", "-o", "json");
        var live = await kubectl.WriteAsync("live.json", shown[shown.IndexOf('{', StringComparison.Ordinal)..].Replace("pause:1", "pause:3", StringComparison.Ordinal));
        await kubectl.OkAsync("pod/pause replaced (server dry run)", "replace", "-f", live, "--dry-run=server");
        await kubectl.OkAsync("pause:1", "get", "pod", "pause", "-o", "jsonpath={.spec.containers[0].image}");
        await kubectl.OkAsync("pod/pause replaced", "replace", "-f", live);
        await kubectl.OkAsync("pause:3", "get", "pod", "pause", "-o", "jsonpath={.spec.containers[0].image}");
        await kubectl.OkAsync("pod/pause replaced", "replace", "--force", "-f", pod);
        await kubectl.OkAsync("pod/e2e created", "run", "e2e", "--image=httpd:1", "--restart=Never", "--pod-running-timeout=2m0s");
        await kubectl.OkAsync("Never", "get", "pod", "e2e", "-o", "jsonpath={.spec.restartPolicy}");
        await kubectl.OkAsync("pod \"e2e\" deleted", "delete", "pod", "e2e");

        var controller = await kubectl.WriteAsync("rc.yaml", Controller);
        await kubectl.OkAsync("replicationcontroller/primary created", "create", "-f", controller);
        await kubectl.OkAsync("service/rm2 exposed", "expose", "rc", "primary", "--name=rm2", "--port=1234", "--target-port=6379");
        await kubectl.OkAsync("service/rm3 exposed", "expose", "service", "rm2", "--name=rm3", "--port=2345", "--target-port=6379");
        await kubectl.OkAsync("2345 6379", "get", "service", "rm3", "-o", "jsonpath={.spec.ports[0].port} {.spec.ports[0].targetPort}");
        await kubectl.OkAsync("replicationcontroller/primary scaled", "scale", "rc", "primary", "--replicas=2", "--current-replicas=1");
        await kubectl.FailsAsync("Expected replicas to be 1, was 2", "scale", "rc", "primary", "--replicas=3", "--current-replicas=1");
        Shows(await kubectl.OkAsync("Name:", "describe", "rc", "primary"), "Selector:     app=agnhost,role=primary", "Replicas:     0 current / 2 desired", "Pods Status:  0 Running / 0 Waiting / 0 Succeeded / 0 Failed", "Image:", "agnhost:1");
        Shows(await kubectl.OkAsync("Name:", "describe", "service", "rm2"), "Type:", "ClusterIP", "<unset>  1234/TCP", "Session Affinity:", "Endpoints:");
        Shows(await kubectl.OkAsync("Name:", "describe", "namespace", "default"), "Labels:", "Status:", "Active", "No resource quota.");
        await kubectl.OkAsync("node/node-1 created", "create", "-f", await kubectl.WriteAsync("node.yaml", "apiVersion: v1\nkind: Node\nmetadata: {name: node-1}\nstatus: {capacity: {cpu: \"1\"}, conditions: [{type: Ready, status: \"True\"}]}\n"));
        Shows(await kubectl.OkAsync("Name:", "describe", "node", "node-1"), "CreationTimestamp:", "Conditions:", "Addresses:", "Capacity:", "Kubelet Version:", "Non-terminated Pods:");
        await kubectl.OkAsync("node/node-1 cordoned", "cordon", "node-1");
        await kubectl.OkAsync("node/node-1 tainted", "taint", "node", "node-1", "k=v:NoSchedule");
        await kubectl.OkAsync("node/node-1 untainted", "taint", "node", "node-1", "k-");
    }

    [SkippableTheory]
    [MemberData(nameof(Versions))]
    [Trait("Needs", "kubectl")]
    public async Task Kubectl_OfAnyVersion_AppliesComparesAndExplains(string version)
    {
        using var kubectl = new KubectlSession(_server.Address, release: version);
        var file = await kubectl.WriteAsync("httpd.yaml", Deployment);
        await kubectl.OkAsync("deployment.apps/httpd created", "apply", "-f", file);
        await kubectl.OkAsync("\"replicas\": 2", "apply", "view-last-applied", "-f", file, "-o", "json");
        await kubectl.WriteAsync("httpd.yaml", Deployment.Replace("  replicas: 2\n", string.Empty, StringComparison.Ordinal));
        await kubectl.OkAsync("deployment.apps/httpd configured", "apply", "set-last-applied", "-f", file);
        Assert.DoesNotContain("replicas", await kubectl.OkAsync("{", "apply", "view-last-applied", "-f", file, "-o", "json"), StringComparison.Ordinal);
        await kubectl.OkAsync("deployment.apps/httpd scaled", "scale", "deployment", "httpd", "--replicas=3");
        await kubectl.WriteAsync("httpd.yaml", Deployment.Replace("  replicas: 2\n", string.Empty, StringComparison.Ordinal).Replace("httpd:1", "busybox:1", StringComparison.Ordinal));
        var (code, output) = await kubectl.RunAsync("diff", "-f", file);
        Assert.True(code == 1, output);
        Shows(output, "-      - image: httpd:1", "+      - image: busybox:1");
        await kubectl.OkAsync("deployment.apps/httpd configured", "apply", "-f", file);
        await kubectl.OkAsync("3 busybox:1", "get", "deployment", "httpd", "-o", "jsonpath={.spec.replicas} {.spec.template.spec.containers[0].image}");
    }

    private static void Shows(string output, params string[] parts)
        => Assert.All(parts, part => Assert.Contains(part, output, StringComparison.Ordinal));
}
