using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Serialization;

namespace Orch.Controllers.VolumeProtection;

/// <summary>Takes one finalizer off an object.</summary>
internal static class FinalizerRemoval
{
    /// <summary>Does nothing when the object is gone; a conflict means to look again.</summary>
    public static async ValueTask ApplyAsync<T>(IResourceClient<T> client, T value, string finalizer, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var copy = ApiJson.DeepCopy(value);
        copy.Metadata.Finalizers = [.. value.Metadata.Finalizers.Where(item => item != finalizer)];
        try { await client.UpdateAsync(copy, cancellationToken).ConfigureAwait(false); }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            // Gone already.
        }
    }
}
