namespace Orch.ApiServer;

/// <summary>Where a started API server listens.</summary>
public sealed class ApiServerEndpoint
{
    private Uri? _address;

    /// <summary>Such as <c>https://127.0.0.1:6443</c>: the bound address, loopback in place of "all".</summary>
    /// <exception cref="InvalidOperationException">The server has not started, or does not listen.</exception>
    public Uri Address
    {
        get => _address ?? throw new InvalidOperationException($"The API server does not listen: it has not been started, or {ApiServerOptions.Section}:{nameof(ApiServerOptions.Listens)} is false.");
        internal set => _address = value;
    }

    /// <summary>Whether <see cref="Address"/> is there.</summary>
    public bool IsListening => _address is not null;
}
