using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Proxying;

/// <summary>Asks admission about streams.</summary>
internal sealed class ConnectAdmission(AdmissionChain admission)
{
    /// <summary>Completes when nobody objects.</summary>
    /// <param name="kind">Of the stream's options, such as <c>PodExecOptions</c>.</param>
    /// <exception cref="Client.ApiException">Somebody does.</exception>
    public async ValueTask RequireAsync(ApiRequest request, ServedResource resource, string kind)
    {
        var info = request.Info;
        var connect = new AdmissionRequest(AdmissionOperation.Connect, resource.Resource, new GroupVersionKind(string.Empty, "v1", kind), request.User)
        {
            Subresource = info.Subresource, Namespace = info.Namespace, Name = info.Name, Object = ConnectOptions.Of(request, kind), Warnings = request.Warnings,
        };
        await admission.AdmitAsync(connect, request.Cancellation).ConfigureAwait(false);
        await admission.ValidateAsync(connect, request.Cancellation).ConfigureAwait(false);
    }
}
