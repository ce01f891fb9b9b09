using Orch.Client;

namespace Orch.ApiServer.Registry;

/// <summary>Deletes what a list selects, one object after the other.</summary>
internal sealed class CollectionDeleter(ObjectReader reader, ObjectWriter writer)
{
    /// <summary>Deletes, and returns what was selected, as it was; objects that went meanwhile are no fault.</summary>
    /// <exception cref="ApiException">The list or a delete was refused.</exception>
    public async ValueTask<ListResult> DeleteAsync(ServedResource resource, WriteCall write, ListCall call, DeleteCall delete, CancellationToken cancellationToken)
    {
        delete.Check();
        var list = await reader.ListAsync(resource, call, cancellationToken).ConfigureAwait(false);
        write = write with { IsOfCollection = true };
        foreach (var item in list.Items)
        {
            try
            {
                await writer.DeleteAsync(resource, write, item.ObjectKey, delete, cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException exception) when (exception.IsNotFound)
            {
                // Somebody else was faster.
            }
        }

        // What is left would be taken for deleted.
        StoredObjects.RequireAll(resource.Cache, call.Selection.Key ?? call.Selection.Prefix);
        return list;
    }
}
