using k8s.Models;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Admission.Policies;

/// <summary>A server on which policies about config maps are tried.</summary>
public abstract class PolicyTestBase : IAsyncLifetime
{
    protected TestServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    protected virtual Task<TestServer> StartAsync() => TestServer.StartAsync();

    protected static V1MatchResources ConfigMaps(params string[] operations) => new()
    {
        ResourceRules =
        [
            new V1NamedRuleWithOperations
            {
                ApiGroups = [string.Empty], ApiVersions = ["v1"], Resources = ["configmaps"], Operations = operations.Length == 0 ? ["CREATE", "UPDATE"] : operations,
            },
        ],
    };

    protected Task<V1ConfigMap> CreateAsync(string name, params (string Key, string Value)[] data) => Server.Admin.Resource<V1ConfigMap>().CreateAsync(
        new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" }, Data = data.ToDictionary(static item => item.Key, static item => item.Value) },
        CancellationToken.None);

    protected async Task<T> MakeAsync<T>(T value)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        var made = await Server.Admin.Resource<T>().CreateAsync(value, CancellationToken.None);
        // A consistent list waits until the cache has what was written.
        await Server.Admin.Resource<T>().ListAsync(ListRequest.All, CancellationToken.None);
        return made;
    }

    protected async Task<ApiException> RefusedAsync(string name, params (string Key, string Value)[] data) => await Assert.ThrowsAsync<ApiException>(() => CreateAsync(name, data));
}
