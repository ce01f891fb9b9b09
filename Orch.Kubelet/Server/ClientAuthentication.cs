using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Orch.Security;

namespace Orch.Kubelet.Server;

/// <summary>Knows clients by their certificates.</summary>
internal sealed class ClientAuthentication(IOptions<KubeletOptions> options, TimeProvider time)
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    /// <summary>The user of a certificate that one of the authorities has signed, else null.</summary>
    public UserInfo? Authenticate(X509Certificate2? certificate)
    {
        if (certificate is null || options.Value.ClientCertificateAuthorities.Count == 0) { return null; }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(options.Value.ClientCertificateAuthorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().LocalDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid(ClientUsage));
        if (!chain.Build(certificate)) { return null; }

        var name = string.Empty;
        var groups = new List<string> { "system:authenticated" };
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false))
        {
            if (part.HasMultipleElements) { continue; }
            switch (part.GetSingleElementType().Value)
            {
                case CommonName: name = part.GetSingleElementValue() ?? string.Empty; break;
                case Organization: groups.Add(part.GetSingleElementValue() ?? string.Empty); break;
            }
        }

        return name.Length == 0 ? null : new UserInfo(name, groups);
    }
}
