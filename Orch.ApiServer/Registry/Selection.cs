using k8s;
using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Resources;
using Orch.Resources;

namespace Orch.ApiServer.Registry;

/// <summary>Which objects of a resource a list or watch wants.</summary>
internal sealed class Selection
{
    private const string NameField = "metadata.name";
    private const string NamespaceField = "metadata.namespace";
    private readonly ServedResource _resource;
    private readonly LabelSelector _labels;
    private readonly FieldRequirement[] _fields;
    private readonly string? _indexed;

    private Selection(ServedResource resource, string namespaceName, LabelSelector labels, FieldRequirement[] fields)
    {
        _resource = resource;
        _labels = labels;
        _fields = fields;
        var inNamespace = namespaceName.Length > 0 || !resource.IsNamespaced ? namespaceName : Exact(NamespaceField) ?? string.Empty;
        Prefix = resource.PrefixOf(inNamespace);
        var name = Exact(NameField);
        _indexed = resource.Declaration.IndexedField is { } field ? Exact(field) : null;
        Key = name is not null && (inNamespace.Length > 0 || !resource.IsNamespaced) ? resource.KeyOf(new ObjectKey(inNamespace, name)) : null;
    }

    /// <summary>What all selected keys begin with.</summary>
    public string Prefix { get; }

    /// <summary>The one key that can match; null for more.</summary>
    public string? Key { get; }

    /// <summary>Whether everything under the prefix is selected, without looking at it.</summary>
    public bool IsEverything => _labels.IsEverything && _fields.Length == 0;

    /// <summary>What a watch follows.</summary>
    public WatchScope Scope => MakeScope();

    /// <summary>Whether a list looks at an object under the prefix: what an index finds upstream is not followed there by what else there is.</summary>
    public bool LooksAt(CachedObject item)
        => _indexed is null || _resource.Declaration.SelectableFields[_resource.Declaration.IndexedField!](item.As(_resource.Declaration).Value) == _indexed;

    /// <summary>Reads selectors in the API's syntax.</summary>
    /// <exception cref="Client.ApiException">400: malformed, or a field that cannot be selected by.</exception>
    public static Selection Parse(ServedResource resource, string namespaceName, string? labelSelector, string? fieldSelector)
    {
        try
        {
            var labels = LabelSelector.Parse(labelSelector);
            var fields = string.IsNullOrEmpty(fieldSelector) ? [] : FieldSelector.Parse(fieldSelector).Requirements.ToArray();
            foreach (var field in fields) { CheckField(resource.Declaration, field.Field); }
            return new Selection(resource, namespaceName, labels, fields);
        }
        catch (SelectorException exception)
        {
            throw ApiErrors.BadRequest(exception.Message);
        }
    }

    /// <summary>Whether an object under the prefix is selected.</summary>
    public bool Matches(CachedObject item)
    {
        if (IsEverything) { return true; }
        var value = item.As(_resource.Declaration).Value;
        return _labels.Matches(value.Metadata.Labels) && MatchesFields(value);
    }

    private static void CheckField(ResourceDeclaration declaration, string field)
    {
        if (field == NameField || (field == NamespaceField && declaration.Scope == ResourceScope.Namespaced) || declaration.SelectableFields.ContainsKey(field)) { return; }
        throw ApiErrors.BadRequest(declaration.SelectableFields.Count > 0 || declaration is CustomResourceDeclaration
            ? $"field label not supported: {field}"
            : $"\"{field}\" is not a known field selector: only \"{NameField}\", \"{NamespaceField}\"");
    }

    private WatchScope MakeScope()
    {
        if (Key is not null) { return new WatchScope { Key = Key, KeyPrefix = Prefix }; }
        var keyPrefix = Prefix == _resource.Cache.Prefix ? null : Prefix;
        foreach (var requirement in _fields)
        {
            if (!requirement.IsNegated && requirement.Value.Length > 0 && _resource.Stored.SelectableFields.ContainsKey(requirement.Field))
            {
                return new WatchScope { Field = requirement.Field, FieldValue = requirement.Value, KeyPrefix = keyPrefix };
            }
        }

        return new WatchScope { KeyPrefix = keyPrefix };
    }

    private bool MatchesFields(IKubernetesObject<V1ObjectMeta> value)
    {
        foreach (var requirement in _fields)
        {
            var actual = requirement.Field switch
            {
                NameField => value.Metadata.Name,
                NamespaceField => value.Metadata.NamespaceProperty ?? string.Empty,
                _ => _resource.Declaration.SelectableFields[requirement.Field](value),
            };
            if (string.Equals(actual, requirement.Value, StringComparison.Ordinal) == requirement.IsNegated) { return false; }
        }

        return true;
    }

    private string? Exact(string field)
    {
        foreach (var requirement in _fields)
        {
            if (requirement.Field == field && !requirement.IsNegated) { return requirement.Value; }
        }

        return null;
    }
}
