using k8s.Models;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Authorization.Nodes;
using Orch.ApiServer.Security.Authorization.Rbac;
using Orch.ApiServer.Security.Bootstrap;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Authorization;

/// <summary>Node agents: what their own pods need, and what every node agent does.</summary>
/// <remarks>
/// A node reads only the secrets, config maps, claims and service account tokens that pods bound to it name, its own node object and
/// its own pods. What it has no rule for it leaves to the next authorizer.
/// https://kubernetes.io/docs/reference/access-authn-authz/node/
/// </remarks>
internal sealed class NodeAuthorizer(NodeIndex index) : IAuthorizer
{
    private const string UserPrefix = "system:node:";
    private static readonly AuthorizationDecision Allowed = AuthorizationDecision.Allow();
    private readonly CompiledRules _rules = CompiledRules.Of([.. ComponentRoles.Node()]);

    public string Name => "Node";

    public ValueTask<AuthorizationDecision> AuthorizeAsync(AuthorizationAttributes attributes, CancellationToken cancellationToken)
        => ValueTask.FromResult(IsNode(attributes.User) ? Decide(attributes, attributes.User.Name[UserPrefix.Length..]) : AuthorizationDecision.NoOpinion);

    /// <summary>The node that a user is; null for everybody else.</summary>
    public static string? NodeOf(UserInfo user) => IsNode(user) ? user.Name[UserPrefix.Length..] : null;

    private static bool IsNode(UserInfo user) => user.Name.StartsWith(UserPrefix, StringComparison.Ordinal) && user.IsInGroup(UserGroups.Nodes);

    private AuthorizationDecision Decide(AuthorizationAttributes request, string node)
    {
        if (node.Length == 0) { return Refuse($"unknown node for user \"{request.User.Name}\""); }
        if (request.NonResourcePath is not null) { return ByRules(request); }
        return (request.Group, request.Resource) switch
        {
            ("", "secrets") => Read(request, node, DependencyKind.Secret),
            ("", "configmaps") => Read(request, node, DependencyKind.ConfigMap),
            ("", "persistentvolumeclaims") => request.Subresource == "status" ? UpdateStatus(request, node) : Get(request, node, Need(request, DependencyKind.VolumeClaim)),
            ("", "persistentvolumes") => Get(request, node, (name, item) => index.NeedsVolume(name, item.Name)),
            ("resource.k8s.io", "resourceclaims") => Get(request, node, Need(request, DependencyKind.ResourceClaim)),
            ("storage.k8s.io", "volumeattachments") => Get(request, node, (name, item) => index.HasAttachment(name, item.Name)),
            ("", "serviceaccounts") => ServiceAccount(request, node),
            ("coordination.k8s.io", "leases") => Lease(request, node),
            ("storage.k8s.io", "csinodes") => CsiNode(request, node),
            ("resource.k8s.io", "resourceslices") => ResourceSlice(request, node),
            ("", "nodes") => NodeObject(request, node),
            ("", "pods") => Pod(request, node),
            _ => ByRules(request),
        };
    }

    private AuthorizationDecision ByRules(AuthorizationAttributes request) => _rules.Allows(request) ? Allowed : AuthorizationDecision.NoOpinion;

    private AuthorizationDecision Read(AuthorizationAttributes request, string node, DependencyKind kind)
    {
        if (request.Verb is not ("get" or "list" or "watch")) { return Refuse("can only read resources of this type"); }
        if (request.Subresource.Length > 0) { return Refuse("cannot read subresource"); }
        if (request.Namespace.Length == 0) { return Refuse("can only read namespaced object of this type"); }
        return Related(request, node, Need(request, kind));
    }

    private static AuthorizationDecision Get(AuthorizationAttributes request, string node, Func<string, ObjectKey, bool> isRelated)
    {
        if (request.Verb != "get") { return Refuse("can only get individual resources of this type"); }
        return request.Subresource.Length > 0 ? Refuse("cannot get subresource") : Related(request, node, isRelated);
    }

    private AuthorizationDecision UpdateStatus(AuthorizationAttributes request, string node)
        => request.Verb is "update" or "patch" ? Related(request, node, Need(request, DependencyKind.VolumeClaim)) : Refuse("can only get/update/patch this type");

    private AuthorizationDecision ServiceAccount(AuthorizationAttributes request, string node)
        => request is { Verb: "get", Subresource.Length: 0 } ? Related(request, node, Need(request, DependencyKind.ServiceAccount)) : CreateToken(request, node);

