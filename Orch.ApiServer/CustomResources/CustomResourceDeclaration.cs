using k8s;
using k8s.Models;
using Orch.ApiServer.Apply;
using Orch.ApiServer.CustomResources.Conversion;
using Orch.ApiServer.CustomResources.Expressions;
using Orch.ApiServer.CustomResources.Paths;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.CustomResources;

/// <summary>One version of a custom resource, made of its definition; goes through the same handlers as a built-in kind.</summary>
internal sealed class CustomResourceDeclaration : ResourceDeclaration, IMergeTyped
{
    private readonly CustomResourceRevision _revision;
    private readonly V1CustomResourceDefinitionVersion _version;
    private readonly CustomScale? _scale;
    private readonly Lazy<RuleNode?> _rules;
    private readonly string _statusText;
    private MergeType? _mergeType;
    private IgnoredFields? _ignoredThroughStatus;

    public CustomResourceDeclaration(CustomResourceRevision revision, V1CustomResourceDefinitionVersion version, SchemaNode schema)
        : base(new GroupVersionKind(revision.Group, version.Name, revision.Names.Kind), revision.Names.Plural, revision.Scope, typeof(CustomObject))
    {
        _revision = revision;
        _version = version;
        Schema = schema;
        _rules = new Lazy<RuleNode?>(() => RuleNode.Compile(schema, isResource: true));
        HasStatus = version.Subresources?.Status is not null;
        _scale = version.Subresources?.Scale is { } scale ? new CustomScale(scale) : null;
        Columns = CustomColumns.Of(version);
        SelectableFields = (version.SelectableFields ?? []).Select(static field => field.JsonPath).Distinct(StringComparer.Ordinal)
            .ToDictionary(static path => path.TrimStart('.'), static path => SelectorOf(FieldRoute.Parse(path)), StringComparer.Ordinal);
        _statusText = string.IsNullOrEmpty(version.DeprecationWarning) ? $"{Kind.ApiVersion} {Kind.Kind} is deprecated" : version.DeprecationWarning;
    }

    /// <summary>What the version's objects may hold.</summary>
    public SchemaNode Schema { get; }

    /// <summary>The definition's revision that this came of.</summary>
    public CustomResourceRevision Revision => _revision;

    /// <summary>The text for clients of a deprecated version; null when it is not.</summary>
    internal override string? DeprecationWarning => _version.Deprecated == true ? _statusText : null;

    /// <inheritdoc />
    public override string Singular => _revision.Names.Singular ?? string.Empty;

    /// <inheritdoc />
    public override IReadOnlyList<string> ShortNames => _revision.Names.ShortNames as IReadOnlyList<string> ?? [.. _revision.Names.ShortNames ?? []];

    /// <inheritdoc />
    public override IReadOnlyList<string> Categories => _revision.Names.Categories as IReadOnlyList<string> ?? [.. _revision.Names.Categories ?? []];

    /// <summary>The kind in the version that is stored.</summary>
    public Orch.Resources.GroupVersionKind StorageKind => _revision.Storage.Kind;

    /// <summary>Nothing new may be made.</summary>
    public bool IsTerminating => _revision.IsTerminating;

    /// <inheritdoc />
    public override IReadOnlyList<PrinterColumn> Columns { get; }

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, Func<object, string>> SelectableFields { get; }

    /// <inheritdoc />
    public override bool HasStatus { get; }

    /// <inheritdoc />
    public override ScaleMapping? Scale => _scale?.Mapping;

    /// <inheritdoc />
    public override bool AllowsUnconditionalUpdate => false;

    /// <inheritdoc />
    public override Type? StoredAs => typeof(StoredCustomResource);

    /// <inheritdoc />
    public IReadOnlyList<string> ReplicasPath => _version.Subresources?.Scale?.SpecReplicasPath?.TrimStart('.').Split('.') ?? ["spec", "replicas"];

