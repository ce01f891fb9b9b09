using k8s;
using k8s.Models;
using Orch.ApiServer.Bootstrap;
using Orch.ApiServer.CustomResources.Definitions;
using Orch.ApiServer.Registry;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;
using Orch.Storage;

namespace Orch.ApiServer.CustomResources;

/// <summary>Deletes the objects of a definition that is going, then lets it go.</summary>
internal sealed class CustomResourceCleaner(CustomResourceRegistry registry, ObjectReader reader, ObjectWriter writer, TimeProvider time)
{
    /// <summary>Does the next step; false when objects are still there.</summary>
    public async Task<bool> CleanAsync(ServedResource definitions, V1CustomResourceDefinition definition, CancellationToken cancellationToken)
    {
        if (definition.Metadata.Finalizers?.Contains(DefinitionConditions.Finalizer) != true) { return true; }
        if (registry.StoredResource(definition.Metadata.Name) is { } resource)
        {
            // What a check has found stands until the next one, or the two would take turns for ever.
            if (DefinitionConditions.Find(definition.Status, DefinitionConditions.Terminating)?.Reason != "InstanceDeletionCheck") { await NoteAsync(definitions, definition, true, "InstanceDeletionInProgress", "CustomResource deletion is in progress", cancellationToken).ConfigureAwait(false); }

            var left = await DeleteAllAsync(resource, cancellationToken).ConfigureAwait(false);
            if (left > 0)
            {
                await NoteAsync(definitions, definition, true, "InstanceDeletionCheck", $"could not confirm zero CustomResources remaining: {left} left", cancellationToken).ConfigureAwait(false);
                return false;
            }
        }

        // Its watches end before it is gone, so that nobody waits for what cannot come; yet they see the last object go.
        await reader.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        registry.LetGo(definition);
        await ChangeAsync(
            definitions, definition,
            value =>
            {
                DefinitionConditions.Set(value.Status, DefinitionConditions.Terminating, false, "InstanceDeletionCompleted", "removed all instances", Now());
                value.Metadata.Finalizers = [.. (value.Metadata.Finalizers ?? []).Where(static item => item != DefinitionConditions.Finalizer)];
            },
            cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<int> DeleteAllAsync(ServedResource resource, CancellationToken cancellationToken)
    {
        var call = new WriteCall(ObjectEnsurer.Server);
        var list = await reader.ListAsync(resource, new ListCall(Selection.Parse(resource, string.Empty, null, null)), cancellationToken).ConfigureAwait(false);
        var left = 0;
        foreach (var item in list.Items)
        {
            try
            {
                var result = await writer.DeleteAsync(resource, call, item.ObjectKey, new DeleteCall(), cancellationToken).ConfigureAwait(false);
                if (result.Outcome != WriteOutcome.Deleted) { left++; }
            }
            catch (ApiException exception) when (exception.IsNotFound)
            {
                // Somebody else was faster.
            }
        }

        return left;
    }

    private async Task NoteAsync(ServedResource definitions, V1CustomResourceDefinition definition, bool isTerminating, string reason, string message, CancellationToken cancellationToken)
    {
        var known = DefinitionConditions.Find(definition.Status, DefinitionConditions.Terminating);
        if (known?.Reason == reason && known.Message == message) { return; }
        await ChangeAsync(definitions, definition, value => DefinitionConditions.Set(value.Status, DefinitionConditions.Terminating, isTerminating, reason, message, Now()), cancellationToken).ConfigureAwait(false);
    }

    private async Task ChangeAsync(ServedResource definitions, V1CustomResourceDefinition definition, Action<V1CustomResourceDefinition> change, CancellationToken cancellationToken)
        => await writer.UpdateAsync(
            definitions, new WriteCall(ObjectEnsurer.Server) { Manager = "kube-apiserver", Subresource = "status" }, ObjectKey.Cluster(definition.Metadata.Name),
            ObjectChange.Trusted((current, _) =>
            {
                var value = ApiJson.DeepCopy((V1CustomResourceDefinition)current.Value);
                if (value.Metadata.Uid != definition.Metadata.Uid) { throw ApiErrors.NotFound(definitions.Resource, value.Metadata.Name); }
                value.Status ??= new V1CustomResourceDefinitionStatus();
                change(value);
                return new ValueTask<IKubernetesObject<V1ObjectMeta>>(value);
            }),
            cancellationToken).ConfigureAwait(false);

    private DateTime Now() => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()).UtcDateTime;
}
