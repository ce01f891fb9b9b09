using System.Globalization;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Apply;

/// <summary>Who owns what after creates, updates and patches.</summary>
public sealed class FieldManagerTests : IAsyncLifetime
{
    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TestServer _server = null!;

    private ObjectWriter Writer => _server.Services.GetRequiredService<ObjectWriter>();

    private ServedResource Maps => _server.Services.GetRequiredService<ServedResources>().Find(typeof(V1ConfigMap))!;

    private ServedResource Pods => _server.Services.GetRequiredService<ServedResources>().Find(typeof(V1Pod))!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(services: services => services.AddSingleton<TimeProvider>(_time));
        await _server.Admin.Resource<V1ServiceAccount>().CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default" } }, CancellationToken.None);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Update_ChangedField_MovesToItsWriter()
    {
        await CreateAsync(Map(("a", "1"), ("b", "1")), "one");
        _time.Advance(TimeSpan.FromMinutes(1));
        var after = await UpdateAsync("two", value => value.Data["b"] = "2");
        Assert.Equal(["one 00:00 {\"f:data\":{\".\":{},\"f:a\":{}}}", "two 00:01 {\"f:data\":{\"f:b\":{}}}"], Shown(after));
    }

    [Fact]
    public async Task Update_FieldRemoved_BelongsToNobody()
    {
        await CreateAsync(Map(("a", "1"), ("b", "1")), "one");
        await UpdateAsync("two", value => value.Data["b"] = "2");
        var after = await UpdateAsync("three", value => value.Data.Remove("b"));
        Assert.Equal(["one 00:00 {\"f:data\":{\".\":{},\"f:a\":{}}}"], Shown(after));
        after = await UpdateAsync("three", value => value.Data = null);
        Assert.Empty(Shown(after));
    }

    [Fact]
    public async Task Update_SameAgain_KeepsRevisionAndTime()
    {
        var made = await CreateAsync(Map(("a", "1")), "one");
        _time.Advance(TimeSpan.FromMinutes(1));
        var after = await UpdateAsync("two", static _ => { });
        Assert.Equal((made.Metadata.ResourceVersion, "one 00:00 {\"f:data\":{\".\":{},\"f:a\":{}}}"), (after.Metadata.ResourceVersion, Assert.Single(Shown(after))));
    }

