using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Proxying;

/// <summary>Asks admission about streams, and whether the user may begin one at all.</summary>
internal sealed class ConnectAdmission(AdmissionChain admission, AuthorizationChain authorization)
{
    /// <summary>Completes when nobody objects.</summary>
    /// <param name="kind">Of the stream's options, such as <c>PodExecOptions</c>.</param>
    /// <exception cref="Client.ApiException">Somebody does.</exception>
    public async ValueTask RequireAsync(ApiRequest request, ServedResource resource, string kind)
    {
        var info = request.Info;
        // A WebSocket begins with a GET. Who may only read must not run commands by it.
        if (kind is "PodExecOptions" or "PodAttachOptions" or "PodPortForwardOptions" && info.Verb != "create")
        {
            await authorization.RequireAsync(
                new AuthorizationAttributes(request.User, "create")
                {
                    Group = info.Group, Version = info.Version, Resource = info.Resource, Subresource = info.Subresource, Namespace = info.Namespace, Name = info.Name,
                },
                request.Cancellation).ConfigureAwait(false);
        }

        var connect = new AdmissionRequest(AdmissionOperation.Connect, resource.Resource, new GroupVersionKind(string.Empty, "v1", kind), request.User)
        {
            Subresource = info.Subresource, Namespace = info.Namespace, Name = info.Name, Object = ConnectOptions.Of(request, kind), Warnings = request.Warnings,
        };
        await admission.AdmitAsync(connect, request.Cancellation).ConfigureAwait(false);
        await admission.ValidateAsync(connect, request.Cancellation).ConfigureAwait(false);
    }
}
