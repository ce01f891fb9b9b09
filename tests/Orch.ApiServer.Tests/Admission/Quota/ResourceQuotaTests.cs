using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Admission.Quota;

/// <summary>Quota in a whole server; what the controller would write into the status, the tests write.</summary>
public sealed class ResourceQuotaTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(
        static options =>
        {
            options.DisabledAdmissionPlugins.Add("ServiceAccount");
            options.DisabledAdmissionPlugins.Add("StorageObjectInUseProtection");
        },
        static services =>
        {
            services.AddIfMissing<V1ResourceQuota>("resourcequotas", ResourceScope.Namespaced);
            services.AddIfMissing<V1PersistentVolumeClaim>("persistentvolumeclaims", ResourceScope.Namespaced);
        });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Pods_BeyondTheQuota_AreRefusedInUpstreamsWords()
    {
        await QuotaAsync("q", "pods=3,requests.cpu=1");
        for (var index = 0; index < 3; index++) { await PodAsync($"p{index}", "cpu=100m"); }

        var refusal = await Assert.ThrowsAsync<ApiException>(() => PodAsync("p3", "cpu=900m"));

        Assert.True(refusal.IsForbidden);
        Assert.Equal("pods \"p3\" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=900m, used: pods=3,requests.cpu=300m, limited: pods=3,requests.cpu=1", refusal.Message);
        Assert.Equal("300m", (await UsedAsync("q"))["requests.cpu"].ToString());
    }

    [Fact]
    public async Task ClaimOfDevices_BeyondTheQuotaOfItsClass_IsRefused()
    {
        await QuotaAsync("q", "count/resourceclaims.resource.k8s.io=2,gpu.deviceclass.resource.k8s.io/devices=3");
        var claims = _server.Admin.Resource<Resourcev1ResourceClaim>();
        await claims.CreateAsync(Claim("a", "gpu", 2), default);
        await CaughtUpAsync();

        var refusal = await Assert.ThrowsAsync<ApiException>(() => claims.CreateAsync(Claim("b", "gpu", 2), default));
        Assert.Equal("resourceclaims.resource.k8s.io \"b\" is forbidden: exceeded quota: q, requested: gpu.deviceclass.resource.k8s.io/devices=2, used: gpu.deviceclass.resource.k8s.io/devices=2, limited: gpu.deviceclass.resource.k8s.io/devices=3", refusal.Message);
        await claims.CreateAsync(Claim("b", "nic", 9), default);
        Assert.Equal("2", (await UsedAsync("q"))["gpu.deviceclass.resource.k8s.io/devices"].ToString());

        static Resourcev1ResourceClaim Claim(string name, string deviceClass, long count) => new()
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
            Spec = new V1ResourceClaimSpec { Devices = new V1DeviceClaim { Requests = [new V1DeviceRequest { Name = "r", Exactly = new V1ExactDeviceRequest { DeviceClassName = deviceClass, Count = count } }] } },
        };
    }

    [Fact]
    public async Task Pod_ThatDoesNotSayWhatItNeeds_IsRefusedWhereThatIsCounted()
    {
        await QuotaAsync("q", "requests.cpu=1,limits.memory=1Gi");

        var refusal = await Assert.ThrowsAsync<ApiException>(() => PodAsync("p", string.Empty));

        Assert.Equal("pods \"p\" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c", refusal.Message);
    }

    [Fact]
    public async Task Quota_ThatIsNotCountedYet_AllowsNothingOfWhatItLimits()
    {
        await _server.Admin.Resource<V1ResourceQuota>().CreateAsync(Quota("q", "pods=3"), CancellationToken.None);
        await PodAsync("before", string.Empty);
        var stored = await _server.Admin.Resource<V1ResourceQuota>().GetAsync(new ObjectKey("default", "q"), CancellationToken.None);
        await _server.Admin.Resource<V1ResourceQuota>().UpdateStatusAsync(stored with { Status = new V1ResourceQuotaStatus { Hard = stored.Spec.Hard } }, CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => RetryAsync("after"));

        Assert.Equal("pods \"after\" is forbidden: status unknown for quota: q, resources: pods", refusal.Message);

        // The cache follows the store a moment later.
        async Task RetryAsync(string name)
        {
            await CaughtUpAsync();
            await PodAsync(name, string.Empty);
        }
    }

    [Fact]
    public async Task Counts_OfAnyKind_AreLimited()
    {
        await QuotaAsync("q", "count/configmaps=1,secrets=1,count/deployments.apps=0");
        await _server.Admin.Resource<V1ConfigMap>().CreateAsync(new V1ConfigMap { Metadata = Named("a") }, CancellationToken.None);

        var map = await Assert.ThrowsAsync<ApiException>(() => _server.Admin.Resource<V1ConfigMap>().CreateAsync(new V1ConfigMap { Metadata = Named("b") }, CancellationToken.None));
        await _server.Admin.Resource<V1Secret>().CreateAsync(new V1Secret { Metadata = Named("a") }, CancellationToken.None);
        var secret = await Assert.ThrowsAsync<ApiException>(() => _server.Admin.Resource<V1Secret>().CreateAsync(new V1Secret { Metadata = Named("b") }, CancellationToken.None));

        Assert.Equal("configmaps \"b\" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1", map.Message);
        Assert.Equal("secrets \"b\" is forbidden: exceeded quota: q, requested: secrets=1, used: secrets=1, limited: secrets=1", secret.Message);
    }

    [Fact]
    public async Task Service_ThatChangesItsType_PaysTheDifference()
    {
        await QuotaAsync("q", "services=5,services.nodeports=1,services.loadbalancers=0");
        var services = _server.Admin.Resource<V1Service>();
        var made = await services.CreateAsync(new V1Service { Metadata = Named("s"), Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Port = 80 }] } }, CancellationToken.None);
        var copy = ApiJson.DeepCopy(made);
        copy.Spec.Type = "NodePort";
        made = await services.UpdateAsync(copy, CancellationToken.None);

        Assert.Equal(("1", "1", "0"), await UsedAsync("q") is var used ? (used["services"].ToString(), used["services.nodeports"].ToString(), used["services.loadbalancers"].ToString()) : default);
        copy = ApiJson.DeepCopy(made);
        copy.Spec.Type = "LoadBalancer";
        var refusal = await Assert.ThrowsAsync<ApiException>(() => services.UpdateAsync(copy, CancellationToken.None));
        Assert.Equal("services \"s\" is forbidden: exceeded quota: q, requested: services.loadbalancers=1, used: services.loadbalancers=0, limited: services.loadbalancers=0", refusal.Message);
    }

    [Fact]
    public async Task Claims_CountByStorageClassToo()
    {
        await QuotaAsync("q", "requests.storage=10Gi,gold.storageclass.storage.k8s.io/requests.storage=1Gi");
        var claims = _server.Admin.Resource<V1PersistentVolumeClaim>();
        await claims.CreateAsync(Claim("plain", "silver", "5Gi"), CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => claims.CreateAsync(Claim("c", "gold", "2Gi"), CancellationToken.None));

        Assert.Equal(
            "persistentvolumeclaims \"c\" is forbidden: exceeded quota: q, requested: gold.storageclass.storage.k8s.io/requests.storage=2Gi, "
            + "used: gold.storageclass.storage.k8s.io/requests.storage=0, limited: gold.storageclass.storage.k8s.io/requests.storage=1Gi",
            refusal.Message);
    }

    [Fact]
    public async Task Scopes_DecideWhichPodsCount()
    {
        await QuotaAsync("q", "pods=0", quota => quota.Spec.Scopes = ["NotBestEffort"]);

        await PodAsync("besteffort", string.Empty);

        await Assert.ThrowsAsync<ApiException>(() => PodAsync("burstable", "cpu=1"));
    }

    [Fact]
    public async Task DryRun_IsJudgedAndNotCharged()
    {
        await QuotaAsync("q", "pods=1");
        await using var listening = await TestServer.ListenAsync(
            static options => options.DisabledAdmissionPlugins.Add("ServiceAccount"), static services => services.AddIfMissing<V1ResourceQuota>("resourcequotas", ResourceScope.Namespaced));
        _server = await SwapAsync(listening);
        await QuotaAsync("q", "pods=1");
        using var http = listening.Http();
        using var body = new StringContent("""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}""", System.Text.Encoding.UTF8, "application/json");

        var answer = await http.PostAsync(new Uri("/api/v1/namespaces/default/pods?dryRun=All", UriKind.Relative), body);

        Assert.Equal(201, (int)answer.StatusCode);
        Assert.Equal("0", (await UsedAsync("q"))["pods"].ToString());
        _server = await TestServer.StartAsync();

        async Task<TestServer> SwapAsync(TestServer other)
        {
            await _server.DisposeAsync();
            return other;
        }
    }

    [Fact]
    public async Task ParallelCreates_NeverExceedTheQuota_AndUseItUp()
    {
        await QuotaAsync("q", "pods=10");
        await QuotaAsync("r", "pods=20,requests.cpu=2");

        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(index => Task.Run(() => Record.ExceptionAsync(() => PodAsync($"p{index}", "cpu=100m")))));

        Assert.Equal(10, results.Count(static result => result is null));
        Assert.All(results.Where(static result => result is not null), static result => Assert.Contains("exceeded quota: q, requested: pods=1, used: pods=", result!.Message, StringComparison.Ordinal));
        Assert.Equal("10", (await UsedAsync("q"))["pods"].ToString());
        Assert.Equal(("10", "1"), await UsedAsync("r") is var used ? (used["pods"].ToString(), used["requests.cpu"].ToString()) : default);
        Assert.Equal(10, (await _server.Admin.Resource<V1Pod>().ListAsync(new ListRequest { Namespace = "default" }, CancellationToken.None)).Items.Count);
    }

    [Fact]
    public async Task ParallelCreates_WhileOthersWriteTheStatus_NeverExceed()
    {
        await QuotaAsync("q", "pods=12");
        using var stop = new CancellationTokenSource();
        var quotas = _server.Admin.Resource<V1ResourceQuota>();
        var meddler = Task.Run(async () =>
        {
            for (var turn = 0; !stop.IsCancellationRequested; turn++)
            {
                var present = await quotas.GetAsync(new ObjectKey("default", "q"), CancellationToken.None);
                var copy = ApiJson.DeepCopy(present);
                copy.Metadata.Labels = new Dictionary<string, string> { ["turn"] = turn.ToString(System.Globalization.CultureInfo.InvariantCulture) };
                await Record.ExceptionAsync(() => quotas.UpdateAsync(copy, CancellationToken.None));
            }
        });

        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(index => Task.Run(() => Record.ExceptionAsync(() => PodAsync($"p{index}", string.Empty)))));
        await stop.CancelAsync();
        await meddler;

        var made = (await _server.Admin.Resource<V1Pod>().ListAsync(new ListRequest { Namespace = "default" }, CancellationToken.None)).Items.Count;
        Assert.Equal(results.Count(static result => result is null), made);
        Assert.True(made <= 12, $"{made} pods");
        Assert.Equal(made, Quantities.Value((await UsedAsync("q"))["pods"]));
    }

    private static V1ObjectMeta Named(string name) => new() { Name = name, NamespaceProperty = "default" };

    private static V1PersistentVolumeClaim Claim(string name, string className, string size) => new()
    {
        Metadata = Named(name),
        Spec = new V1PersistentVolumeClaimSpec
        {
            StorageClassName = className, AccessModes = ["ReadWriteOnce"], Resources = new V1VolumeResourceRequirements { Requests = Amounts($"storage={size}") },
        },
    };

    private static V1ResourceQuota Quota(string name, string hard) => new() { Metadata = Named(name), Spec = new V1ResourceQuotaSpec { Hard = Amounts(hard) } };

    private static Dictionary<string, ResourceQuantity> Amounts(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(static part => part.Split('=')).ToDictionary(static part => part[0], static part => Quantities.Parse(part[1]));

    private async Task QuotaAsync(string name, string hard, Action<V1ResourceQuota>? configure = null)
    {
        var quota = Quota(name, hard);
        configure?.Invoke(quota);
        var quotas = _server.Admin.Resource<V1ResourceQuota>();
        var made = await quotas.CreateAsync(quota, CancellationToken.None);
        var status = new V1ResourceQuotaStatus { Hard = made.Spec.Hard, Used = made.Spec.Hard.Keys.ToDictionary(static key => key, static _ => Quantities.Zero) };
        await quotas.UpdateStatusAsync(made with { Status = status }, CancellationToken.None);
        await CaughtUpAsync();
    }

    // A consistent list waits until the cache has seen everything.
    private Task<ResourceList<V1ResourceQuota>> CaughtUpAsync() => _server.Admin.Resource<V1ResourceQuota>().ListAsync(ListRequest.All, CancellationToken.None);

    private async Task<IDictionary<string, ResourceQuantity>> UsedAsync(string name)
        => (await _server.Admin.Resource<V1ResourceQuota>().GetAsync(new ObjectKey("default", name), CancellationToken.None)).Status.Used;

    private Task<V1Pod> PodAsync(string name, string requests) => _server.Admin.Resource<V1Pod>().CreateAsync(
        new V1Pod
        {
            Metadata = Named(name),
            Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "i", Resources = requests.Length == 0 ? null : new V1ResourceRequirements { Requests = Amounts(requests) } }] },
        },
        CancellationToken.None);
}