    [Fact]
    public async Task Update_ChangeThatIsTakenBack_KeepsRevisionAndTime()
    {
        // The status of a pod is not written through the pod; a writer that tries changes nothing.
        var pod = new V1Pod { Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "i" }] } };
        var made = (V1Pod)(await Writer.CreateAsync(Pods, Call("one"), pod, CancellationToken.None)).Object.Value;
        _time.Advance(TimeSpan.FromMinutes(1));
        var result = await Writer.UpdateAsync(Pods, Call("one"), new ObjectKey("default", "p"), ObjectChange.Whole((current, _) =>
        {
            var value = ApiJson.DeepCopy((V1Pod)current.Value);
            value.Status = new V1PodStatus { Phase = "Failed" };
            value.Spec.ServiceAccountName = null;
            return new ValueTask<k8s.IKubernetesObject<V1ObjectMeta>>(value);
        }), CancellationToken.None);
        Assert.Equal(made.Metadata.ResourceVersion, result.Object.Value.Metadata.ResourceVersion);
        Assert.Equal(made.Metadata.ManagedFields[0].Time, result.Object.Value.Metadata.ManagedFields[0].Time);
    }

    [Fact]
    public async Task Status_OfItsOwnWriter_IsAnEntryOfItsOwn()
    {
        var pod = new V1Pod { Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "i" }] } };
        await _server.Admin.Resource<V1Pod>().CreateAsync(pod, CancellationToken.None);
        var kubelet = _server.Admin.Resource<V1Pod>();
        var there = await kubelet.GetAsync(new ObjectKey("default", "p"), CancellationToken.None);
        var reported = ApiJson.DeepCopy(there);
        reported.Status.Phase = "Running";
        reported.Spec.Containers[0].Image = "other";
        var after = await kubelet.UpdateStatusAsync(reported, CancellationToken.None);
        Assert.Equal(["kubernetes-admin  ", "kubernetes-admin status {\"f:status\":{\"f:phase\":{}}}"],
            after.Metadata.ManagedFields.Select(static entry => $"{entry.Manager} {entry.Subresource} {(entry.Subresource is null ? string.Empty : entry.FieldsV1)}"));
        Assert.DoesNotContain(after.Metadata.ManagedFields, static entry => entry.FieldsV1.ToString()!.Contains("f:nodeName", StringComparison.Ordinal));
        Assert.DoesNotContain(after.Metadata.ManagedFields, static entry => entry.FieldsV1.ToString()!.Contains("f:serviceAccount", StringComparison.Ordinal));
        Assert.Contains("f:image", after.Metadata.ManagedFields[0].FieldsV1.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Update_ElevenWriters_MergesTheOldest()
    {
        await CreateAsync(Map(("k0", "1")), "m0");
        for (var index = 1; index <= 10; index++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await UpdateAsync(string.Create(CultureInfo.InvariantCulture, $"m{index}"), value => value.Data[string.Create(CultureInfo.InvariantCulture, $"k{index}")] = "1");
        }

        var shown = Shown(await GetAsync());
        Assert.Equal(10, shown.Count);
        Assert.Equal("ancient-changes 00:01 {\"f:data\":{\".\":{},\"f:k0\":{},\"f:k1\":{}}}", shown[0]);
        _time.Advance(TimeSpan.FromMinutes(1));
        shown = Shown(await UpdateAsync("m11", static value => value.Data["k11"] = "1"));
        Assert.Equal(("ancient-changes 00:02 {\"f:data\":{\".\":{},\"f:k0\":{},\"f:k1\":{},\"f:k2\":{}}}", 10), (shown[0], shown.Count));
    }

    public static TheoryData<string, List<V1ManagedFieldsEntry>?, string> Given => new()
    {
        { "nothing", null, "one" },
        { "an empty list", [], "" },
        { "one blank entry", [new V1ManagedFieldsEntry()], "" },
        { "no operation", [new V1ManagedFieldsEntry { Manager = "x", ApiVersion = "v1", FieldsType = "FieldsV1", FieldsV1 = new RawJson("{}"u8.ToArray()) }], "one" },
        { "no version", [new V1ManagedFieldsEntry { Manager = "x", Operation = "Update", FieldsType = "FieldsV1" }], "one" },
        { "broken fields", [new V1ManagedFieldsEntry { Manager = "x", Operation = "Update", ApiVersion = "v1", FieldsType = "FieldsV1", FieldsV1 = new RawJson("{\"a\":{}}"u8.ToArray()) }], "one" },
        { "others", [new V1ManagedFieldsEntry { Manager = "x", Operation = "Apply", ApiVersion = "v1", FieldsType = "FieldsV1", FieldsV1 = new RawJson("{ \"f:data\": { \"f:a\": {} } }"u8.ToArray()) }], "x" },
        { "a version that is gone", [new V1ManagedFieldsEntry { Manager = "x", Operation = "Update", ApiVersion = "v1beta1", FieldsType = "FieldsV1", FieldsV1 = new RawJson("{\"f:data\":{\"f:a\":{}}}"u8.ToArray()) }], "x" },
    };

    [Theory]
    [MemberData(nameof(Given))]
    public async Task Update_WithManagedFields_TakesThemWhenTheyAreValid(string name, List<V1ManagedFieldsEntry>? given, string owners)
    {
        await CreateAsync(Map(("a", "1")), "one");
        var after = await UpdateAsync("two", value => value.Metadata.ManagedFields = given);
        Assert.Equal((name, owners), (name, string.Join(' ', (after.Metadata.ManagedFields ?? []).Select(static entry => entry.Manager))));
        if (owners == "x" && name == "others") { Assert.Equal("{\"f:data\":{\"f:a\":{}}}", after.Metadata.ManagedFields![0].FieldsV1.ToString()); }

        // Without owners it stays.
        after = await UpdateAsync("two", static value => value.Data["a"] = "2");
        Assert.Equal((name, owners.Length == 0), (name, after.Metadata.ManagedFields is null));
    }

    [Theory]
    [InlineData("kubectl/v1.36.0 (linux/amd64) kubernetes/abc", "kubectl")]
    [InlineData("Go-http-client", "Go-http-client")]
    [InlineData("", "")]
    [InlineData("a\u0001b\u00a0c/1", "abc")]
    public void ManagerName_OfAUserAgent_IsItsFirstPart(string agent, string name) => Assert.Equal(name, ManagerName.OfUserAgent(agent));

    [Fact]
    public void ManagerName_TooLong_IsCutAtAWholeCharacter()
        => Assert.Equal(new string('a', 127), ManagerName.OfUserAgent(new string('a', 127) + "é/1"));

    [Theory]
    [InlineData("system:node:n1", "kubelet")]
    [InlineData("system:kube-scheduler", "kube-scheduler")]
    [InlineData("system:serviceaccount:kube-system:replicaset-controller", "kube-controller-manager")]
    [InlineData("kubernetes-admin", "kubernetes-admin")]
    public void ManagerName_OfAComponent_IsUpstreams(string user, string name) => Assert.Equal(name, ManagerName.OfUser(user));

    [Fact]
    public void FieldsPool_EqualSets_AreOne()
    {
        var pool = new FieldsPool();
        Assert.Same(pool.Share("{\"f:a\":{}}"u8), pool.Share("{\"f:a\":{}}"u8));
        Assert.NotSame(pool.Share("{\"f:a\":{}}"u8), pool.Share("{\"f:b\":{}}"u8));
    }

    [Fact]
    public async Task Pods_OfOneShape_ShareTheirFields()
    {
        var pods = _server.Admin.Resource<V1Pod>();
        var made = new List<V1Pod>();
        foreach (var name in (string[])["a", "b"])
        {
            made.Add(await pods.CreateAsync(new V1Pod { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = name }] } }, CancellationToken.None));
        }

        Assert.Same(made[0].Metadata.ManagedFields[0].FieldsV1, made[1].Metadata.ManagedFields[0].FieldsV1);
    }

    private static WriteCall Call(string manager) => new(new UserInfo("admin", ["system:masters"])) { Manager = manager };

    private static V1ConfigMap Map(params (string Key, string Value)[] data) => new()
    {
        ApiVersion = "v1", Kind = "ConfigMap", Metadata = new V1ObjectMeta { Name = "m", NamespaceProperty = "default" }, Data = data.ToDictionary(static pair => pair.Key, static pair => pair.Value),
    };

    private static List<string> Shown(V1ConfigMap value)
        => [.. (value.Metadata.ManagedFields ?? []).Select(static entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Manager} {entry.Time:HH:mm} {entry.FieldsV1}"))];

    private async Task<V1ConfigMap> CreateAsync(V1ConfigMap value, string manager)
        => (V1ConfigMap)(await Writer.CreateAsync(Maps, Call(manager), value, CancellationToken.None)).Object.Value;

    private async Task<V1ConfigMap> UpdateAsync(string manager, Action<V1ConfigMap> change)
        => (V1ConfigMap)(await Writer.UpdateAsync(Maps, Call(manager), new ObjectKey("default", "m"), ObjectChange.Whole((current, _) =>
        {
            var value = ApiJson.DeepCopy((V1ConfigMap)current.Value);
            change(value);
            return new ValueTask<k8s.IKubernetesObject<V1ObjectMeta>>(value);
        }), CancellationToken.None)).Object.Value;

    private Task<V1ConfigMap> GetAsync() => _server.Admin.Resource<V1ConfigMap>().GetAsync(new ObjectKey("default", "m"), CancellationToken.None);
}
