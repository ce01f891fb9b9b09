using System.Globalization;
using k8s.Models;
using Orch.Client;
using Orch.Resources;
using Orch.Testing.Builders;

namespace Orch.Contracts.Client;

public abstract partial class ClusterClientContract
{
    [Fact]
    public async Task Create_GivesIdentity_AndGetReadsIt()
    {
        var created = await CreateAsync("a", ("k", "v"));
        Assert.Equal(("a", Namespace, "v"), (created.Metadata.Name, created.Metadata.NamespaceProperty, created.Data["k"]));
        Assert.NotEmpty(created.Metadata.Uid);
        Assert.NotEmpty(created.Metadata.ResourceVersion);
        Assert.NotNull(created.Metadata.CreationTimestamp);
        Assert.Equal(("v1", "ConfigMap"), (created.ApiVersion, created.Kind));
        var read = await Maps.GetAsync(Key("a"), default);
        Assert.Equal((created.Metadata.Uid, created.Metadata.ResourceVersion), (read.Metadata.Uid, read.Metadata.ResourceVersion));
    }

    [Fact]
    public async Task Create_WithGenerateName_CompletesTheName()
    {
        var item = Map("x");
        item.Metadata.Name = null;
        item.Metadata.GenerateName = "web-";
        var first = await Maps.CreateAsync(item, default);
        var second = await Maps.CreateAsync(item, default);
        Assert.StartsWith("web-", first.Metadata.Name, StringComparison.Ordinal);
        Assert.True(first.Metadata.Name.Length > 4);
        Assert.NotEqual(first.Metadata.Name, second.Metadata.Name);
    }

    [Fact]
    public async Task Create_NameTaken_IsAlreadyExists()
    {
        await CreateAsync("a");
        var failure = await FailsAsync(409, StatusReasons.AlreadyExists, () => CreateAsync("a"));
        Assert.True(failure.IsAlreadyExists);
        Assert.Equal("configmaps \"a\" already exists", failure.Message);
        Assert.Equal(("a", "configmaps"), (failure.Status.Details.Name, failure.Status.Details.Kind));
    }

    [Fact]
    public async Task Create_DoesNotKeepTheCallersObject()
    {
        var item = Map("a", ("k", "v"));
        await Maps.CreateAsync(item, default);
        item.Data["k"] = "changed by the caller";
        Assert.Equal("v", (await Maps.GetAsync(Key("a"), default)).Data["k"]);
    }

    [Fact]
    public async Task Get_Absent_IsNotFound()
    {
        var failure = await FailsAsync(404, StatusReasons.NotFound, () => Maps.GetAsync(Key("none"), default));
        Assert.True(failure.IsNotFound);
        Assert.Equal("configmaps \"none\" not found", failure.Message);
        var grouped = await FailsAsync(404, StatusReasons.NotFound, () => Client.Resource<V1ReplicaSet>().GetAsync(Key("none"), default));
        Assert.Equal("replicasets.apps \"none\" not found", grouped.Message);
        Assert.Equal("apps", grouped.Status.Details.Group);
    }

    [Fact]
    public async Task Update_AtTheNewestVersion_Succeeds_AndAtAnOlderConflicts()
    {
        var created = await CreateAsync("a", ("k", "1"));
        var updated = await Maps.UpdateAsync(created with { Data = new Dictionary<string, string> { ["k"] = "2" } }, default);
        Assert.Equal("2", updated.Data["k"]);
        Assert.NotEqual(created.Metadata.ResourceVersion, updated.Metadata.ResourceVersion);
        Assert.Equal(created.Metadata.Uid, updated.Metadata.Uid);
        var failure = await FailsAsync(409, StatusReasons.Conflict, () => Maps.UpdateAsync(created with { Data = new Dictionary<string, string> { ["k"] = "3" } }, default));
        Assert.True(failure.IsConflict);
        Assert.Equal(
            "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again", failure.Message);
    }

    [Fact]
    public async Task Update_WithoutAVersion_Overwrites()
    {
        await CreateAsync("a", ("k", "1"));
        var updated = await Maps.UpdateAsync(Map("a", ("k", "2")), default);
        Assert.Equal("2", updated.Data["k"]);
    }

