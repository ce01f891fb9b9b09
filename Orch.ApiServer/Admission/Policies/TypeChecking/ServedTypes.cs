using k8s.Models;
using Orch.ApiServer.CustomResources;
using Orch.ApiServer.CustomResources.Expressions;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Schema;
using Orch.Cel;
using Orch.Resources;

namespace Orch.ApiServer.Admission.Policies.TypeChecking;

/// <summary>Knows the types of all kinds that are served.</summary>
internal sealed class ServedTypes(ServedResources resources, ModelSchemas models)
{
    private const int MaxTypes = 10;

    /// <summary>The type of a kind's objects; null when it is not served.</summary>
    public CelType? TypeOf(string? apiVersion, string? kind)
        => resources.All.FirstOrDefault(item => item.Declaration.Kind.ApiVersion == apiVersion && item.Declaration.Kind.Kind == kind) is { } found ? TypeOf(found.Declaration) : null;

    /// <summary>The kinds that the rules of a policy name, with their types, ordered by group, version and kind.</summary>
    /// <remarks>A rule with a wildcard for its groups or versions names none. A rule gives ten at most, and ends the search then; so does upstream.</remarks>
    public IReadOnlyList<(GroupVersionKind Kind, CelType Type)> TypesOf(V1MatchResources? constraints)
    {
        var found = new Dictionary<GroupVersionKind, ResourceDeclaration>();
        foreach (var rule in constraints?.ResourceRules ?? [])
        {
            if (!AddTypes(rule, found)) { break; }
        }

        return
        [
            .. found.OrderBy(static item => item.Key.Group, StringComparer.Ordinal).ThenBy(static item => item.Key.Version, StringComparer.Ordinal).ThenBy(static item => item.Key.Kind, StringComparer.Ordinal)
                .Select(item => (item.Key, TypeOf(item.Value))),
        ];
    }

    private static bool IsWild(string text) => text.Contains('*', StringComparison.Ordinal);

    private bool AddTypes(V1NamedRuleWithOperations rule, Dictionary<GroupVersionKind, ResourceDeclaration> found)
    {
        var count = 0;
        if ((rule.ApiGroups ?? []).Any(IsWild) || (rule.ApiVersions ?? []).Any(IsWild)) { return true; }
        foreach (var group in (rule.ApiGroups ?? []).Order(StringComparer.Ordinal))
        {
            foreach (var version in (rule.ApiVersions ?? []).Order(StringComparer.Ordinal))
            {
                foreach (var resource in (rule.Resources ?? []).Where(static name => !IsWild(name) && !name.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal))
                {
                    // As upstream's mapper, which takes no group for any.
                    foreach (var item in resources.All)
                    {
                        if (item.Resource.Resource != resource || item.Resource.Version != version || (group.Length > 0 && item.Resource.Group != group)) { continue; }
                        found[item.Declaration.Kind] = item.Declaration;
                        if (++count == MaxTypes) { return false; }
                    }
                }
            }
        }

        return true;
    }

    private CelType TypeOf(ResourceDeclaration declaration)
    {
        if (declaration is not CustomResourceDeclaration custom) { return new ModelObjectType(declaration.Kind.Kind, models.For(declaration.ObjectType)); }
        return SchemaType.Of(custom.Schema, isResource: true) is CelObjectType content
            ? new CustomKindType(declaration.Kind.Kind, content, new ModelObjectType($"{declaration.Kind.Kind}.metadata", models.For(typeof(V1ObjectMeta))))
            : CelType.Dyn;
    }
}