    /// <inheritdoc />
    public IgnoredFields IgnoredThroughStatus => _ignoredThroughStatus ??= IgnoredFields.AllButStatus(Schema.Properties.Keys);

    /// <inheritdoc />
    internal override bool TakesAnyFinalizer => true;

    /// <inheritdoc />
    internal override string ListKind => _revision.Names.ListKind is { Length: > 0 } kind ? kind : base.ListKind;

    /// <inheritdoc />
    public override void Default(IKubernetesObject<V1ObjectMeta> value) => Defaulter.Apply(((CustomObject)value).Content, Schema);

    /// <inheritdoc />
    public override void PrepareForCreate(IKubernetesObject<V1ObjectMeta> value)
    {
        if (_revision.IsTerminating)
        {
            var refusal = ApiErrors.MethodNotSupported(Resource, "create");
            refusal.Status.Message = "create not allowed while custom resource definition is terminating";
            throw new ApiException(refusal.Status);
        }

        var item = (CustomObject)value;
        if (HasStatus) { item.Content.Remove("status"); }
        item.Metadata.Generation = 1;
    }

    /// <inheritdoc />
    public override void PrepareForUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old)
    {
        var (item, before) = ((CustomObject)value, (CustomObject)old);
        if (HasStatus)
        {
            if (before.Content.TryGetValue("status", out var status)) { item.Content["status"] = JsonTree.Copy(status); }
            else { item.Content.Remove("status"); }
        }

        item.Metadata.Generation = before.Metadata.Generation ?? 1;
        if (!JsonTree.Equals(item.Content, before.Content)) { item.Metadata.Generation++; }
    }

    /// <inheritdoc />
    public override void PrepareForStatusUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old)
    {
        var (item, before) = ((CustomObject)value, (CustomObject)old);
        var hasStatus = item.Content.TryGetValue("status", out var status);
        var (version, managed) = (item.Metadata.ResourceVersion, item.Metadata.ManagedFields);
        item.Content = (JsonMap)JsonTree.Copy(before.Content)!;
        if (hasStatus) { item.Content["status"] = status; } else { item.Content.Remove("status"); }
        item.Metadata = Serialization.ApiJson.DeepCopy(before.Metadata);
        item.Metadata.ResourceVersion = version;
        item.Metadata.ManagedFields = managed;
    }

    /// <inheritdoc />
    public override void Validate(IKubernetesObject<V1ObjectMeta> value, FieldErrors errors)
    {
        var item = (CustomObject)value;
        if (!ValidateType(item, errors)) { return; }
        SchemaValidator.Validate(item.Content, Schema, string.Empty, errors);
        ValidateRootMetadata(item, null, errors);
        _scale?.Validate(item.Content, errors);
        EmbeddedRules.Check(item.Content, Schema, null, errors);
        ListTypeRules.Check(item.Content, Schema, errors);
        AskRules(item, null, errors);
    }

    /// <inheritdoc />
    public override void ValidateUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old, FieldErrors errors)
    {
        var (item, before) = ((CustomObject)value, (CustomObject)old);
        if (!ValidateType(item, errors)) { return; }
        SchemaValidator.ValidateUpdate(item.Content, before.Content, Schema, string.Empty, errors);
        ValidateRootMetadata(item, before, errors);
        _scale?.Validate(item.Content, errors);
        EmbeddedRules.Check(item.Content, Schema, null, errors);
        CheckLists(item.Content, before.Content, Schema, errors);
        AskRules(item, before, errors);
    }

    /// <inheritdoc />
    public override void ValidateStatusUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old, FieldErrors errors)
    {
        var (item, before) = ((CustomObject)value, (CustomObject)old);
        if (!ValidateType(item, errors)) { return; }
        if (item.Content.TryGetValue("status", out var status) && Schema.Properties.TryGetValue("status", out var schema))
        {
            SchemaValidator.ValidateUpdate(status, before.Content.GetValueOrDefault("status"), schema, "status", errors);
        }

        _scale?.ValidateStatus(item.Content, errors);
        CheckLists(item.Content, before.Content, Schema, errors);
        AskRules(item, before, errors);
    }

    /// <inheritdoc />
    public override IEnumerable<string> WarningsFor(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta>? old)
        => value.Metadata.Finalizers is { Count: > 0 } finalizers ? FinalizerWarnings.Of(finalizers, old?.Metadata.Finalizers) : [];

    /// <inheritdoc />
    public override TimeSpan GracePeriodFor(IKubernetesObject<V1ObjectMeta> value, TimeSpan? requested) => TimeSpan.Zero;

    /// <inheritdoc />
    public override IKubernetesObject<V1ObjectMeta> ToStored(IKubernetesObject<V1ObjectMeta> value) => Stored((CustomObject)value, null);

    /// <inheritdoc />
    internal override async ValueTask<IKubernetesObject<V1ObjectMeta>> ToStoredAsync(IKubernetesObject<V1ObjectMeta> value, CancellationToken cancellationToken)
    {
        var item = (CustomObject)value;
        if (_revision.Converter is not { } converter || ReferenceEquals(_revision.Storage, this)) { return Stored(item, null); }
        var converted = await converter.ConvertAsync([item], _revision.Storage.Kind.ApiVersion, cancellationToken).ConfigureAwait(false);
        return Stored(item, converted[0]);
    }

    /// <inheritdoc />
    public override IKubernetesObject<V1ObjectMeta> FromStored(IKubernetesObject<V1ObjectMeta> stored)
    {
        var item = (CustomObject)stored;
        if (ReferenceEquals(item.ConformsTo, this)) { return item; }
        var current = _revision.AsStored(item);
        if (current.ApiVersion == Kind.ApiVersion)
        {
            if (ReferenceEquals(current, item)) { item.ConformsTo = this; }
            return current;
        }

        if (_revision.Converter is not null) { throw new InvalidOperationException($"{item.ApiVersion} {item.Kind} {item.Metadata.Name} was not converted ahead."); }
        var shown = current.WithApiVersion(Kind.ApiVersion);
        if (!Pruner.WouldPrune(shown.Content, Schema)) { return shown; }
        shown.Content = (JsonMap)JsonTree.Copy(shown.Content)!;
        return Pruned(shown);
    }

    /// <inheritdoc />
    public MergeType MergeTypeWith(MergeType metadata) => _mergeType ??= SchemaMergeTypes.Of(Schema, metadata);

    /// <inheritdoc />
    public ResourceDeclaration? InVersion(string apiVersion) => _revision.Served.FirstOrDefault(version => version.Kind.ApiVersion == apiVersion);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<IKubernetesObject<V1ObjectMeta>>> ConvertAsync(
        IReadOnlyList<IKubernetesObject<V1ObjectMeta>> values, ResourceDeclaration other, CancellationToken cancellationToken)
    {
        var target = (CustomResourceDeclaration)other;
        if (_revision.Converter is not { } converter) { return [.. values.Select(value => target.Fitted(((CustomObject)value).WithApiVersion(target.Kind.ApiVersion)))]; }
        var converted = await converter.ConvertAsync([.. values.Select(static value => (CustomObject)value)], other.Kind.ApiVersion, cancellationToken).ConfigureAwait(false);
        return [.. converted.Select(target.Fitted)];
    }

    /// <summary>Drops from an object, owned by the caller, what this version's schema does not know.</summary>
    public CustomObject Pruned(CustomObject item)
    {
        Pruner.Prune(item.Content, Schema, null);
        return item;
    }

    // Without what this version does not know; the content may be another object's.
    private CustomObject Fitted(CustomObject item)
    {
        if (!Pruner.WouldPrune(item.Content, Schema)) { return item; }
        item.Content = (JsonMap)JsonTree.Copy(item.Content)!;
        return Pruned(item);
    }

    private CustomObject Stored(CustomObject item, CustomObject? converted)
    {
        var storage = _revision.Storage;
        var stored = converted ?? (item.ApiVersion == storage.Kind.ApiVersion ? item : item.WithApiVersion(storage.Kind.ApiVersion));
        if (Pruner.WouldPrune(stored.Content, storage.Schema))
        {
            stored.Content = (JsonMap)JsonTree.Copy(stored.Content)!;
            Pruner.Prune(stored.Content, storage.Schema, null);
        }

        if (!Defaulter.WouldChange(stored.Content, storage.Schema)) { stored.ConformsTo = storage; }
        return stored;
    }

    private static Func<object, string> SelectorOf(FieldRoute route) => item => route.TryGet(((CustomObject)item).Content, out var value) ? value switch
    {
        string text => text, bool flag => flag ? "true" : "false", JsonNumber number => number.Text, _ => string.Empty,
    }
    : string.Empty;

    private static void CheckLists(JsonMap content, JsonMap before, SchemaNode schema, FieldErrors errors)
    {
        if (!schema.HasKeyedListsWithin) { return; }
        var found = new FieldErrors();
        ListTypeRules.Check(content, schema, found);
        if (found.Count == 0) { return; }
        var known = new FieldErrors();
        ListTypeRules.Check(before, schema, known);
        // What had twins already may keep them.
        if (known.Count == 0) { ListTypeRules.Check(content, schema, errors); }
    }

    private void AskRules(CustomObject item, CustomObject? before, FieldErrors errors)
    {
        if (_rules.Value is not { } rules) { return; }
        // What rules take for granted must hold.
        if (errors.Any(static error => error.Reason is "FieldValueRequired" or "FieldValueTypeInvalid" or "FieldValueTooLong" or "FieldValueTooMany" or "FieldValueNotSupported"))
        {
            errors.Invalid(FieldPath.Of("<nil>"), null, "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation");
            return;
        }

        new RuleRun(errors).Validate(rules, ForRules(item), before is null ? null : ForRules(before));
    }

    // Of the metadata rules see the name and the prefix of a generated one.
    private static JsonMap ForRules(CustomObject item)
    {
        var metadata = new JsonMap();
        if (item.Metadata.Name is { } name) { metadata["name"] = name; }
        if (item.Metadata.GenerateName is { } prefix) { metadata["generateName"] = prefix; }
        var tree = new JsonMap { ["apiVersion"] = item.ApiVersion, ["kind"] = item.Kind, ["metadata"] = metadata };
        foreach (var (key, value) in item.Content) { tree[key] = value; }
        return tree;
    }

    private bool ValidateType(CustomObject item, FieldErrors errors)
    {
        if (item.Kind != Kind.Kind) { errors.Invalid(FieldPath.Of("kind"), item.Kind, $"must be {Kind.Kind}"); }
        if (item.ApiVersion != Kind.ApiVersion) { errors.Invalid(FieldPath.Of("apiVersion"), item.ApiVersion, $"must be {Kind.ApiVersion}"); }
        return item.Kind == Kind.Kind && item.ApiVersion == Kind.ApiVersion;
    }

    // A schema may restrict the name and the prefix of generated names; an object keeps those that it has.
    private void ValidateRootMetadata(CustomObject item, CustomObject? before, FieldErrors errors)
    {
        if (!Schema.Properties.TryGetValue("metadata", out var schema) || schema.Properties.Count == 0) { return; }
        if (before is not null && before.Metadata.Name == item.Metadata.Name && before.Metadata.GenerateName == item.Metadata.GenerateName) { return; }
        var names = new JsonMap();
        if (item.Metadata.Name is { } name) { names["name"] = name; }
        if (item.Metadata.GenerateName is { } prefix) { names["generateName"] = prefix; }
        SchemaValidator.Validate(new JsonMap { ["metadata"] = names }, new SchemaNode { Properties = new OrderedDictionary<string, SchemaNode>(StringComparer.Ordinal) { ["metadata"] = schema } }, string.Empty, errors);
    }
}
