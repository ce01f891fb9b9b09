namespace Orch.ApiServer.Security.Authorization.Webhooks;

/// <summary>An <c>AuthorizationConfiguration</c> of apiserver.config.k8s.io as it is written.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/authorization/#using-configuration-file-for-authorization</remarks>
internal sealed record AuthorizationConfigurationFile
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public List<AuthorizerFile>? Authorizers { get; init; }
}

/// <summary>One authorizer of the chain.</summary>
internal sealed record AuthorizerFile
{
    public string? Type { get; init; }

    public string? Name { get; init; }

    public WebhookAuthorizerFile? Webhook { get; init; }
}

/// <summary>A server that is asked.</summary>
internal sealed record WebhookAuthorizerFile
{
    [System.Text.Json.Serialization.JsonPropertyName("authorizedTTL")]
    public string? AuthorizedTtl { get; init; }

    public bool? CacheAuthorizedRequests { get; init; }

    [System.Text.Json.Serialization.JsonPropertyName("unauthorizedTTL")]
    public string? UnauthorizedTtl { get; init; }

    public bool? CacheUnauthorizedRequests { get; init; }

    public string? Timeout { get; init; }

    public string? SubjectAccessReviewVersion { get; init; }

    public string? MatchConditionSubjectAccessReviewVersion { get; init; }

    public string? FailurePolicy { get; init; }

    public ConnectionFile? ConnectionInfo { get; init; }

    public List<MatchConditionFile>? MatchConditions { get; init; }
}

/// <summary>Where the server is.</summary>
internal sealed record ConnectionFile
{
    public string? Type { get; init; }

    public string? KubeConfigFile { get; init; }
}

/// <summary>When it is asked at all.</summary>
internal sealed record MatchConditionFile
{
    public string? Expression { get; init; }
}
