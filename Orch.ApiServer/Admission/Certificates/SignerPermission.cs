using Orch.ApiServer.Security.Reviews;
using Orch.Security;

namespace Orch.ApiServer.Admission.Certificates;

/// <summary>Asks whether a user may act for a signer: by its full name, or for its whole domain as <c>domain/*</c>.</summary>
internal sealed class SignerPermission(AuthorizationDecider decide)
{
    private const string Group = "certificates.k8s.io";

    /// <summary>Whether the user may.</summary>
    /// <param name="verb"><c>approve</c> or <c>sign</c>.</param>
    public async ValueTask<bool> AllowsAsync(UserInfo user, string verb, string signer, CancellationToken cancellationToken)
    {
        if (await AskAsync(user, verb, signer, cancellationToken).ConfigureAwait(false)) { return true; }
        var slash = signer.IndexOf('/', StringComparison.Ordinal);
        return slash >= 0 && await AskAsync(user, verb, $"{signer[..slash]}/*", cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> AskAsync(UserInfo user, string verb, string name, CancellationToken cancellationToken)
    {
        var question = new AuthorizationAttributes(user, verb) { Group = Group, Version = "*", Resource = "signers", Name = name };
        return (await decide(question, cancellationToken).ConfigureAwait(false)).Verdict == AuthorizationVerdict.Allow;
    }
}
