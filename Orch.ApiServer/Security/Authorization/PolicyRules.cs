using k8s.Models;
using Orch.Security;

namespace Orch.ApiServer.Security.Authorization;

/// <summary>Whether a rule covers a request, or another rule.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/rbac/</remarks>
internal static class PolicyRules
{
    private const string Any = "*";

    public static bool Allows(V1PolicyRule rule, AuthorizationAttributes attributes)
    {
        if (!Has(rule.Verbs, attributes.Verb)) { return false; }
        return attributes.NonResourcePath is { } path
            ? AllowsPath(rule.NonResourceURLs, path)
            : Has(rule.ApiGroups, attributes.Group)
                && AllowsResource(rule.Resources, attributes.Resource, attributes.Subresource)
                && (rule.ResourceNames is not { Count: > 0 } names || (attributes.Name.Length > 0 && names.Contains(attributes.Name)));
    }

    /// <summary>Whether <paramref name="owned"/> together cover every request that <paramref name="wanted"/> covers.</summary>
    public static bool Covers(IReadOnlyCollection<V1PolicyRule> owned, V1PolicyRule wanted) => RuleCoverage.Missing(owned, [wanted]).Count == 0;

    /// <summary>Whether a rule covers a part: one verb on one resource, name or path.</summary>
    public static bool CoversPart(V1PolicyRule rule, V1PolicyRule part)
    {
        if (!Has(rule.Verbs, part.Verbs[0])) { return false; }
        return part.NonResourceURLs is { Count: > 0 } paths
            ? CoversPath(rule.NonResourceURLs, paths[0])
            : Has(rule.ApiGroups, part.ApiGroups[0]) && CoversResource(rule.Resources, part.Resources[0])
                && (rule.ResourceNames is not { Count: > 0 } names || (part.ResourceNames is { Count: > 0 } wanted && names.Contains(wanted[0])));
    }

    private static bool CoversResource(IList<string>? resources, string wanted)
    {
        if (Has(resources, wanted)) { return true; }
        var slash = wanted.IndexOf('/', StringComparison.Ordinal);
        return slash >= 0 && resources?.Contains($"*{wanted[slash..]}") == true;
    }

    private static bool AllowsResource(IList<string>? resources, string resource, string subresource)
    {
        for (var index = 0; index < (resources?.Count ?? 0); index++)
        {
            var candidate = resources![index];
            if (candidate == Any) { return true; }
            if (subresource.Length == 0)
            {
                if (candidate == resource) { return true; }
                continue;
            }

            var slash = candidate.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0 || !candidate.AsSpan(slash + 1).SequenceEqual(subresource)) { continue; }
            var main = candidate.AsSpan(0, slash);
            if (main.SequenceEqual(Any) || main.SequenceEqual(resource)) { return true; }
        }

        return false;
    }

    private static bool AllowsPath(IList<string>? patterns, string path)
    {
        for (var index = 0; index < (patterns?.Count ?? 0); index++)
        {
            var pattern = patterns![index];
            if (pattern == Any || pattern == path) { return true; }
            if (pattern.EndsWith('*') && path.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)) { return true; }
        }

        return false;
    }

    private static bool CoversPath(IList<string>? patterns, string wanted)
        => patterns?.Any(pattern => pattern == Any || pattern == wanted
            || (pattern.EndsWith('*') && wanted.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal))) == true;

    private static bool Has(IList<string>? values, string wanted)
    {
        for (var i = 0; i < (values?.Count ?? 0); i++)
        {
            if (values![i] == Any || values[i] == wanted) { return true; }
        }

        return false;
    }
}
