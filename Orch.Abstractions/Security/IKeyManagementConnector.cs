namespace Orch.Security;

/// <summary>Reaches key management services at the addresses that an encryption configuration gives.</summary>
public interface IKeyManagementConnector
{
    /// <summary>Whether it knows addresses of this form.</summary>
    /// <param name="address">Such as <c>unix:///var/run/kms.sock</c>.</param>
    bool Handles(string address);

    /// <summary>Makes a client; it connects on its first call, and again whenever the service was away.</summary>
    /// <returns>Owned by the caller, who disposes it where it is <see cref="IDisposable"/>.</returns>
    IKeyManagement Connect(KeyManagementEndpoint endpoint);
}

/// <summary>Where a key management service is.</summary>
/// <param name="Name">By which the encryption configuration refers to it.</param>
/// <param name="Address">One that the connector handles.</param>
/// <param name="Timeout">Of each call; more than zero.</param>
public sealed record KeyManagementEndpoint(string Name, string Address, TimeSpan Timeout);