    [Fact]
    public async Task Update_ThatChangesNothing_KeepsTheVersion()
    {
        var created = await CreateAsync("a", ("k", "1"));
        var updated = await Maps.UpdateAsync(created, default);
        Assert.Equal(created.Metadata.ResourceVersion, updated.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task Update_Absent_IsNotFound() => await FailsAsync(404, StatusReasons.NotFound, () => Maps.UpdateAsync(Map("none"), default));

    [Fact]
    public async Task Update_WithAForeignUid_Conflicts()
    {
        var created = await CreateAsync("a");
        var foreign = created with { Metadata = created.Metadata with { Uid = "11111111-1111-1111-1111-111111111111", ResourceVersion = null } };
        await FailsAsync(409, StatusReasons.Conflict, () => Maps.UpdateAsync(foreign, default));
    }

    [Fact]
    public async Task Update_ManyAtOnce_EachRetryingOnConflict_LosesNone()
    {
        await CreateAsync("counter", ("n", "0"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var done = 0; done < 5;)
            {
                var current = await Maps.GetAsync(Key("counter"), default);
                var next = (int.Parse(current.Data["n"], CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
                try
                {
                    await Maps.UpdateAsync(current with { Data = new Dictionary<string, string> { ["n"] = next } }, default);
                    done++;
                }
                catch (ApiException exception) when (exception.IsConflict)
                {
                }
            }
        }));
        Assert.Equal("40", (await Maps.GetAsync(Key("counter"), default)).Data["n"]);
    }

    [Fact]
    public async Task Status_AndTheRest_AreWrittenApart()
    {
        var sets = Client.Resource<V1ReplicaSet>();
        var created = await sets.CreateAsync(Build.ReplicaSet("web", 3).InNamespace(Namespace), default);
        var withStatus = await sets.UpdateStatusAsync(
            created with { Spec = created.Spec with { Replicas = 9 }, Status = new V1ReplicaSetStatus { Replicas = 2, ObservedGeneration = 1 } }, default);
        Assert.Equal((3, 2), (withStatus.Spec.Replicas, withStatus.Status.Replicas));
        var withSpec = await sets.UpdateAsync(
            withStatus with { Spec = withStatus.Spec with { Replicas = 5 }, Status = new V1ReplicaSetStatus { Replicas = 7 } }, default);
        Assert.Equal((5, 2), (withSpec.Spec.Replicas, withSpec.Status.Replicas));
        Assert.Equal(created.Metadata.Generation + 1, withSpec.Metadata.Generation);
    }

    [Fact]
    public async Task Scale_IsReadAndReplaced()
    {
        var sets = Client.Resource<V1ReplicaSet>();
        await sets.CreateAsync(Build.ReplicaSet("web", 3).InNamespace(Namespace), default);
        var scale = await sets.GetSubresourceAsync<V1Scale>(Key("web"), "scale", default);
        Assert.Equal(3, scale.Spec.Replicas);
        var scaled = await sets.UpdateSubresourceAsync(Key("web"), "scale", scale with { Spec = new V1ScaleSpec { Replicas = 4 } }, default);
        Assert.Equal(4, scaled.Spec.Replicas);
        Assert.Equal(4, (await sets.GetAsync(Key("web"), default)).Spec.Replicas);
    }

    [Fact]
    public async Task ClusterScoped_Objects_HaveNoNamespace()
    {
        var name = $"class-{Guid.NewGuid():n}";
        var classes = Client.Resource<V1PriorityClass>();
        var created = await classes.CreateAsync(new V1PriorityClass { Metadata = new V1ObjectMeta { Name = name }, Value = 7 }, default);
        Assert.Null(created.Metadata.NamespaceProperty);
        Assert.Equal(7, (await classes.GetAsync(ObjectKey.Cluster(name), default)).Value);
        await classes.DeleteAsync(ObjectKey.Cluster(name), DeleteRequest.Default, default);
    }

    [Fact]
    public async Task Cancelled_Calls_SaySo()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Maps.GetAsync(Key("a"), cancelled.Token));
    }
}
