using k8s.Models;

namespace Orch.ApiServer.Serving.Fairness;

/// <summary>What requests a rule of a flow schema is about, its subjects left out.</summary>
internal sealed class FlowSchemaRules
{
    private const string Any = "*";
    private readonly Resources[] _resources;
    private readonly V1NonResourcePolicyRule[] _paths;

    public FlowSchemaRules(V1PolicyRulesWithSubjects rule)
    {
        _resources = [.. (rule.ResourceRules ?? []).Select(static item => new Resources(item))];
        _paths = [.. rule.NonResourceRules ?? []];
    }

    public bool Matches(RequestInfo info)
    {
        if (info.IsResource)
        {
            foreach (var rule in _resources)
            {
                if (rule.Matches(info)) { return true; }
            }

            return false;
        }

        foreach (var rule in _paths)
        {
            if (Has(rule.Verbs, info.Verb) && HasPath(rule.NonResourceURLs, info.Path)) { return true; }
        }

        return false;
    }

    private static bool Has(IList<string>? values, string wanted)
    {
        for (var index = 0; index < (values?.Count ?? 0); index++)
        {
            if (values![index] == Any || values[index] == wanted) { return true; }
        }

        return false;
    }

    private static bool HasPath(IList<string>? patterns, string path)
    {
        for (var index = 0; index < (patterns?.Count ?? 0); index++)
        {
            var pattern = patterns![index];
            if (pattern == Any || pattern == path) { return true; }
            if (pattern.EndsWith('*') && path.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)) { return true; }
        }

        return false;
    }

    private sealed class Resources(V1ResourcePolicyRule rule)
    {
        private readonly (string Resource, string Subresource)[] _resources = [.. (rule.Resources ?? []).Select(static name => name.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash
            ? (name[..slash], name[(slash + 1)..])
            : (name, string.Empty))];

        public bool Matches(RequestInfo info)
            => Has(rule.Verbs, info.Verb) && Has(rule.ApiGroups, info.Group) && HasResource(info)
                && (info.Home.Length == 0 ? rule.ClusterScope == true : Has(rule.Namespaces, info.Home));

        private bool HasResource(RequestInfo info)
        {
            foreach (var (resource, subresource) in _resources)
            {
                if (resource == Any && subresource.Length == 0) { return true; }
                if (resource == info.Resource && subresource == info.Subresource) { return true; }
            }

            return false;
        }
    }
}
