using k8s.Models;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Lookup;
using Orch.Security;

namespace Orch.ApiServer.Security.Authorization;

/// <summary>Node agents: what their own pods need, and what every node agent does.</summary>
/// <remarks>
/// A node reads only the secrets, config maps and service account tokens that pods bound to it name.
/// https://kubernetes.io/docs/reference/access-authn-authz/node/
/// </remarks>
internal sealed class NodeAuthorizer(IObjectLookup objects) : IAuthorizer
{
    private const string UserPrefix = "system:node:";
    private static readonly AuthorizationDecision Allowed = AuthorizationDecision.Allow();

    public string Name => "Node";

    public ValueTask<AuthorizationDecision> AuthorizeAsync(AuthorizationAttributes attributes, CancellationToken cancellationToken)
    {
        if (!attributes.User.Name.StartsWith(UserPrefix, StringComparison.Ordinal) || !attributes.User.IsInGroup(UserGroups.Nodes)
            || attributes.NonResourcePath is not null)
        {
            return ValueTask.FromResult(AuthorizationDecision.NoOpinion);
        }

        return ValueTask.FromResult(Decide(attributes, attributes.User.Name[UserPrefix.Length..]));
    }

    /// <summary>The node that a user is; null for everybody else.</summary>
    public static string? NodeOf(UserInfo user)
        => user.Name.StartsWith(UserPrefix, StringComparison.Ordinal) && user.IsInGroup(UserGroups.Nodes) ? user.Name[UserPrefix.Length..] : null;

    private AuthorizationDecision Decide(AuthorizationAttributes request, string node) => (request.Group, request.Resource) switch
    {
        ("", "secrets") => NamedByOwnPod(request, node, static (pod, name) => PodReferences.NamesSecret(pod, name)),
        ("", "configmaps") => NamedByOwnPod(request, node, static (pod, name) => PodReferences.NamesConfigMap(pod, name)),
        ("", "serviceaccounts") when request is { Verb: "create", Subresource: "token" }
            => NamedByOwnPod(request with { Verb = "get", Subresource = string.Empty }, node, static (pod, name) => (pod.Spec.ServiceAccountName ?? "default") == name),
        ("", "serviceaccounts") => NamedByOwnPod(request, node, static (pod, name) => (pod.Spec.ServiceAccountName ?? "default") == name),
        ("", "nodes") => OwnNode(request, node),
        ("", "pods") => Pods(request),
        ("", "services") => request.Verb is "get" or "list" or "watch" ? Allowed : Refused(request),
        ("" or "events.k8s.io", "events") => request.Verb is "create" or "patch" or "update" ? Allowed : Refused(request),
        ("coordination.k8s.io", "leases") => request.Namespace == "kube-node-lease" && (request.Name == node || request.Verb == "create") ? Allowed : Refused(request),
        ("authentication.k8s.io", "tokenreviews") or ("authorization.k8s.io", "subjectaccessreviews" or "localsubjectaccessreviews")
            => request.Verb == "create" ? Allowed : Refused(request),
        _ => AuthorizationDecision.NoOpinion,
    };

    private static AuthorizationDecision OwnNode(AuthorizationAttributes request, string node) => request.Verb switch
    {
        "get" or "list" or "watch" => Allowed,
        "create" when request.Subresource.Length == 0 => Allowed,
        "update" or "patch" when request.Name == node && request.Subresource is "" or "status" => Allowed,
        _ => Refused(request),
    };

    // Which pods a node may change is the NodeRestriction admission plugin's: only it sees the object.
    private static AuthorizationDecision Pods(AuthorizationAttributes request) => (request.Verb, request.Subresource) switch
    {
        ("get" or "list" or "watch" or "create" or "delete", "") => Allowed,
        ("update" or "patch", "status") => Allowed,
        ("create", "eviction") => Allowed,
        _ => Refused(request),
    };

    private AuthorizationDecision NamedByOwnPod(AuthorizationAttributes request, string node, Func<V1Pod, string, bool> names)
    {
        if (request.Verb is not ("get" or "list" or "watch") || request.Subresource.Length > 0) { return Refused(request); }
        if (request.Name.Length == 0) { return AuthorizationDecision.Deny($"no relationship found between node '{node}' and this object: name a single object"); }
        foreach (var pod in objects.List<V1Pod>(request.Namespace))
        {
            if (pod.Spec.NodeName == node && names(pod, request.Name)) { return Allowed; }
        }

        return AuthorizationDecision.Deny($"no relationship found between node '{node}' and this object");
    }

    private static AuthorizationDecision Refused(AuthorizationAttributes request)
        => AuthorizationDecision.Deny($"node agents may not {request.Verb} {request.Resource}{(request.Subresource.Length > 0 ? "/" + request.Subresource : string.Empty)} here");
}
