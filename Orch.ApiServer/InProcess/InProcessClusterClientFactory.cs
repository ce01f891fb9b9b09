using Orch.Client;
using Orch.Security;

namespace Orch.ApiServer.InProcess;

/// <summary>Makes clients that reach the server without a wire, with the same authorization, admission, validation and errors.</summary>
internal sealed class InProcessClusterClientFactory(InProcessServer server) : IClusterClientFactory
{
    /// <inheritdoc />
    public IClusterClient CreateClient(ClientIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var groups = identity.Groups.Contains("system:authenticated") ? identity.Groups : [.. identity.Groups, "system:authenticated"];
        return new InProcessClusterClient(server, new UserInfo(identity.UserName, groups));
    }
}
