using Orch.ApiServer.Health;

namespace Orch.ApiServer.Encryption;

/// <summary>Every key management serves, as it was last asked.</summary>
internal sealed class KeyManagementCheck(EncryptionChains chains) : IHealthCheck
{
    /// <inheritdoc />
    public string Name => "kms-providers";

    /// <inheritdoc />
    public bool IsLiveness => false;

    /// <inheritdoc />
    public ValueTask<string?> CheckAsync(CancellationToken cancellationToken)
        => new(string.Join("; ", chains.Envelopes.Where(static item => item.Fault is not null).Select(static item => $"{item.Name}: {item.Fault}")) is { Length: > 0 } faults ? faults : null);
}
