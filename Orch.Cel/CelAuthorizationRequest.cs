namespace Orch.Cel;

/// <summary>What an expression asks about.</summary>
public sealed record CelAuthorizationRequest
{
    /// <summary>Whose rights are in question, as <c>namespace</c> and <c>name</c> of a service account; null for the user of the request.</summary>
    public (string Namespace, string Name)? ServiceAccount { get; init; }

    /// <summary>The path, when it is no resource.</summary>
    public string? Path { get; init; }

    /// <summary>The API group, empty for the core.</summary>
    public string Group { get; init; } = string.Empty;

    /// <summary>The plural name of the resource.</summary>
    public string Resource { get; init; } = string.Empty;

    /// <summary>Empty for the resource itself.</summary>
    public string Subresource { get; init; } = string.Empty;

    /// <summary>Empty for resources of the cluster and for all namespaces.</summary>
    public string Namespace { get; init; } = string.Empty;

    /// <summary>Empty for all.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The selector of fields as it was given; null without one.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>The selector of labels as it was given; null without one.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>What is to be done.</summary>
    public string Verb { get; init; } = string.Empty;
}
