using System.Security.Cryptography.X509Certificates;
using Orch.Security;

namespace Orch.ApiServer.Tests.Fixtures;

/// <summary>Believes every client certificate, and tokens of the form <c>user/group,group</c>.</summary>
internal sealed class SubjectAuthenticator : IAuthenticator
{
    public string Name => "test";

    public ValueTask<UserInfo?> AuthenticateAsync(RequestCredentials credentials, CancellationToken cancellationToken)
    {
        if (credentials.BearerToken is { } token)
        {
            if (token == "bad") { throw new AuthenticationFailedException("bad token"); }
            var parts = token.Split('/');
            return new(new UserInfo(parts[0], [.. parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries), "system:authenticated"]));
        }

        if (credentials.ClientCertificate is not { } certificate) { return new((UserInfo?)null); }
        var groups = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(name => name.GetSingleElementType().Value == "2.5.4.10").Select(name => name.GetSingleElementValue()!);
        return new(new UserInfo(certificate.GetNameInfo(X509NameType.SimpleName, false), [.. groups, "system:authenticated"]));
    }
}
