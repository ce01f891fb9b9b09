using System.Security.Cryptography.X509Certificates;

namespace Orch.Client.Http;

/// <summary>Where a cluster's API is, whom to trust there, and who one is.</summary>
public sealed record ClusterConnection
{
    /// <summary>Such as <c>https://10.0.0.1:6443</c>; a path in front of <c>/api</c> is kept.</summary>
    public required Uri Server { get; init; }

    /// <summary>The authorities that the server's certificate must come from; null or empty for the machine's own.</summary>
    public X509Certificate2Collection? TrustedAuthorities { get; init; }

    /// <summary>The name expected in the server's certificate; null for the server's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Takes any server certificate; only for tests.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>Who one is, by certificate with private key; null for none.</summary>
    public IClientCertificateSource? ClientCertificate { get; init; }

    /// <summary>Who one is, by bearer token; null for none.</summary>
    public ITokenSource? Token { get; init; }
}
