namespace Orch.EndToEnd.Tests.Scenarios;

[Collection(ClusterTests.Name), Trait("Needs", "Docker")]
public sealed class PodLifeTests(ClusterFixture cluster)
{
    private const string Workload = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {colour: red}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: app}
        spec:
          selector: {app: app}
          ports: [{port: 80}]
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: app}
        spec:
          selector: {matchLabels: {app: app}}
          template:
            metadata: {labels: {app: app}}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: main
                image: busybox:1.36
                command: [sh, -c, "touch /tmp/ready; exec sleep 3600"]
                readinessProbe:
                  exec: {command: [test, -f, /tmp/ready]}
                  periodSeconds: 1
                  failureThreshold: 1
                volumeMounts: [{name: settings, mountPath: /etc/settings}]
              volumes:
              - name: settings
                configMap: {name: settings}
        """;

    [SkippableFact]
    public async Task A_killed_container_comes_back()
    {
        var kubectl = await StartAsync("killed");
        var container = (await kubectl.RunAsync("get", "pods", "-o", "jsonpath={.items[0].status.containerStatuses[0].containerID}")).Replace("docker://", "", StringComparison.Ordinal);

        var killed = await Programs.RunAsync("docker", ["kill", container]);
        Assert.True(killed.ExitCode == 0, killed.ToString());

        await kubectl.UntilAsync("the container to run again", output => output == "1 true",
            "get", "pods", "-o", "jsonpath={.items[0].status.containerStatuses[0].restartCount} {.items[0].status.containerStatuses[0].ready}");
        Assert.Equal("137", await kubectl.RunAsync("get", "pods", "-o", "jsonpath={.items[0].status.containerStatuses[0].lastState.terminated.exitCode}"));
        await EndAsync(kubectl);
    }

    [SkippableFact]
    public async Task A_deleted_pod_is_replaced()
    {
        var kubectl = await StartAsync("deleted");
        var name = await kubectl.RunAsync("get", "pods", "-o", "jsonpath={.items[0].metadata.name}");

        await kubectl.RunAsync("delete", "pod", name);

        await kubectl.RolledOutAsync("deployment/app");
        var next = await kubectl.UntilAsync("another pod", output => output.Length > 0 && !output.Contains(name, StringComparison.Ordinal), "get", "pods", "-o", "name");
        Assert.StartsWith("pod/app-", next, StringComparison.Ordinal);
        await EndAsync(kubectl);
    }

    [SkippableFact]
    public async Task A_pod_that_is_not_ready_leaves_the_endpoints_until_it_is()
    {
        var kubectl = await StartAsync("probed");
        string[] ready = ["get", "endpoints", "app", "-o", "jsonpath={.subsets[*].addresses[*].ip}"];
        string[] waiting = ["get", "endpoints", "app", "-o", "jsonpath={.subsets[*].notReadyAddresses[*].ip}"];
        string[] slices = ["get", "endpointslices", "-l", "kubernetes.io/service-name=app", "-o", "jsonpath={.items[*].endpoints[*].conditions.ready}"];
        var address = await kubectl.RunAsync("get", "pods", "-o", "jsonpath={.items[0].status.podIP}");
        await kubectl.UntilAsync("the pod's address in the endpoints", output => output == address, ready);

        await kubectl.RunAsync("exec", "deployment/app", "--", "rm", "/tmp/ready");
        await kubectl.UntilAsync("the pod's address to leave the ready ones", output => output == address, waiting);
        Assert.Equal("", await kubectl.RunAsync(ready));
        await kubectl.UntilAsync("the slice to say so", output => output == "false", slices);

        await kubectl.RunAsync("exec", "deployment/app", "--", "touch", "/tmp/ready");
        await kubectl.UntilAsync("the pod's address to come back", output => output == address, ready);
        await kubectl.UntilAsync("the slice to say so", output => output == "true", slices);
        await EndAsync(kubectl);
    }

    [SkippableFact]
    public async Task A_changed_config_map_reaches_the_mounted_file()
    {
        var kubectl = await StartAsync("mounted");
        string[] read = ["exec", "deployment/app", "--", "cat", "/etc/settings/colour"];
        Assert.Equal("red", await kubectl.RunAsync(read));

        await kubectl.RunAsync("patch", "configmap", "settings", "-p", """{"data":{"colour":"blue"}}""");

        await kubectl.UntilAsync("the file to follow", output => output == "blue", read);
        Assert.Equal("0", await kubectl.RunAsync("get", "pods", "-o", "jsonpath={.items[0].status.containerStatuses[0].restartCount}"));
        await EndAsync(kubectl);
    }

    [SkippableFact]
    public async Task A_pod_reaches_the_API_server_by_name_with_its_token()
    {
        Skip.If(!File.Exists("/usr/bin/curl"), "needs curl");
        var kubectl = await cluster.NamespaceAsync("inside");
        await kubectl.RunAsync("create", "role", "reader", "--verb=list", "--resource=pods");
        await kubectl.RunAsync("create", "rolebinding", "reader", "--role=reader", $"--serviceaccount={kubectl.Namespace}:default");
        // The machine's own curl, by its own loader: busybox checks no certificate.
        await kubectl.ApplyAsync("""
            apiVersion: v1
            kind: Pod
            metadata: {name: inside}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: main
                image: busybox:1.36
                command: [sleep, "3600"]
                volumeMounts: [{name: machine, mountPath: /machine, readOnly: true}]
              volumes: [{name: machine, hostPath: {path: /usr}}]
            """);
        await kubectl.RunAsync("wait", "pod/inside", "--for=condition=Ready", "--timeout=90s");
        const string Ask = """
            cd /var/run/secrets/kubernetes.io/serviceaccount; L=$(echo /machine/lib/*-linux-gnu)
            $L/ld-linux*.so.* --library-path $L /machine/bin/curl -sS -m 20 --cacert ca.crt -H "Authorization: Bearer $(cat token)" https://kubernetes.default.svc/api/v1/namespaces/$(cat namespace)/
            """;

        var pods = await kubectl.RunAsync("exec", "inside", "--", "sh", "-c", $"{Ask}pods");
        Assert.Contains("\"PodList\"", pods, StringComparison.Ordinal);
        Assert.Contains("\"inside\"", pods, StringComparison.Ordinal);
        var secrets = await kubectl.RunAsync("exec", "inside", "--", "sh", "-c", $"{Ask}secrets");
        Assert.Contains($"User \\\"system:serviceaccount:{kubectl.Namespace}:default\\\" cannot list resource", secrets, StringComparison.Ordinal);
        await EndAsync(kubectl);
    }

    private static Task<string> EndAsync(Kubectl kubectl) => kubectl.RunAsync("delete", "namespace", kubectl.Namespace, "--wait=false");

    private async Task<Kubectl> StartAsync(string use)
    {
        var kubectl = await cluster.NamespaceAsync(use);
        await kubectl.ApplyAsync(Workload);
        await kubectl.RolledOutAsync("deployment/app");
        return kubectl;
    }
}
