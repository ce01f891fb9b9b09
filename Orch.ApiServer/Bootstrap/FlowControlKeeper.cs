using k8s;
using k8s.Models;
using Orch.ApiServer.Kinds.FlowControl;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Bootstrap;

/// <summary>Makes the objects of flow control that a cluster begins with, and keeps those as they should be that nobody has taken over.</summary>
/// <remarks>
/// The annotation <c>apf.kubernetes.io/autoupdate-spec</c> says who owns a suggested object's spec: <c>true</c> the server, <c>false</c> the administrator.
/// Without it, an object that was never changed is the server's. An object of the server's that is suggested no more goes.
/// </remarks>
internal sealed class FlowControlKeeper(ServedResources resources, IObjectLookup lookup, ObjectWriter writer, ObjectEnsurer objects)
{
    /// <summary>Does it once.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(FlowControlObjects.MandatoryLevels().Select(item => KeepAsync(item, item.Metadata.Name != FlowControlNames.Exempt, cancellationToken))).ConfigureAwait(false);
        await Task.WhenAll(FlowControlObjects.SuggestedLevels().Select(item => KeepAsync(item, false, cancellationToken))).ConfigureAwait(false);
        await Task.WhenAll(FlowControlObjects.MandatorySchemas().Select(item => KeepAsync(item, true, cancellationToken))).ConfigureAwait(false);
        await Task.WhenAll(FlowControlObjects.SuggestedSchemas().Select(item => KeepAsync(item, false, cancellationToken))).ConfigureAwait(false);
        // What another server or a client has just made may not have reached the cache yet.
        await lookup.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await RemoveAsync<V1FlowSchema>([.. FlowControlObjects.MandatorySchemas(), .. FlowControlObjects.SuggestedSchemas()], cancellationToken).ConfigureAwait(false);
        await RemoveAsync<V1PriorityLevelConfiguration>([.. FlowControlObjects.MandatoryLevels(), .. FlowControlObjects.SuggestedLevels()], cancellationToken).ConfigureAwait(false);
    }

    private static bool IsServers(V1ObjectMeta metadata)
        => metadata.Annotations?.TryGetValue(FlowControlNames.AutoUpdate, out var said) == true && said is "true" or "false" ? said == "true" : metadata.Generation == 1;

    // Whether the annotation said already whose the spec is; says it.
    private static bool Say(V1ObjectMeta metadata, bool isServers)
    {
        var wanted = isServers ? "true" : "false";
        if (metadata.Annotations?.TryGetValue(FlowControlNames.AutoUpdate, out var said) == true && said == wanted) { return true; }
        metadata.Annotations ??= new Dictionary<string, string>();
        metadata.Annotations[FlowControlNames.AutoUpdate] = wanted;
        return false;
    }

    private Task KeepAsync(V1FlowSchema wanted, bool isMandatory, CancellationToken cancellationToken) => RetryAsync(() => objects.EnsureAsync(wanted, there =>
    {
        var isServers = isMandatory || IsServers(there.Metadata);
        var isRight = Say(there.Metadata, isServers) && (!isServers || ContentEquality.Same(there.Spec, wanted.Spec));
        if (isServers) { there.Spec = ApiJson.DeepCopy(wanted).Spec; }
        return isRight;
    }, cancellationToken));

    private Task KeepAsync(V1PriorityLevelConfiguration wanted, bool isMandatory, CancellationToken cancellationToken) => RetryAsync(() => objects.EnsureAsync(wanted, there =>
    {
        var isServers = isMandatory || IsServers(there.Metadata);
        var isRight = Say(there.Metadata, isServers) && (!isServers || ContentEquality.Same(there.Spec, wanted.Spec));
        if (isServers) { there.Spec = ApiJson.DeepCopy(wanted).Spec; }
        return isRight;
    }, cancellationToken));

    private static async Task RetryAsync(Func<Task> ensure)
    {
        try { await ensure().ConfigureAwait(false); }
        catch (ApiException refused) when (refused.IsConflict || refused.IsNotFound) { /* another server or an administrator was faster; the next time sees what is right */ }
    }

    private async Task RemoveAsync<T>(IReadOnlyList<T> wanted, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (resources.Find(typeof(T)) is not { } resource) { return; }
        var names = wanted.Select(static item => item.Metadata.Name).ToHashSet();
        foreach (var item in lookup.List<T>())
        {
            var metadata = item.Metadata;
            if (names.Contains(metadata.Name) || metadata.Annotations?.TryGetValue(FlowControlNames.AutoUpdate, out var said) != true || said != "true") { continue; }
            try
            {
                await writer.DeleteAsync(resource, new WriteCall(ObjectEnsurer.Server), item.Key(), new DeleteCall { PreconditionUid = metadata.Uid }, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (ApiException refused) when (refused.IsConflict || refused.IsNotFound) { /* gone, or another by now */ }
        }
    }
}
