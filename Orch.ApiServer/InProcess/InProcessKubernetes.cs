using k8s;
using Orch.ApiServer.Serving;
using Orch.Client;
using Orch.Security;

namespace Orch.ApiServer.InProcess;

/// <summary>Reaches the API server in this process with the official client library, without sockets, TLS or credentials; taken from the server's services.</summary>
/// <remarks>
/// Requests go through the whole server: authorization, admission, every form of answer, watches as streams. What needs a connection of its own (exec, attach,
/// port-forward over WebSocket) does not: use a client with the server's address for these. Safe for concurrent use.
/// </remarks>
public sealed class InProcessKubernetes
{
    /// <summary>The address that requests seem to go to.</summary>
    private const string Address = "http://orch.in-process";
    private readonly ApiFrontend _frontend;

    internal InProcessKubernetes(ApiFrontend frontend) => _frontend = frontend;

    /// <summary>A client that acts as an identity, which the host vouches for.</summary>
    public IKubernetes CreateClient(ClientIdentity identity)
    {
        var configuration = new KubernetesClientConfiguration { Host = Address };
        return new Kubernetes(configuration, new InProcessHandler(_frontend, UserOf(identity)));
    }

    /// <summary>A handler for any HTTP client; only path, query, headers and body of a request count.</summary>
    public HttpMessageHandler CreateHandler(ClientIdentity identity) => new InProcessHandler(_frontend, UserOf(identity));

    private static UserInfo UserOf(ClientIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return new UserInfo(identity.UserName, identity.Groups.Contains("system:authenticated") ? identity.Groups : [.. identity.Groups, "system:authenticated"]);
    }
}
