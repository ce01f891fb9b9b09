using k8s.Models;
using Orch.Client;
using Orch.Resources;
using Orch.Testing.Builders;
using Orch.Testing.Time;

namespace Orch.Contracts.Client;

public abstract partial class ClusterClientContract
{
    private IObjectClient<PartialObjectMetadata> Partials => Assert.IsAssignableFrom<IMetadataClusterClient>(Client).Metadata(new GroupVersionResource(string.Empty, "v1", "configmaps"));

    [Fact]
    public async Task Metadata_AreRead_Patched_AndDeletedBy()
    {
        var created = await CreateAsync("a", ("k", "v"));
        await CreateAsync("b");
        var read = await Partials.GetAsync(Key("a"), default);
        Assert.Equal((created.Metadata.Uid, created.Metadata.ResourceVersion, "a", Namespace), (read.Metadata.Uid, read.Metadata.ResourceVersion, read.Metadata.Name, read.Metadata.NamespaceProperty));
        Assert.Equal(["a", "b"], (await Partials.ListAsync(new ListRequest { Namespace = Namespace }, default)).Items.Select(item => item.Metadata.Name));

        var patched = await Partials.PatchAsync(Key("a"), new ResourcePatch(PatchKind.Merge, Utf8("""{"metadata":{"labels":{"x":"y"}}}""")), default);
        Assert.Equal("y", patched.Metadata.Labels["x"]);
        var whole = await Maps.GetAsync(Key("a"), default);
        Assert.Equal((patched.Metadata.ResourceVersion, "v", "y"), (whole.Metadata.ResourceVersion, whole.Data["k"], whole.Metadata.Labels["x"]));
        Assert.Equal("a", Assert.Single((await Partials.ListAsync(new ListRequest { Namespace = Namespace, LabelSelector = "x=y" }, default)).Items).Metadata.Name);

        await FailsAsync(409, StatusReasons.Conflict, () => Partials.DeleteAsync(Key("a"), new DeleteRequest { PreconditionUid = "11111111-1111-1111-1111-111111111111" }, default));
        await Partials.DeleteAsync(Key("a"), DeleteRequest.Default, default);
        var failure = await FailsAsync(404, StatusReasons.NotFound, () => Partials.GetAsync(Key("a"), default));
        Assert.Equal("configmaps \"a\" not found", failure.Message);
    }

    [Fact]
    public async Task Metadata_AreWatched()
    {
        var created = await CreateAsync("a", ("k", "v"));
        var request = new WatchRequest(created.Metadata.ResourceVersion) { Namespace = Namespace };
        await using var watch = Partials.WatchAsync(request, default).GetAsyncEnumerator();
        var next = watch.MoveNextAsync().AsTask();
        var added = await CreateAsync("b");
        Assert.True(await next.Within("the addition"));
        Assert.Equal((WatchEventKind.Added, added.Metadata.Uid, added.Metadata.ResourceVersion), (watch.Current.Kind, watch.Current.Object?.Metadata.Uid, watch.Current.ResourceVersion));
        await Maps.DeleteAsync(Key("b"), DeleteRequest.Default, default);
        Assert.True(await watch.MoveNextAsync().AsTask().Within("the deletion"));
        Assert.Equal((WatchEventKind.Deleted, "b"), (watch.Current.Kind, watch.Current.Object?.Metadata.Name));
        Assert.Equal(watch.Current.ResourceVersion, watch.Current.Object?.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task Metadata_OfWhatIsNotServed_AreNotFound()
    {
        var widgets = Assert.IsAssignableFrom<IMetadataClusterClient>(Client).Metadata(new GroupVersionResource("nowhere.example.com", "v1", "widgets"));
        var failure = await FailsAsync(404, StatusReasons.NotFound, () => widgets.ListAsync(ListRequest.All, default));
        Assert.True(string.IsNullOrEmpty(failure.Status.Details?.Name));
    }

    [Fact]
    public async Task Scale_IsReadWithoutAModel_AndWhatIsMissingIsTold()
    {
        var scales = Assert.IsAssignableFrom<IScaleClusterClient>(Client);
        var deployments = new GroupVersionResource("apps", "v1", "deployments");
        var created = await Client.Resource<V1Deployment>().CreateAsync(Build.Deployment("web", 3, Namespace), default);
        await CreateAsync("web");
        var scale = await scales.GetScaleAsync(deployments, Key("web"), default);
        Assert.Equal((created.Metadata.Uid, 3), (scale.Metadata.Uid, scale.Spec.Replicas));

        var absent = await FailsAsync(404, StatusReasons.NotFound, () => scales.GetScaleAsync(deployments, Key("none"), default));
        Assert.Equal("none", absent.Status.Details?.Name);
        var unscaled = await FailsAsync(404, StatusReasons.NotFound, () => scales.GetScaleAsync(new GroupVersionResource(string.Empty, "v1", "configmaps"), Key("web"), default));
        Assert.True(string.IsNullOrEmpty(unscaled.Status.Details?.Name));
    }
}
