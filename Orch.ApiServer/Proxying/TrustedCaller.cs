using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orch.ApiServer.Proxying;

/// <summary>Whom a call to something outside trusts, and as whom it comes.</summary>
internal static class TrustedCaller
{
    private const string NoAuthorities = "unable to load root certificates: unable to parse bytes as PEM block";

    /// <summary>TLS options that take certificates of the given authorities only; of the system's where none are given.</summary>
    /// <param name="bundle">PEM; null or empty for the system's.</param>
    /// <param name="skipsVerification">Any certificate will do.</param>
    /// <param name="own">As whom the server comes; null for nobody.</param>
    /// <exception cref="FormatException">The bundle holds no certificates.</exception>
    public static SslClientAuthenticationOptions Options(byte[]? bundle, bool skipsVerification = false, X509Certificate2? own = null)
    {
        var options = new SslClientAuthenticationOptions();
        if (own is not null)
        {
            options.ClientCertificates = [own];
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => own;
        }

        if (skipsVerification)
        {
#pragma warning disable CA5359 // it is what the one who registered the backend asked for
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (bundle is { Length: > 0 })
        {
            // The policy may serve for long, so it goes by the machine's clock at each handshake.
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            try { policy.CustomTrustStore.ImportFromPem(Encoding.UTF8.GetString(bundle)); }
            catch (CryptographicException) { throw new FormatException(NoAuthorities); }
            options.CertificateChainPolicy = policy.CustomTrustStore.Count > 0 ? policy : throw new FormatException(NoAuthorities);
        }

        return options;
    }
}
