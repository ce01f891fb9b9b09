namespace Orch.Controllers.Certificates;

/// <summary>What each signer signs.</summary>
internal static class SignerRules
{
    private const string NodePrefix = "system:node:";
    private const string NodeGroup = "system:nodes";

    /// <summary>Why a signer refuses a request; null when it does not.</summary>
    public static string? Fault(string signer, ParsedRequest request, IReadOnlyCollection<string> usages) => signer switch
    {
        SignerNames.KubeletServing => Serving(request, usages),
        SignerNames.KubeletClient => KubeletClient(request, usages),
        SignerNames.ApiServerClient => ApiServerClient(usages),
        _ => null,
    };

    /// <summary>Why a request is not one for the certificate that a node agent shows the API server; null when it is.</summary>
    public static string? KubeletClient(ParsedRequest request, IReadOnlyCollection<string> usages)
    {
        if (request.Organizations is not [NodeGroup]) { return "subject organization is not system:nodes"; }
        if (request.DnsNames.Count > 0) { return "DNS subjectAltNames are not allowed"; }
        if (request.EmailAddresses.Count > 0) { return "Email subjectAltNames are not allowed"; }
        if (request.Addresses.Count > 0) { return "IP subjectAltNames are not allowed"; }
        if (request.Uris.Count > 0) { return "URI subjectAltNames are not allowed"; }
        return IsNode(request) ? KubeletUsages.Fault(usages, KubeletUsages.ClientAuth) : "subject common name does not begin with system:node:";
    }

    private static string? Serving(ParsedRequest request, IReadOnlyCollection<string> usages)
    {
        if (request.Organizations is not [NodeGroup]) { return "subject organization is not system:nodes"; }
        if (request.DnsNames.Count == 0 && request.Addresses.Count == 0) { return "DNS or IP subjectAltName is required"; }
        if (request.EmailAddresses.Count > 0) { return "Email subjectAltNames are not allowed"; }
        if (request.Uris.Count > 0) { return "URI subjectAltNames are not allowed"; }
        return KubeletUsages.Fault(usages, KubeletUsages.ServerAuth) ?? (IsNode(request) ? null : "subject common name does not begin with system:node:");
    }

    private static string? ApiServerClient(IReadOnlyCollection<string> usages)
    {
        var other = usages.FirstOrDefault(static usage => usage is not (KubeletUsages.ClientAuth or KubeletUsages.DigitalSignature or KubeletUsages.KeyEncipherment));
        if (other is not null) { return $"invalid usage for client certificate: {other}"; }
        return usages.Contains(KubeletUsages.ClientAuth) ? null : $"missing required usage for client certificate: {KubeletUsages.ClientAuth}";
    }

    private static bool IsNode(ParsedRequest request) => request.CommonName.StartsWith(NodePrefix, StringComparison.Ordinal);
}
