namespace Orch.ApiServer.Audit;

/// <summary>A <c>Policy</c> of audit.k8s.io/v1 as it is written.</summary>
/// <remarks>https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/</remarks>
internal sealed record AuditPolicyFile
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public k8s.Models.V1ObjectMeta? Metadata { get; init; }

    public List<AuditRuleFile>? Rules { get; init; }

    public List<string>? OmitStages { get; init; }

    public bool OmitManagedFields { get; init; }
}

/// <summary>A rule as it is written.</summary>
internal sealed record AuditRuleFile
{
    public string? Level { get; init; }

    public List<string>? Users { get; init; }

    public List<string>? UserGroups { get; init; }

    public List<string>? Verbs { get; init; }

    public List<AuditResources>? Resources { get; init; }

    public List<string>? Namespaces { get; init; }

    [System.Text.Json.Serialization.JsonPropertyName("nonResourceURLs")]
    public List<string>? NonResourceUrls { get; init; }

    public List<string>? OmitStages { get; init; }

    public bool? OmitManagedFields { get; init; }
}

/// <summary>Resources of one group.</summary>
internal sealed record AuditResources
{
    public string? Group { get; init; }

    public List<string>? Resources { get; init; }

    public List<string>? ResourceNames { get; init; }
}
