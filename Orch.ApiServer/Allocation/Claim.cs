using Orch.Resources;

namespace Orch.ApiServer.Allocation;

/// <summary>Who holds an address or port, as it is stored beside the services so that several servers agree.</summary>
/// <param name="Uid">The service's uid.</param>
/// <param name="Namespace">The service's namespace.</param>
/// <param name="Name">The service's name.</param>
/// <param name="At">When it was claimed; the service itself is stored shortly afterwards.</param>
internal sealed record Claim(string Uid, string Namespace, string Name, DateTimeOffset At)
{
    /// <summary>The service's key.</summary>
    public ObjectKey Service() => new(Namespace, Name);
}
