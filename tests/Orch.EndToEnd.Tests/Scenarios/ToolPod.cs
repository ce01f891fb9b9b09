namespace Orch.EndToEnd.Tests.Scenarios;

/// <summary>A pod that talks, serves a page and can be entered.</summary>
internal static class ToolPod
{
    public const string Manifest = """
        apiVersion: v1
        kind: Pod
        metadata: {name: tool, labels: {app: tool}}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
          - name: main
            image: busybox:1.36
            command:
            - sh
            - -c
            - |
              mkdir /www; echo the page > /www/page; httpd -p 8080 -h /www
              i=0; while true; do echo line $i; i=$((i+1)); sleep 0.3; done
            ports: [{containerPort: 8080}]
        """;

    public static async Task<Kubectl> StartAsync(ClusterFixture cluster, string use)
    {
        var kubectl = await cluster.NamespaceAsync(use);
        await kubectl.ApplyAsync(Manifest);
        await kubectl.RunAsync("wait", "pod/tool", "--for=condition=Ready", "--timeout=90s");
        return kubectl;
    }

    public static Task<string> EndAsync(Kubectl kubectl) => kubectl.RunAsync("delete", "namespace", kubectl.Namespace, "--wait=false");
}
