using Orch.Security;

namespace Orch.Encryption.Kms;

/// <summary>Reaches plugins by <c>unix:///PATH</c>, or by <c>unix:///@NAME</c> in Linux' abstract space.</summary>
internal sealed class KmsPluginConnector(TimeProvider time) : IKeyManagementConnector
{
    private const string Scheme = "unix://";

    // What fits into a socket's address.
    private const int MaxPathBytes = 107;

    /// <inheritdoc />
    public bool Handles(string address) => PathOf(address) is not null;

    /// <inheritdoc />
    public IKeyManagement Connect(KeyManagementEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var path = PathOf(endpoint.Address) ?? throw new ArgumentException($"{endpoint.Address} is no address of the form unix:///PATH.", nameof(endpoint));
        return new KmsPlugin(endpoint.Name, path, endpoint.Timeout, time);
    }

    private static string? PathOf(string address)
    {
        if (address is null || !address.StartsWith(Scheme, StringComparison.Ordinal)) { return null; }
        var path = address[Scheme.Length..];
        if (path.StartsWith("/@", StringComparison.Ordinal)) { path = "\0" + path[2..]; }
        return path.Length is > 1 and <= MaxPathBytes && path[0] is '/' or '\0' ? path : null;
    }
}
