using k8s;
using k8s.Models;
using Orch.ApiServer.Registry;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Bootstrap;

/// <summary>Makes objects as the server itself.</summary>
internal sealed class ObjectEnsurer(ServedResources resources, ObjectReader reader, ObjectWriter writer)
{
    /// <summary>Whom admission sees as the maker.</summary>
    public static UserInfo Server { get; } = new("system:apiserver", ["system:masters", "system:authenticated"]);

    /// <summary>Creates the object unless there is one; kinds that are not served are passed over.</summary>
    public async Task EnsureAsync(IKubernetesObject<V1ObjectMeta> value, CancellationToken cancellationToken)
    {
        if (resources.Find(value.GetType()) is not { } resource || await FindAsync(resource, value.Key(), cancellationToken).ConfigureAwait(false) is not null) { return; }
        try { await writer.CreateAsync(resource, new WriteCall(Server) { Manager = "kube-apiserver" }, Typed(resource, value), cancellationToken).ConfigureAwait(false); }
        catch (ApiException exception) when (exception.IsAlreadyExists) { /* another server was faster */ }
    }

    /// <summary>Creates the object, or changes what is there until it says the same.</summary>
    /// <param name="change">Changes an owned copy; true when it was as wanted.</param>
    public async Task EnsureAsync<T>(T value, Func<T, bool> change, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        await EnsureAsync(value, cancellationToken).ConfigureAwait(false);
        if (resources.Find(typeof(T)) is not { } resource || await FindAsync(resource, value.Key(), cancellationToken).ConfigureAwait(false) is not T there) { return; }
        if (change(ApiJson.DeepCopy(there))) { return; }
        await writer.UpdateAsync(
            resource, new WriteCall(Server) { Manager = "kube-apiserver" }, value.Key(),
            ObjectChange.Whole((current, _) =>
            {
                var copy = ApiJson.DeepCopy((T)current.Value);
                change(copy);
                return new ValueTask<IKubernetesObject<V1ObjectMeta>>(copy);
            }),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes the object, if it still is the one that was seen.</summary>
    public async Task RemoveAsync(IKubernetesObject<V1ObjectMeta> value, CancellationToken cancellationToken)
    {
        if (resources.Find(value.GetType()) is not { } resource) { return; }
        try { await writer.DeleteAsync(resource, new WriteCall(Server) { Manager = "kube-apiserver" }, value.Key(), new DeleteCall { PreconditionUid = value.Metadata.Uid }, cancellationToken).ConfigureAwait(false); }
        catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict) { /* gone, or another one */ }
    }

    private static IKubernetesObject<V1ObjectMeta> Typed(ServedResource resource, IKubernetesObject<V1ObjectMeta> value)
    {
        var copy = ApiJson.DeepCopy(value);
        copy.ApiVersion = resource.Declaration.Kind.ApiVersion;
        copy.Kind = resource.Declaration.Kind.Kind;
        return copy;
    }

    private async Task<IKubernetesObject<V1ObjectMeta>?> FindAsync(ServedResource resource, ObjectKey key, CancellationToken cancellationToken)
        => (await reader.ReadLatestAsync(resource, resource.KeyOf(key), cancellationToken).ConfigureAwait(false))?.Value;
}
