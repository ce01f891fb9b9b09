using Orch.Security;

namespace Orch.ApiServer.Registry;

/// <summary>All admission plugins in their order.</summary>
internal sealed class AdmissionChain(IReadOnlyList<IAdmissionPlugin> plugins)
{
    private readonly IMutatingAdmission[] _mutating = [.. plugins.OfType<IMutatingAdmission>()];
    private readonly IValidatingAdmission[] _validating = [.. plugins.OfType<IValidatingAdmission>()];

    /// <summary>Lets the plugins that may change the object do so, in order; all once more when one asked for it.</summary>
    public async ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        await RunAsync(request, cancellationToken).ConfigureAwait(false);
        if (!request.Rounds.IsSecondRequired || request.Rounds.IsSecond) { return; }
        request.Rounds.BeginSecond();
        await RunAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask RunAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        foreach (var plugin in _mutating)
        {
            if (!plugin.Handles(request.Operation, request.Resource, request.Subresource)) { continue; }
            await plugin.AdmitAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks the plugins that may refuse the object, in order.</summary>
    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        foreach (var plugin in _validating)
        {
            if (!plugin.Handles(request.Operation, request.Resource, request.Subresource)) { continue; }
            await plugin.ValidateAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }
}