    private AuthorizationDecision CreateToken(AuthorizationAttributes request, string node)
    {
        if (request.Verb != "create" || request.Name.Length == 0) { return Refuse("can only create tokens for individual service accounts"); }
        return request.Subresource != "token" ? Refuse("can only create token subresource of serviceaccount") : Related(request, node, Need(request, DependencyKind.ServiceAccount));
    }

    private static AuthorizationDecision Lease(AuthorizationAttributes request, string node)
    {
        if (request.Verb is not ("get" or "create" or "update" or "patch" or "delete")) { return Refuse("can only get, create, update, patch, or delete a node lease"); }
        if (request.Namespace != "kube-node-lease") { return Refuse("can only access leases in the \"kube-node-lease\" system namespace"); }
        // The name of a new lease is for the NodeRestriction admission plugin to see.
        return request.Verb != "create" && request.Name != node ? Refuse("can only access node lease with the same name as the requesting node") : Allowed;
    }

    private static AuthorizationDecision CsiNode(AuthorizationAttributes request, string node)
    {
        if (request.Verb is not ("get" or "create" or "update" or "patch" or "delete")) { return Refuse("can only get, create, update, patch, or delete a CSINode"); }
        if (request.Subresource.Length > 0) { return Refuse("cannot authorize CSINode subresources"); }
        return request.Verb != "create" && request.Name != node ? Refuse("can only access CSINode with the same name as the requesting node") : Allowed;
    }

    private AuthorizationDecision ResourceSlice(AuthorizationAttributes request, string node)
    {
        if (request.Subresource.Length > 0) { return Refuse("cannot authorize ResourceSlice subresources"); }
        return request.Verb switch
        {
            "create" => Allowed,
            "get" or "update" or "patch" or "delete" => Related(request, node, (name, item) => index.HasSlice(name, item.Name)),
            "list" or "watch" or "deletecollection" => Selects(request, "spec.nodeName", node)
                ? Allowed
                : Refuse("can only list/watch/deletecollection resourceslices with nodeName field selector"),
            _ => Refuse("only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection"),
        };
    }

    // Which node object a node may write is the NodeRestriction admission plugin's: only it sees the object.
    private static AuthorizationDecision NodeObject(AuthorizationAttributes request, string node) => (request.Subresource, request.Verb) switch
    {
        ("", "create" or "update" or "patch") or ("status", "update" or "patch") => Allowed,
        ("", "get" or "list" or "watch") when request.Name == node => Allowed,
        ("", "get" or "list" or "watch") => Refuse(request.Name.Length == 0
            ? $"node '{node}' cannot read all nodes, only its own Node object"
            : $"node '{node}' cannot read '{request.Name}', only its own Node object"),
        _ => AuthorizationDecision.NoOpinion,
    };

    // As above for pods.
    private AuthorizationDecision Pod(AuthorizationAttributes request, string node) => (request.Subresource, request.Verb) switch
    {
        ("", "get") => Get(request, node, index.HasPod),
        ("", "list" or "watch") when Selects(request, "spec.nodeName", node) => Allowed,
        ("", "list" or "watch") => request.Name.Length > 0 ? Related(request, node, index.HasPod) : Refuse("can only list/watch pods with spec.nodeName field selector"),
        ("", "create" or "delete") or ("status", "update" or "patch") or ("eviction", "create") => Allowed,
        _ => AuthorizationDecision.NoOpinion,
    };

    private Func<string, ObjectKey, bool> Need(AuthorizationAttributes request, DependencyKind kind)
        => (node, item) => index.Needs(node, new NodeDependency(kind, item.Namespace, item.Name));

    private static AuthorizationDecision Related(AuthorizationAttributes request, string node, Func<string, ObjectKey, bool> isRelated)
    {
        if (request.Name.Length == 0) { return Refuse("No Object name found"); }
        return isRelated(node, new ObjectKey(request.Namespace, request.Name)) ? Allowed : Refuse($"no relationship found between node '{node}' and this object");
    }

    private static bool Selects(AuthorizationAttributes request, string field, string value)
    {
        if (request.FieldSelector.Length == 0) { return false; }
        try { return FieldSelector.Parse(request.FieldSelector).RequiredValue(field) == value; }
        catch (SelectorException) { return false; }
    }

    private static AuthorizationDecision Refuse(string reason) => new(AuthorizationVerdict.NoOpinion, reason);
}
