using System.Text;
using k8s.Models;
using Orch.Client;
using Orch.Resources;
using Orch.Testing.Time;

namespace Orch.Contracts.Client;

/// <summary>What every <see cref="IClusterClient"/> does alike, in process or over HTTPS; derive from it and provide the client.</summary>
/// <remarks>Each test has a namespace of its own, which exists. The client may do everything in it, and list across namespaces.</remarks>
public abstract partial class ClusterClientContract : IAsyncLifetime
{
    /// <summary>Set by <see cref="PrepareAsync"/>.</summary>
    protected IClusterClient Client { get; private set; } = null!;

    /// <summary>An existing namespace that no other test uses.</summary>
    protected string Namespace { get; private set; } = string.Empty;

    private IResourceClient<V1ConfigMap> Maps => Client.Resource<V1ConfigMap>();

    public async Task InitializeAsync() => (Client, Namespace) = await PrepareAsync();

    public async Task DisposeAsync() => await CleanUpAsync();

    /// <summary>Makes a client and a namespace for one test.</summary>
    protected abstract Task<(IClusterClient Client, string Namespace)> PrepareAsync();

    /// <summary>Undoes it.</summary>
    protected virtual Task CleanUpAsync() => Task.CompletedTask;

    /// <summary>Makes all versions up to now too old to watch from; false when the implementation cannot be made to.</summary>
    protected virtual Task<bool> ExpireVersionsAsync() => Task.FromResult(false);

    private ObjectKey Key(string name) => new(Namespace, name);

    private V1ConfigMap Map(string name, params (string Key, string Value)[] data) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = Namespace },
        Data = data.ToDictionary(pair => pair.Key, pair => pair.Value),
    };

    private Task<V1ConfigMap> CreateAsync(string name, params (string Key, string Value)[] data) => Maps.CreateAsync(Map(name, data), default).Within($"the creation of {name}");

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task<ApiException> FailsAsync(int code, string reason, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<ApiException>(() => call().Within("the refusal"));
        Assert.Equal((code, reason), (failure.Code, failure.Reason));
        Assert.Equal(("Failure", "Status", "v1"), (failure.Status.Status, failure.Status.Kind, failure.Status.ApiVersion));
        return failure;
    }
}
