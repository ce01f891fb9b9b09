namespace Orch.Security;

/// <summary>Decides whether a user may do something. Authorizers are asked in order until one allows or denies.</summary>
public interface IAuthorizer
{
    /// <summary>The name by which options order it.</summary>
    string Name { get; }

    /// <summary>Decides on one request.</summary>
    ValueTask<AuthorizationDecision> AuthorizeAsync(AuthorizationAttributes attributes, CancellationToken cancellationToken);
}

/// <summary>What an authorizer thinks.</summary>
public enum AuthorizationVerdict
{
    /// <summary>It has no rule for this; the next is asked, and after the last the request is refused.</summary>
    NoOpinion,

    /// <summary>Go on.</summary>
    Allow,

    /// <summary>Refuse, whatever others think.</summary>
    Deny,
}

/// <summary>A verdict with its reason.</summary>
/// <param name="Verdict">What it thinks.</param>
/// <param name="Reason">For the client's message and the audit; may be empty.</param>
public readonly record struct AuthorizationDecision(AuthorizationVerdict Verdict, string Reason)
{
    /// <summary>No rule for this.</summary>
    public static AuthorizationDecision NoOpinion => new(AuthorizationVerdict.NoOpinion, string.Empty);

    /// <summary>Go on.</summary>
    public static AuthorizationDecision Allow(string reason = "") => new(AuthorizationVerdict.Allow, reason);

    /// <summary>Refuse.</summary>
    public static AuthorizationDecision Deny(string reason) => new(AuthorizationVerdict.Deny, reason);
}

/// <summary>What a request wants to do.</summary>
/// <param name="User">Who.</param>
/// <param name="Verb"><c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>, <c>deletecollection</c>, or the HTTP method in lower case for a non-resource path.</param>
public sealed record AuthorizationAttributes(UserInfo User, string Verb)
{
    /// <summary>Null for a request on a resource; else the path, such as <c>/healthz</c>.</summary>
    public string? NonResourcePath { get; init; }

    /// <summary>Empty for the core group.</summary>
    public string Group { get; init; } = string.Empty;

    /// <summary>For example <c>v1</c>.</summary>
    public string Version { get; init; } = string.Empty;

    /// <summary>The lower-case plural.</summary>
    public string Resource { get; init; } = string.Empty;

    /// <summary>Empty for the object itself.</summary>
    public string Subresource { get; init; } = string.Empty;

    /// <summary>Empty for cluster-scoped resources and requests over all namespaces.</summary>
    public string Namespace { get; init; } = string.Empty;

    /// <summary>Empty for collections.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Of a list, watch or deletecollection, as the client sent it; empty for none. It narrows what is asked for, and may be malformed.</summary>
    public string FieldSelector { get; init; } = string.Empty;

    /// <summary>Of a list, watch or deletecollection, as the client sent it; empty for none. It narrows what is asked for, and may be malformed.</summary>
    public string LabelSelector { get; init; } = string.Empty;
}
