using k8s.Models;
using Orch.Client;
using Orch.Controllers.Caching;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.EndpointSlices;

/// <summary>Carries slice plans out, and knows whether the cache shows what it wrote.</summary>
internal sealed class SliceWriter(ControllerContext context, IInformer<V1EndpointSlice> slices)
{
    private readonly IResourceClient<V1EndpointSlice> _client = context.Client.Resource<V1EndpointSlice>();
    private readonly WriteLog<V1EndpointSlice> _writes = new(slices, context.Time);

    public static TimeSpan Patience => WriteLog<V1EndpointSlice>.Patience;

    public bool IsCaughtUp(ObjectKey owner) => _writes.IsCaughtUp(owner);

    public void Forget(ObjectKey owner) => _writes.Forget(owner);

    public async Task ApplyAsync(ObjectKey owner, SlicePlan plan, CancellationToken cancellationToken)
    {
        foreach (var slice in plan.Create)
        {
            try
            {
                _writes.Wrote(owner, await _client.CreateAsync(slice, cancellationToken).ConfigureAwait(false));
            }
            catch (ApiException exception) when (exception.IsNamespaceTerminating())
            {
                return;
            }
        }

        foreach (var slice in plan.Update) { _writes.Wrote(owner, await _client.UpdateAsync(slice, cancellationToken).ConfigureAwait(false)); }
        foreach (var slice in plan.Delete) { await DeleteAsync(owner, slice, cancellationToken).ConfigureAwait(false); }
    }

    private async Task DeleteAsync(ObjectKey owner, V1EndpointSlice slice, CancellationToken cancellationToken)
    {
        try
        {
            await _client.DeleteAsync(slice.Key(), new DeleteRequest { PreconditionUid = slice.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
            _writes.Deleted(owner, slice);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            // Gone already.
        }
    }
}
