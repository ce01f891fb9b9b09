using k8s.Models;
using Orch.Testing.Kubectl;

namespace Orch.ApiServer.Tests.EndToEnd;

/// <summary>What Helm makes of objects that others have changed: Helm 4 applies on the server's side, Helm 3 merges three versions.</summary>
[Trait("Needs", "helm")]
public sealed class HelmMergeTests : HelmServerTests
{
    [SkippableFact]
    public async Task Helm4_AppliesOnTheServersSide_MeetsConflictsAndTakesOver()
    {
        using var third = new HelmSession(_server.Address, "helm.3");
        using var fourth = new HelmSession(_server.Address, "helm.4");
        string[] shop = [HelmSession.Chart("shop"), "--set", "cache.enabled=false,hooks=false"];
        await third.OkAsync("STATUS: deployed", ["install", "m", .. shop]);
        Assert.Equal(["helm Update"], await OwnersAsync("m"));
        await fourth.OkAsync("has been upgraded", ["upgrade", "m", .. shop, "--server-side=true"]);
        Assert.Equal(["helm Apply"], await OwnersAsync("m"));
        await fourth.OkAsync("APPLY_METHOD: server-side apply", "get", "metadata", "m");

        await PatchAsync<V1Deployment>("m", """{"spec":{"replicas":5}}""");
        var refusal = await fourth.FailsAsync("conflict occurred while applying object default/m apps/v1, Kind=Deployment: Apply failed with 1 conflict: conflict with", ["upgrade", "m", .. shop]);
        Assert.Contains(".spec.replicas", refusal, StringComparison.Ordinal);
        await fourth.OkAsync("has been upgraded", ["upgrade", "m", .. shop, "--force-conflicts"]);
        Assert.Equal(2, (await GetAsync<V1Deployment>("m")).Spec.Replicas);
        await fourth.OkAsync("has been upgraded", ["upgrade", "m", .. shop, "--server-side=false", "--force-replace"]);

        await _server.Admin.Resource<V1ConfigMap>().CreateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "n1-facts", NamespaceProperty = "default" }, Data = new Dictionary<string, string> { ["mine"] = "x" } }, default);
        await fourth.FailsAsync("exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key \"app.kubernetes.io/managed-by\"", ["install", "n1", .. shop]);
        await fourth.OkAsync("STATUS: deployed", ["install", "n1", .. shop, "--take-ownership"]);
        Assert.Equal("x", (await DataAsync("n1-facts"))["mine"]);
    }

    [SkippableFact]
    public async Task Helm3_Merges_WhatOthersChangedInBetween()
    {
        using var helm = new HelmSession(_server.Address, "helm.3");
        string[] shop = [HelmSession.Chart("shop"), "--set", "cache.enabled=false,hooks=false"];
        await helm.OkAsync("STATUS: deployed", ["install", "m", .. shop]);
        await PatchAsync<V1Deployment>("m", """{"spec":{"replicas":7,"template":{"spec":{"containers":[{"name":"web","env":[{"name":"ADDED","value":"by another"}]},{"name":"sidecar","image":"busybox:1"}]}}}}""");

        await helm.OkAsync("has been upgraded", ["upgrade", "m", .. shop, "--set", "mode=other"]);

        var merged = (await GetAsync<V1Deployment>("m")).Spec;
        Assert.Equal(["web", "sidecar"], merged.Template.Spec.Containers.Select(static container => container.Name));
        Assert.Equal(["ADDED=by another", "MODE=other"], merged.Template.Spec.Containers[0].Env.Select(static variable => $"{variable.Name}={variable.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(2, merged.Replicas);
        await helm.OkAsync("has been upgraded", ["upgrade", "m", .. shop, "--force"]);
        Assert.Equal(["web"], (await GetAsync<V1Deployment>("m")).Spec.Template.Spec.Containers.Select(static container => container.Name));
    }
}
