using System.Security.Cryptography.X509Certificates;
using Orch.ApiServer.Admission.Certificates;
using Orch.Security;

namespace Orch.ApiServer.Security.Authentication;

/// <summary>Client certificates signed by the cluster's authority: the common name is the user, the organizations are the groups.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates</remarks>
internal sealed class ClientCertificateAuthenticator(X509Certificate2? authority, TimeProvider time) : IAuthenticator
{
    public string Name => "ClientCertificate";

    public ValueTask<UserInfo?> AuthenticateAsync(RequestCredentials credentials, CancellationToken cancellationToken)
    {
        if (authority is null || credentials.ClientCertificate is not { } certificate) { return ValueTask.FromResult<UserInfo?>(null); }
        using var chain = CertificateChains.ForClients(authority, time);
        if (!chain.Build(certificate))
        {
            var faults = string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()));
            throw new AuthenticationFailedException($"client certificate \"{certificate.Subject}\" does not hold: {faults}");
        }

        return ValueTask.FromResult<UserInfo?>(UserOf(certificate));
    }

    private static UserInfo UserOf(X509Certificate2 certificate)
    {
        RequestedSubject subject;
        try { subject = RequestedSubject.Of(certificate.SubjectName); }
        catch (FormatException malformed) { throw new AuthenticationFailedException($"client certificate \"{certificate.Subject}\" has a malformed name", malformed); }
        if (subject.CommonName.Length == 0) { throw new AuthenticationFailedException($"client certificate \"{certificate.Subject}\" has no common name"); }
        return new UserInfo(subject.CommonName, UserGroups.Of(subject.CommonName, subject.Organizations))
        {
            Extra = new Dictionary<string, IReadOnlyList<string>>
            {
                ["authentication.kubernetes.io/credential-id"] = [$"X509SHA256={Convert.ToHexStringLower(certificate.GetCertHash(System.Security.Cryptography.HashAlgorithmName.SHA256))}"],
            },
        };
    }
}
