using System.Text;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Registry;

public sealed class PipelineTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private IResourceClient<V1ConfigMap> Maps => _server.Admin.Resource<V1ConfigMap>();

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public static TheoryData<string, V1ObjectMeta, string> BadMetadata => new()
    {
        { "no name", new V1ObjectMeta(), "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required" },
        {
            "bad name", new V1ObjectMeta { Name = "A_b" },
            "ConfigMap \"A_b\" is invalid: metadata.name: Invalid value: \"A_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
        },
        { "huge annotations", new V1ObjectMeta { Name = "a", Annotations = new Dictionary<string, string> { ["x"] = new('y', 262144) } }, "ConfigMap \"a\" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes" },
        { "owner without a name", new V1ObjectMeta { Name = "a", OwnerReferences = [new V1OwnerReference { ApiVersion = "v1", Kind = "Pod", Uid = "u" }] }, "ConfigMap \"a\" is invalid: metadata.ownerReferences.name: Invalid value: \"\": name must not be empty" },
    };

    [Theory]
    [MemberData(nameof(BadMetadata))]
    public async Task Create_BadMetadata_IsInvalidInUpstreamsWords(string name, V1ObjectMeta metadata, string message)
    {
        metadata.NamespaceProperty = "default";
        var error = await RefusalAsync(() => Maps.CreateAsync(new V1ConfigMap { Metadata = metadata }, CancellationToken.None));
        Assert.True(error.Code == 422, name);
        if (!message.Contains("ownerReferences", StringComparison.Ordinal)) { Assert.Equal(message, error.Message); }
        else { Assert.Contains("metadata.ownerReferences.name", error.Message, StringComparison.Ordinal); }
        Assert.NotEmpty(error.Status.Details.Causes);
    }

    [Fact]
    public async Task Create_GetsWhatTheServerOwns()
    {
        var given = Map("a");
        given.Metadata.Uid = "mine";
        given.Metadata.DeletionTimestamp = DateTime.UnixEpoch;
        var made = await Maps.CreateAsync(given, CancellationToken.None);

        Assert.True(Guid.TryParse(made.Metadata.Uid, out _));
        Assert.NotNull(made.Metadata.CreationTimestamp);
        Assert.Null(made.Metadata.DeletionTimestamp);
        Assert.Equal("v1", made.ApiVersion);
        Assert.Equal("mine", given.Metadata.Uid);
        Assert.Equal(made.Metadata.Uid, (await Maps.GetAsync(made.Key(), CancellationToken.None)).Metadata.Uid);
    }

    [Fact]
    public async Task Create_Twice_IsRefused()
    {
        await Maps.CreateAsync(Map("a"), CancellationToken.None);
        var error = await RefusalAsync(() => Maps.CreateAsync(Map("a"), CancellationToken.None));
        Assert.Equal("configmaps \"a\" already exists", error.Message);
        Assert.True(error.IsAlreadyExists);
    }

    [Fact]
    public async Task Create_GeneratedName_HasUpstreamsForm()
    {
        var made = await Maps.CreateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { GenerateName = "web-", NamespaceProperty = "default" } }, CancellationToken.None);
        Assert.Matches("^web-[bcdfghjklmnpqrstvwxz2456789]{5}$", made.Metadata.Name);
        Assert.Equal("web-", made.Metadata.GenerateName);
    }

    [Fact]
    public async Task Update_StaleVersion_Conflicts()
    {
        var first = await Maps.CreateAsync(Map("a"), CancellationToken.None);
        await Maps.UpdateAsync(Map("a", ("x", "1")), CancellationToken.None);
        var stale = Map("a", ("x", "2"));
        stale.Metadata.ResourceVersion = first.ResourceVersion();
        var error = await RefusalAsync(() => Maps.UpdateAsync(stale, CancellationToken.None));
        Assert.Equal("Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again", error.Message);
        Assert.True(error.IsConflict);
    }

    [Fact]
    public async Task Update_AnotherUid_Conflicts()
    {
        var first = await Maps.CreateAsync(Map("a"), CancellationToken.None);
        var other = Map("a");
        other.Metadata.Uid = "other";
        var error = await RefusalAsync(() => Maps.UpdateAsync(other, CancellationToken.None));
        Assert.Equal($"Operation cannot be fulfilled on configmaps \"a\": StorageError: invalid object, Code: 4, Key: /registry/core/configmaps/default/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: other, UID in object meta: {first.Metadata.Uid}", error.Message);
    }

    [Fact]
    public async Task Update_ThatSaysTheSame_WritesNothing()
    {
        var first = await Maps.CreateAsync(Map("a", ("x", "1")), CancellationToken.None);
        var second = await Maps.UpdateAsync(Map("a", ("x", "1")), CancellationToken.None);
        Assert.Equal(first.ResourceVersion(), second.ResourceVersion());
    }

    [Fact]
    public async Task Update_OfNothing_IsNotFound()
        => Assert.Equal("configmaps \"a\" not found", (await RefusalAsync(() => Maps.UpdateAsync(Map("a"), CancellationToken.None))).Message);

    [Fact]
    public async Task Patches_AtTheSameTime_AllTakeEffect()
    {
        await Maps.CreateAsync(Map("a"), CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => Task.Run(() => Maps.PatchAsync(
            new ObjectKey("default", "a"), new ResourcePatch(PatchKind.Merge, Encoding.UTF8.GetBytes($$$"""{"data":{"k{{{number}}}":"v"}}""")), CancellationToken.None)))).Within("the patches");
        Assert.Equal(50, (await Maps.GetAsync(new ObjectKey("default", "a"), CancellationToken.None)).Data.Count);
    }

    [Fact]
    public async Task Delete_WithFinalizer_WaitsForIt()
    {
        var map = Map("a");
        map.Metadata.Finalizers = ["example.com/hold"];
        await Maps.CreateAsync(map, CancellationToken.None);
        await Maps.DeleteAsync(map.Key(), DeleteRequest.Default, CancellationToken.None);
        var held = await Maps.GetAsync(map.Key(), CancellationToken.None);
        Assert.NotNull(held.Metadata.DeletionTimestamp);

        var more = Orch.Serialization.ApiJson.DeepCopy(held);
        more.Metadata.Finalizers = [.. held.Metadata.Finalizers, "example.com/more"];
        var error = await RefusalAsync(() => Maps.UpdateAsync(more, CancellationToken.None));
        Assert.Contains("no new finalizers can be added if the object is being deleted", error.Message, StringComparison.Ordinal);

        var freed = Orch.Serialization.ApiJson.DeepCopy(held);
        freed.Metadata.Finalizers = null;
        await Maps.UpdateAsync(freed, CancellationToken.None);
        Assert.True((await RefusalAsync(() => Maps.GetAsync(map.Key(), CancellationToken.None))).IsNotFound);
    }

    [Fact]
    public async Task Delete_WrongPrecondition_Conflicts()
    {
        var made = await Maps.CreateAsync(Map("a"), CancellationToken.None);
        var error = await RefusalAsync(() => Maps.DeleteAsync(made.Key(), new DeleteRequest { PreconditionUid = "other" }, CancellationToken.None));
        Assert.True(error.IsConflict);
        await Maps.DeleteAsync(made.Key(), new DeleteRequest { PreconditionUid = made.Metadata.Uid, PreconditionResourceVersion = made.ResourceVersion() }, CancellationToken.None);
    }

    [Fact]
    public async Task Namespace_Deleted_GoesWhenFinalized()
    {
        var namespaces = _server.Admin.Resource<V1Namespace>();
        await namespaces.CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "demo" } }, CancellationToken.None);
        await namespaces.DeleteAsync(ObjectKey.Cluster("demo"), DeleteRequest.Default, CancellationToken.None);
        var going = await namespaces.GetAsync(ObjectKey.Cluster("demo"), CancellationToken.None);
        Assert.Equal("Terminating", going.Status.Phase);

        // Admission looks at the cache, as upstream's does.
        await _server.Services.GetRequiredService<ObjectReader>().CatchUpAsync(CancellationToken.None);
        var map = Map("a");
        map.Metadata.NamespaceProperty = "demo";
        Assert.True((await RefusalAsync(() => Maps.CreateAsync(map, CancellationToken.None))).IsForbidden);

        var done = Orch.Serialization.ApiJson.DeepCopy(going);
        done.Spec.Finalizers = [];
        await namespaces.UpdateSubresourceAsync(done, "finalize", CancellationToken.None);
        Assert.True((await RefusalAsync(() => namespaces.GetAsync(ObjectKey.Cluster("demo"), CancellationToken.None))).IsNotFound);
    }

    [Fact]
    public async Task Pod_BoundTwice_IsRefused()
    {
        var pods = _server.Admin.Resource<V1Pod>();
        await _server.Admin.Resource<V1ServiceAccount>().CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default" } }, CancellationToken.None);
        await pods.CreateAsync(new V1Pod { Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "i" }] } }, CancellationToken.None);
        var binding = new V1Binding { Metadata = new V1ObjectMeta { Name = "p" }, Target = new V1ObjectReference { Kind = "Node", Name = "n1" } };

        Assert.Null(await pods.CreateSubresourceAsync(new ObjectKey("default", "p"), "binding", binding, CancellationToken.None));
        var bound = await pods.GetAsync(new ObjectKey("default", "p"), CancellationToken.None);
        Assert.Equal("n1", bound.Spec.NodeName);
        Assert.Equal("True", bound.Status.Conditions.Single(item => item.Type == "PodScheduled").Status);

        var error = await RefusalAsync(() => pods.CreateSubresourceAsync(new ObjectKey("default", "p"), "binding", binding, CancellationToken.None));
        Assert.Equal("Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node \"n1\"", error.Message);

        await pods.CreateSubresourceAsync(new ObjectKey("default", "p"), "eviction", new V1Eviction { Metadata = new V1ObjectMeta { Name = "p" } }, CancellationToken.None);
        Assert.NotNull((await pods.GetAsync(new ObjectKey("default", "p"), CancellationToken.None)).Metadata.DeletionTimestamp);
    }

    [Fact]
    public async Task Deployment_Scaled_ThroughItsScale()
    {
        var deployments = _server.Admin.Resource<V1Deployment>();
        var labels = new Dictionary<string, string> { ["app"] = "web" };
        await deployments.CreateAsync(new V1Deployment
        {
            Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default" },
            Spec = new V1DeploymentSpec
            {
                Replicas = 1,
                Selector = new V1LabelSelector { MatchLabels = labels },
                Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = labels }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "i" }] } },
            },
        }, CancellationToken.None);
        var key = new ObjectKey("default", "web");
        var scale = await deployments.GetSubresourceAsync<V1Scale>(key, "scale", CancellationToken.None);
        Assert.Equal((1, "app=web"), (scale.Spec.Replicas, scale.Status.Selector));

        var wanted = Orch.Serialization.ApiJson.DeepCopy(scale);
        wanted.Spec.Replicas = 4;
        Assert.Equal(4, (await deployments.UpdateSubresourceAsync(key, "scale", wanted, CancellationToken.None)).Spec.Replicas);
        var scaled = await deployments.GetAsync(key, CancellationToken.None);
        Assert.Equal((4, 2L), (scaled.Spec.Replicas, scaled.Metadata.Generation));
        Assert.True((await RefusalAsync(() => deployments.UpdateSubresourceAsync(key, "scale", wanted, CancellationToken.None))).IsConflict);
    }

    [Fact]
    public async Task Anyone_WithoutARule_IsForbiddenInUpstreamsWords()
    {
        var client = _server.Client(new ClientIdentity("jane", [])).Resource<V1ConfigMap>();
        var error = await RefusalAsync(() => client.ListAsync(new ListRequest { Namespace = "default" }, CancellationToken.None));
        Assert.Equal("configmaps is forbidden: User \"jane\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"default\"", error.Message);
        error = await RefusalAsync(() => client.GetAsync(new ObjectKey("default", "a"), CancellationToken.None));
        Assert.Equal("configmaps \"a\" is forbidden: User \"jane\" cannot get resource \"configmaps\" in API group \"\" in the namespace \"default\"", error.Message);
    }

    private static V1ConfigMap Map(string name, params (string Key, string Value)[] data) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
        Data = data.Length == 0 ? null : data.ToDictionary(item => item.Key, item => item.Value),
    };

    private static async Task<ApiException> RefusalAsync(Func<Task> action) => await Assert.ThrowsAsync<ApiException>(action).Within("the refusal");
}
