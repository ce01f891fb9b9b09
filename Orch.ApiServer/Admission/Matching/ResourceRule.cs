using k8s.Models;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Matching;

/// <summary>One compiled rule: operations, groups, versions, resources with subresources, scope and names.</summary>
/// <remarks>The rule of upstream's <c>predicates/rules</c>: an empty list matches nothing, but no names match every name.</remarks>
internal sealed class ResourceRule
{
    private const string Any = "*";
    private readonly int _operations;
    private readonly string[]? _groups;
    private readonly string[]? _versions;
    private readonly (string Resource, string Subresource)[] _resources;
    private readonly string? _scope;
    private readonly string[] _names;

    private ResourceRule(
        IEnumerable<string>? operations, IEnumerable<string>? groups, IEnumerable<string>? versions, IEnumerable<string>? resources, string? scope, IEnumerable<string>? names)
    {
        foreach (var operation in operations ?? []) { _operations |= MaskOf(operation); }
        _groups = OrAny(groups);
        _versions = OrAny(versions);
        _resources = [.. (resources ?? []).Select(Split)];
        _scope = scope is null or "" or Any ? null : scope;
        _names = [.. names ?? []];
    }

    /// <summary>A webhook's rule.</summary>
    public static ResourceRule From(V1RuleWithOperations rule) => new(rule.Operations, rule.ApiGroups, rule.ApiVersions, rule.Resources, rule.Scope, null);

    /// <summary>A policy's rule.</summary>
    public static ResourceRule From(V1NamedRuleWithOperations rule)
        => new(rule.Operations, rule.ApiGroups, rule.ApiVersions, rule.Resources, rule.Scope, rule.ResourceNames);

    /// <summary>Whether the rule covers a request as if it were made on a resource.</summary>
    /// <param name="resource">The request's own, or one that shows the same objects.</param>
    public bool Matches(AdmissionRequest request, GroupVersionResource resource)
        => CoversKindOfRequest(request.Operation, resource, request.Subresource) && CoversScope(request, resource) && (_names.Length == 0 || Contains(_names, request.Name));

    /// <summary>Whether the rule covers requests like this, its scope and names left out.</summary>
    public bool CoversKindOfRequest(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => (_operations & (1 << (int)operation)) != 0
            && (_groups is null || Contains(_groups, resource.Group))
            && (_versions is null || Contains(_versions, resource.Version))
            && CoversResource(resource.Resource, subresource);

    private static int MaskOf(string operation) => operation switch
    {
        Any => -1,
        "CREATE" => 1 << (int)AdmissionOperation.Create,
        "UPDATE" => 1 << (int)AdmissionOperation.Update,
        "DELETE" => 1 << (int)AdmissionOperation.Delete,
        "CONNECT" => 1 << (int)AdmissionOperation.Connect,
        _ => 0,
    };

    private static string[]? OrAny(IEnumerable<string>? items)
    {
        string[] all = [.. items ?? []];
        return Contains(all, Any) ? null : all;
    }

    private static (string Resource, string Subresource) Split(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (text, string.Empty) : (text[..slash], text[(slash + 1)..]);
    }

    private static bool Contains(string[] items, string wanted) => Array.IndexOf(items, wanted) >= 0;

    private bool CoversResource(string resource, string subresource)
    {
        foreach (var (name, part) in _resources)
        {
            if ((name == Any || name == resource) && (part == Any || part == subresource)) { return true; }
        }

        return false;
    }

    // A namespace counts as cluster-scoped, though its requests carry its name as their namespace.
    private bool CoversScope(AdmissionRequest request, GroupVersionResource resource)
    {
        if (_scope is null) { return true; }
        var isCluster = AdmissionTarget.IsNamespace(resource) || AdmissionTarget.NamespaceOf(request).Length == 0;
        return _scope switch { "Namespaced" => !isCluster, "Cluster" => isCluster, _ => false };
    }
}
