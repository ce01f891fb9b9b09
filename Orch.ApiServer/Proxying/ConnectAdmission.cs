using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving;
using Orch.Security;

namespace Orch.ApiServer.Proxying;

/// <summary>Asks admission about streams.</summary>
internal sealed class ConnectAdmission(AdmissionChain admission)
{
    /// <summary>Completes when nobody objects.</summary>
    /// <exception cref="Client.ApiException">Somebody does.</exception>
    public async ValueTask RequireAsync(ApiRequest request, ServedResource resource)
    {
        var info = request.Info;
        var connect = new AdmissionRequest(AdmissionOperation.Connect, resource.Resource, resource.Declaration.Kind, request.User)
        {
            Subresource = info.Subresource, Namespace = info.Namespace, Name = info.Name,
        };
        await admission.AdmitAsync(connect, request.Cancellation).ConfigureAwait(false);
        await admission.ValidateAsync(connect, request.Cancellation).ConfigureAwait(false);
        request.Warnings.AddRange(connect.Warnings);
    }
}
