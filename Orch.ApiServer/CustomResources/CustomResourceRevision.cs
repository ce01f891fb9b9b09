using k8s.Models;
using Orch.ApiServer.CustomResources.Conversion;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Resources;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.CustomResources;

/// <summary>A definition as it is served at one revision: its versions, compiled.</summary>
internal sealed class CustomResourceRevision
{
    private readonly Dictionary<string, CustomResourceDeclaration> _versions;
    private volatile bool _isTerminating;

    /// <param name="definition">Established; shared and not changed.</param>
    /// <param name="converter">Of a definition that asks for a webhook; null where versions differ in nothing but their name.</param>
    public CustomResourceRevision(V1CustomResourceDefinition definition, IObjectConverter? converter)
    {
        Definition = definition;
        Converter = converter;
        Names = definition.Status?.AcceptedNames is { Kind.Length: > 0, Plural.Length: > 0 } accepted ? accepted : definition.Spec.Names;
        Scope = definition.Spec.Scope == "Cluster" ? ResourceScope.Cluster : ResourceScope.Namespaced;
        _isTerminating = definition.Metadata.DeletionTimestamp is not null;
        _versions = definition.Spec.Versions.ToDictionary(static version => version.Name, version => new CustomResourceDeclaration(this, version, SchemaOf(definition, version)), StringComparer.Ordinal);
        Storage = _versions[definition.Spec.Versions.First(static version => version.Storage).Name];
        Served = [.. definition.Spec.Versions.Where(static version => version.Served).Select(version => _versions[version.Name])];
        Stored = new StoredCustomResource(Storage.Kind, Names.Plural, Scope);
    }

    /// <summary>What all this was made of.</summary>
    public V1CustomResourceDefinition Definition { get; }

    public string Group => Definition.Spec.Group;

    /// <summary>Names that no other definition of the group has.</summary>
    public V1CustomResourceDefinitionNames Names { get; }

    public ResourceScope Scope { get; }

    /// <summary>Nothing new may be made.</summary>
    public bool IsTerminating => _isTerminating;

    /// <summary>Null: versions have the same form.</summary>
    public IObjectConverter? Converter { get; }

    /// <summary>The version that is stored.</summary>
    public CustomResourceDeclaration Storage { get; }

    /// <summary>The versions that clients may use.</summary>
    public IReadOnlyList<CustomResourceDeclaration> Served { get; }

    /// <summary>The form in the store.</summary>
    public StoredCustomResource Stored { get; }

    /// <summary>From now on nothing new may be made.</summary>
    public void BeginTermination() => _isTerminating = true;

    /// <summary>A version, served or not, or null.</summary>
    public CustomResourceDeclaration? Find(string version) => _versions.GetValueOrDefault(version);

    /// <summary>A stored object as its own version's schema has it: pruned, and with all defaults.</summary>
    /// <param name="item">Shared; not changed.</param>
    public CustomObject AsStored(CustomObject item)
    {
        var schema = (Find(item.Version) ?? Storage).Schema;
        if (!Defaulter.WouldChange(item.Content, schema) && !Pruner.WouldPrune(item.Content, schema)) { return item; }
        var current = item.WithApiVersion(item.ApiVersion);
        current.Content = (JsonMap)JsonTree.Copy(item.Content)!;
        Pruner.Prune(current.Content, schema, null);
        Defaulter.Apply(current.Content, schema);
        return current;
    }

    private static SchemaNode SchemaOf(V1CustomResourceDefinition definition, V1CustomResourceDefinitionVersion version)
    {
        if (version.Schema?.OpenAPIV3Schema is not { } schema) { return SchemaNode.Anything; }
        var source = (JsonMap)JsonTree.Read(ApiJson.Serialize(schema))!;
        // As older definitions may ask: nothing is dropped anywhere.
        if (definition.Spec.PreserveUnknownFields == true) { source["x-kubernetes-preserve-unknown-fields"] = true; }
        return SchemaCompiler.Compile(source);
    }
}
