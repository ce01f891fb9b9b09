namespace Orch.ApiServer.Security.Authentication;

/// <summary>An <c>AuthenticationConfiguration</c> of apiserver.config.k8s.io as it is written.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-authentication-configuration</remarks>
internal sealed record AuthenticationConfigurationFile
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public List<JwtAuthenticatorFile>? Jwt { get; init; }

    public AnonymousFile? Anonymous { get; init; }
}

/// <summary>Whether and where requests without credentials go on.</summary>
internal sealed record AnonymousFile
{
    public bool Enabled { get; init; }

    public List<AnonymousConditionFile>? Conditions { get; init; }
}

/// <summary>A path that they may ask for.</summary>
internal sealed record AnonymousConditionFile
{
    public string? Path { get; init; }
}

/// <summary>An issuer of tokens, and what its claims mean.</summary>
internal sealed record JwtAuthenticatorFile
{
    public JwtIssuerFile? Issuer { get; init; }

    public List<ClaimRuleFile>? ClaimValidationRules { get; init; }

    public ClaimMappingsFile? ClaimMappings { get; init; }

    public List<UserRuleFile>? UserValidationRules { get; init; }
}

/// <summary>Who issues.</summary>
internal sealed record JwtIssuerFile
{
    public string? Url { get; init; }

    [System.Text.Json.Serialization.JsonPropertyName("discoveryURL")]
    public string? DiscoveryUrl { get; init; }

    public string? CertificateAuthority { get; init; }

    public List<string>? Audiences { get; init; }

    public string? AudienceMatchPolicy { get; init; }

    public string? EgressSelectorType { get; init; }
}

/// <summary>A claim that must be so.</summary>
internal sealed record ClaimRuleFile
{
    public string? Claim { get; init; }

    public string? RequiredValue { get; init; }

    public string? Expression { get; init; }

    public string? Message { get; init; }
}

/// <summary>Who a token's owner is.</summary>
internal sealed record ClaimMappingsFile
{
    public PrefixedClaimFile? Username { get; init; }

    public PrefixedClaimFile? Groups { get; init; }

    public ClaimOrExpressionFile? Uid { get; init; }

    public List<ExtraMappingFile>? Extra { get; init; }
}

/// <summary>A claim with what is put before it.</summary>
internal sealed record PrefixedClaimFile
{
    public string? Claim { get; init; }

    public string? Prefix { get; init; }

    public string? Expression { get; init; }
}

/// <summary>A claim as it is.</summary>
internal sealed record ClaimOrExpressionFile
{
    public string? Claim { get; init; }

    public string? Expression { get; init; }
}

/// <summary>More that is known of the user.</summary>
internal sealed record ExtraMappingFile
{
    public string? Key { get; init; }

    public string? ValueExpression { get; init; }
}

/// <summary>What must hold of the user.</summary>
internal sealed record UserRuleFile
{
    public string? Expression { get; init; }

    public string? Message { get; init; }
}
