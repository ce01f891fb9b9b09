using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Kubectl;

namespace Orch.ApiServer.Tests.Apply;

/// <summary>Releases of kubectl that apply on the server's side, against a real server over HTTPS.</summary>
public sealed class KubectlApplyTests : ServerTests
{
    public static TheoryData<string> Releases => ["kubectl", "kubectl.1.27", "kubectl.1.33", "kubectl.1.34", "kubectl.1.35"];

    [SkippableTheory]
    [MemberData(nameof(Releases))]
    [Trait("Needs", "kubectl")]
    public async Task Kubectl_ServerSideApply_GoesAsWithUpstream(string release)
    {
        using var kubectl = new KubectlSession(_server.Address, release: release);
        var file = await kubectl.WriteAsync("web.yaml", Manifest(2, "busybox:1"));

        // From the client's side to the server's.
        await kubectl.OkAsync("deployment.apps/web created", "apply", "-f", file);
        await kubectl.WriteAsync("web.yaml", Manifest(3, "busybox:1"));
        await kubectl.OkAsync("deployment.apps/web serverside-applied", "apply", "--server-side", "-f", file);
        await kubectl.OkAsync("deployment.apps/web serverside-applied", "apply", "--server-side", "-f", file);

        // kubectl makes the client-side applier's entry its own.
        var owners = await OwnersAsync(kubectl);
        Assert.Contains("kubectl Apply ", owners);
        Assert.DoesNotContain("kubectl-client-side-apply Update ", owners);

        // A conflict, and its end.
        await kubectl.OkAsync("deployment.apps/web scaled", "scale", "deployment", "web", "--replicas=5");
        await kubectl.FailsAsync($"Apply failed with 1 conflict: conflict with \"{release}\" with subresource \"scale\" using apps/v1: .spec.replicas", "apply", "--server-side", "-f", file);
        await kubectl.OkAsync("deployment.apps/web serverside-applied", "apply", "--server-side", "--force-conflicts", "-f", file);
        await kubectl.OkAsync("3", "get", "deployment", "web", "-o", "jsonpath={.spec.replicas}");

        // What would change, without a change.
        await kubectl.WriteAsync("web.yaml", Manifest(3, "busybox:2"));
        var (code, difference) = await kubectl.RunAsync("diff", "--server-side", "-f", file);
        Assert.True(code == 1 && difference.Contains("busybox:2", StringComparison.Ordinal), difference);
        await kubectl.OkAsync("busybox:1", "get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[0].image}");

        await kubectl.OkAsync("managedFields:", "get", "deployment", "web", "-o", "yaml", "--show-managed-fields");
        await kubectl.OkAsync("deployment.apps/web serverside-applied (server dry run)", "apply", "--server-side", "--dry-run=server", "-f", file);
        await kubectl.OkAsync("deployment.apps/web serverside-applied", "apply", "--server-side", "--field-manager=robot", "--force-conflicts", "-f", file);
        Assert.Contains("robot Apply ", await OwnersAsync(kubectl));

        // And back to the client's side.
        await kubectl.WriteAsync("web.yaml", Manifest(4, "busybox:2"));
        await kubectl.OkAsync("deployment.apps/web configured", "apply", "-f", file);
        await kubectl.FailsAsync("field not declared in schema", "apply", "--server-side", "--validate=false", "-f", await kubectl.WriteAsync("wrong.yaml", Manifest(1, "busybox:1").Replace("replicas", "replicaz", StringComparison.Ordinal)));
    }

    private static string Manifest(int replicas, string image) => $$$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: default}
        spec:
          replicas: {{{{replicas}}}}
          selector: {matchLabels: {app: web}}
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: "{{{{image}}}}"}]}}
        """;

    private static async Task<List<string>> OwnersAsync(KubectlSession kubectl)
    {
        var (_, text) = await kubectl.RunAsync("get", "deployment", "web", "--show-managed-fields", "-o", "jsonpath={range .metadata.managedFields[*]}{.manager} {.operation} {.subresource}{\"\\n\"}{end}");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
