using k8s.Models;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Admission.Quota;

/// <summary>What may only be used where a quota covers it, and quotas of custom resources.</summary>
public sealed class LimitedResourceTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.ListenAsync(static options =>
    {
        options.DisabledAdmissionPlugins.Add("ServiceAccount");
        var pods = new LimitedResource { Resource = "pods" };
        pods.MatchScopes.Add(new V1ScopedResourceSelectorRequirement { ScopeName = "PriorityClass", OperatorProperty = "In", Values = ["vip", "vvip"] });
        pods.MatchScopes.Add(new V1ScopedResourceSelectorRequirement { ScopeName = "CrossNamespacePodAffinity", OperatorProperty = "Exists" });
        pods.MatchContains.Add("example.com/gpu");
        var claims = new LimitedResource { Resource = "persistentvolumeclaims" };
        claims.MatchContains.Add(".storageclass.storage.k8s.io/requests.storage");
        claims.MatchScopes.Add(new V1ScopedResourceSelectorRequirement { ScopeName = "VolumeAttributesClass", OperatorProperty = "In", Values = ["fast"] });
        var widgets = new LimitedResource { ApiGroup = "example.com", Resource = "widgets" };
        widgets.MatchContains.Add("count/");
        options.ResourceQuota.LimitedResources.Add(pods);
        options.ResourceQuota.LimitedResources.Add(claims);
        options.ResourceQuota.LimitedResources.Add(widgets);
    });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Name_ThatIsLimited_NeedsAQuotaThatLimitsIt()
    {
        await PodAsync("plain", "cpu=1");
        Assert.Equal("pods \"p\" is forbidden: insufficient quota to consume: requests.example.com/gpu", (await RefusedAsync(() => PodAsync("p", "example.com/gpu=1"))).Message);

        await QuotaAsync("q", "requests.example.com/gpu=2");
        await PodAsync("p", "example.com/gpu=1");
        Assert.Contains("exceeded quota: q, requested: requests.example.com/gpu=2", (await RefusedAsync(() => PodAsync("r", "example.com/gpu=2"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scope_ThatIsLimited_NeedsAQuotaOfThatScope()
    {
        foreach (var name in (string[])["vip", "vvip", "common"])
        {
            await _server.Admin.Resource<V1PriorityClass>().CreateAsync(new V1PriorityClass { Metadata = new V1ObjectMeta { Name = name }, Value = 10 }, CancellationToken.None);
        }

        await _server.Admin.Resource<V1PriorityClass>().ListAsync(ListRequest.All, CancellationToken.None);
        await PodAsync("free", string.Empty, static spec => spec.PriorityClassName = "common");
        var refusal = await RefusedAsync(() => PodAsync("p", string.Empty, static spec => spec.PriorityClassName = "vip"));
        Assert.Equal(("insufficient quota to match these scopes: [{PriorityClass In [vip vvip]}]", 500), (refusal.Message, refusal.Code));

        await QuotaAsync("q", "pods=1", static quota => quota.Spec.ScopeSelector = new V1ScopeSelector
        {
            MatchExpressions = [new V1ScopedResourceSelectorRequirement { ScopeName = "PriorityClass", OperatorProperty = "In", Values = ["vip"] }],
        });
        await PodAsync("p", string.Empty, static spec => spec.PriorityClassName = "vip");
        Assert.Contains("exceeded quota: q", (await RefusedAsync(() => PodAsync("second", string.Empty, static spec => spec.PriorityClassName = "vip"))).Message, StringComparison.Ordinal);
        Assert.Contains("insufficient quota to match these scopes", (await RefusedAsync(() => PodAsync("other", string.Empty, static spec => spec.PriorityClassName = "vvip"))).Message, StringComparison.Ordinal);
        await PodAsync("free2", string.Empty, static spec => spec.PriorityClassName = "common");
    }

    [Fact]
    public async Task PodsThatReachIntoOtherNamespaces_NeedAQuotaOfThatScope()
    {
        static void Reach(V1PodSpec spec) => spec.Affinity = new V1Affinity
        {
            PodAffinity = new V1PodAffinity { RequiredDuringSchedulingIgnoredDuringExecution = [new V1PodAffinityTerm { TopologyKey = "k", Namespaces = ["other"], LabelSelector = new V1LabelSelector() }] },
        };

        Assert.Equal("insufficient quota to match these scopes: [{CrossNamespacePodAffinity Exists []}]", (await RefusedAsync(() => PodAsync("p", string.Empty, Reach))).Message);

        await QuotaAsync("q", "pods=1", static quota => quota.Spec.Scopes = ["CrossNamespacePodAffinity"]);
        await PodAsync("near", string.Empty);
        await PodAsync("p", string.Empty, Reach);
        Assert.Contains("exceeded quota: q", (await RefusedAsync(() => PodAsync("r", string.Empty, Reach))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claims_AreLimitedByTheirStorageClass_AndTheirAttributes()
    {
        await ClaimAsync("plain", string.Empty, null);
        Assert.Equal(
            "persistentvolumeclaims \"c\" is forbidden: insufficient quota to consume: gold.storageclass.storage.k8s.io/requests.storage", (await RefusedAsync(() => ClaimAsync("c", "gold", null))).Message);
        Assert.Equal("insufficient quota to match these scopes: [{VolumeAttributesClass In [fast]}]", (await RefusedAsync(() => ClaimAsync("c", string.Empty, "fast"))).Message);

        await QuotaAsync("gold", "gold.storageclass.storage.k8s.io/requests.storage=5Gi");
        await QuotaAsync("fast", "persistentvolumeclaims=1", static quota => quota.Spec.ScopeSelector = new V1ScopeSelector
        {
            MatchExpressions = [new V1ScopedResourceSelectorRequirement { ScopeName = "VolumeAttributesClass", OperatorProperty = "In", Values = ["fast"] }],
        });
        var made = await ClaimAsync("c", "gold", null);
        await ClaimAsync("d", string.Empty, "fast");
        Assert.Contains("exceeded quota: fast", (await RefusedAsync(() => ClaimAsync("e", string.Empty, "fast"))).Message, StringComparison.Ordinal);

        // What an update leaves as it was needs no cover any more.
        await _server.Admin.Resource<V1ResourceQuota>().DeleteAsync(new ObjectKey("default", "gold"), new DeleteRequest(), CancellationToken.None);
        await CaughtUpAsync();
        await _server.Admin.Resource<V1PersistentVolumeClaim>().UpdateAsync(made with { Metadata = made.Metadata with { Labels = new Dictionary<string, string> { ["a"] = "b" } } }, CancellationToken.None);
    }

    [Fact]
    public async Task CustomObjects_AreCountedAndLimited()
    {
        using var http = _server.Http();
        await http.DefineAsync(Crds.Widgets());
        var (code, body, _) = await http.SendAsync("POST", Crds.Path(), Crds.Widget("a"));
        Assert.Equal((403, "widgets.example.com \"a\" is forbidden: insufficient quota to consume: count/widgets.example.com"), ((int)code, (string?)body["message"]));

        await QuotaAsync("q", "count/widgets.example.com=1");
        (code, _, _) = await http.SendAsync("POST", Crds.Path(), Crds.Widget("a"));
        Assert.Equal(201, (int)code);
        (code, body, _) = await http.SendAsync("POST", Crds.Path(), Crds.Widget("b"));
        Assert.Equal(
            (403, "widgets.example.com \"b\" is forbidden: exceeded quota: q, requested: count/widgets.example.com=1, used: count/widgets.example.com=1, limited: count/widgets.example.com=1"),
            ((int)code, (string?)body["message"]));
    }

    private static async Task<ApiException> RefusedAsync(Func<Task> act) => await Assert.ThrowsAsync<ApiException>(act);

    private static V1ObjectMeta Named(string name) => new() { Name = name, NamespaceProperty = "default" };

    private static Dictionary<string, ResourceQuantity> Amounts(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(static part => part.Split('=')).ToDictionary(static part => part[0], static part => Quantities.Parse(part[1]));

    private async Task QuotaAsync(string name, string hard, Action<V1ResourceQuota>? configure = null)
    {
        var quota = new V1ResourceQuota { Metadata = Named(name), Spec = new V1ResourceQuotaSpec { Hard = Amounts(hard) } };
        configure?.Invoke(quota);
        var quotas = _server.Admin.Resource<V1ResourceQuota>();
        var made = await quotas.CreateAsync(quota, CancellationToken.None);
        await quotas.UpdateStatusAsync(
            made with { Status = new V1ResourceQuotaStatus { Hard = made.Spec.Hard, Used = made.Spec.Hard.Keys.ToDictionary(static key => key, static _ => Quantities.Zero) } }, CancellationToken.None);
        await CaughtUpAsync();
    }

    // A consistent list waits until the cache has seen everything.
    private Task<ResourceList<V1ResourceQuota>> CaughtUpAsync() => _server.Admin.Resource<V1ResourceQuota>().ListAsync(ListRequest.All, CancellationToken.None);

    private Task<V1Pod> PodAsync(string name, string amounts, Action<V1PodSpec>? configure = null)
    {
        var requests = amounts.Length == 0 ? null : new V1ResourceRequirements { Requests = Amounts(amounts), Limits = Amounts(amounts) };
        var spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "i", Resources = requests }] };
        configure?.Invoke(spec);
        return _server.Admin.Resource<V1Pod>().CreateAsync(new V1Pod { Metadata = Named(name), Spec = spec }, CancellationToken.None);
    }

    private Task<V1PersistentVolumeClaim> ClaimAsync(string name, string storageClass, string? attributes) => _server.Admin.Resource<V1PersistentVolumeClaim>().CreateAsync(
        new V1PersistentVolumeClaim
        {
            Metadata = Named(name),
            Spec = new V1PersistentVolumeClaimSpec
            {
                StorageClassName = storageClass, VolumeAttributesClassName = attributes, AccessModes = ["ReadWriteOnce"], Resources = new V1VolumeResourceRequirements { Requests = Amounts("storage=1Gi") },
            },
        },
        CancellationToken.None);
}
