using k8s.Models;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;
using Orch.Serialization;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>The rules for custom resource definitions.</summary>
/// <remarks>
/// Wording and paths of apiextensions' validation. It sees what all versions share as if it stood above them: one version's schema is
/// told of as <c>spec.validation</c>, its columns as <c>spec.additionalPrinterColumns</c>.
/// </remarks>
internal static class DefinitionRules
{
    public const string PreserveText = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";
    private const string Approval = "api-approved.kubernetes.io";
    private static readonly FieldPath Spec = FieldPath.Of("spec");

    /// <summary>The name is made of plural and group.</summary>
    public static void ValidateName(V1CustomResourceDefinition value, FieldErrors errors)
    {
        if (value.Metadata.Name != $"{value.Spec?.Names?.Plural}.{value.Spec?.Group}") { errors.Invalid(FieldPath.Of("metadata").Child("name"), value.Metadata.Name ?? string.Empty, "must be spec.names.plural+\".\"+spec.group"); }
    }

    /// <summary>Everything that was asked for.</summary>
    /// <param name="old">What is stored; null for a new definition.</param>
    public static void ValidateSpec(V1CustomResourceDefinitionSpec? spec, V1CustomResourceDefinition? old, FieldErrors errors)
    {
        spec ??= new V1CustomResourceDefinitionSpec();
        var versions = spec.Versions ?? [];
        Group(spec.Group, errors);
        OneOf(spec.Scope, ["Cluster", "Namespaced"], Spec.Child("scope"), errors);
        var (preserves, strictness) = (spec.PreserveUnknownFields == true, SchemaStrictness.For(old));
        for (var index = 0; index < versions.Count; index++)
        {
            if (versions[index].Schema?.OpenAPIV3Schema is not null) { continue; }
            if (strictness.Schemas) { errors.Required(VersionPath(index).Child("schema").Child("openAPIV3Schema"), "schemas are required"); }
            else if (!preserves && versions[index].Served) { errors.Required(VersionPath(index).Child("schema").Child("openAPIV3Schema"), "because otherwise all fields are pruned"); }
        }

        var schemas = versions.Select(static version => version.Schema?.OpenAPIV3Schema is { } schema ? (JsonMap)JsonTree.Read(ApiJson.Serialize(schema))! : null).ToList();
        var hasDefaults = schemas.Exists(SchemaWalk.HasDefault);
        // What is pruned or filled in must be structural, whatever is stored.
        if (!strictness.Structural && (!preserves || hasDefaults || schemas.Exists(SchemaWalk.HasExtension))) { strictness = strictness with { Structural = true }; }
        if (preserves && hasDefaults)
        {
            errors.Invalid(Spec.Child("preserveUnknownFields"), true, "must be false in order to use defaults in the schema");
        }

        var shared = new Shared(versions, schemas);
        for (var index = 0; index < versions.Count; index++) { Version(versions[index], schemas[index], VersionPath(index), shared, strictness, IsKept(versions[index], old), errors); }
        if (versions.Select(static version => version.Name).Distinct().Count() != versions.Count) { errors.Invalid(Spec.Child("versions"), shared.WithoutShared(), "must contain unique version names"); }
        if (versions.Count(static version => version.Storage) != 1) { errors.Invalid(Spec.Child("versions"), shared.WithoutShared(), "must have exactly one version marked as storage version"); }
        var names = spec.Names ?? new V1CustomResourceDefinitionNames();
        var path = Spec.Child("names");
        if (string.IsNullOrEmpty(names.Plural)) { errors.Required(path.Child("plural")); }
        if (string.IsNullOrEmpty(names.Singular)) { errors.Required(path.Child("singular")); }
        if (string.IsNullOrEmpty(names.Kind)) { errors.Required(path.Child("kind")); }
        if (string.IsNullOrEmpty(names.ListKind)) { errors.Required(path.Child("listKind")); }
        DefinitionNames.Validate(names, path, errors);
        if (versions.Count > 0)
        {
            if (shared.Schema && schemas[0] is { } schema) { DefinitionSchemaRules.Validate(schema, Spec.Child("validation"), versions.Any(static version => version.Subresources?.Status is not null), strictness, IsKept(versions[0], old), errors); }
            if (shared.Subresources) { SubresourceRules.Validate(versions[0].Subresources, Spec.Child("subresources"), errors); }
            if (shared.Columns) { ColumnRules.Validate(versions[0].AdditionalPrinterColumns, Spec.Child("additionalPrinterColumns"), errors); }
            if (shared.Selectable) { ColumnRules.ValidateSelectable(versions[0].SelectableFields, shared.Schema ? schemas[0] : null, isShared: true, Spec.Child("selectableFields"), errors); }
        }

        ConversionRules.Validate(spec.Conversion, spec.PreserveUnknownFields == true, ConversionLeniency.For(old), Spec.Child("conversion"), errors);
    }

    /// <summary>What may not change any more.</summary>
    public static void ValidateChange(V1CustomResourceDefinitionSpec? spec, V1CustomResourceDefinition old, FieldErrors errors)
    {
        if (DefinitionConditions.IsTrue(old, DefinitionConditions.Established))
        {
            ImmutableRule.Check(spec?.Scope, old.Spec?.Scope, Spec.Child("scope"), errors);
            ImmutableRule.Check(spec?.Names?.Kind, old.Spec?.Names?.Kind, Spec.Child("names").Child("kind"), errors);
        }

        ImmutableRule.Check(spec?.Group, old.Spec?.Group, Spec.Child("group"), errors);
        ImmutableRule.Check(spec?.Names?.Plural, old.Spec?.Names?.Plural, Spec.Child("names").Child("plural"), errors);
    }

    /// <summary>Names in the status.</summary>
    public static void ValidateStatus(V1CustomResourceDefinitionStatus? status, FieldErrors errors)
    {
        if (status?.AcceptedNames is { } names) { DefinitionNames.Validate(names, FieldPath.Of("status").Child("acceptedNames"), errors); }
    }

    /// <summary>A version that may lie in the store cannot go.</summary>
    public static void ValidateStoredVersions(V1CustomResourceDefinition value, FieldErrors errors)
    {
        var path = FieldPath.Of("status").Child("storedVersions");
        var stored = value.Status?.StoredVersions ?? [];
        if (stored.Count == 0) { errors.Invalid(path, value.Status?.StoredVersions, "must have at least one stored version"); return; }
        foreach (var version in value.Spec?.Versions ?? [])
        {
            if (version.Storage && !stored.Contains(version.Name)) { errors.Invalid(path, stored, $"must have the storage version {version.Name}"); }
        }

        for (var index = 0; index < stored.Count; index++)
        {
            var name = stored[index];
            if ((value.Spec?.Versions ?? []).Any(version => version.Name == name)) { continue; }
            errors.Invalid(path.Index(index), name,
                $"missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in {name} and removes {name} from status.storedVersions");
        }
    }

    /// <summary>Groups of the Kubernetes community need a word of theirs; one that stays as good or as bad as it was is let be.</summary>
    /// <param name="old">What is stored; null for a new definition.</param>
    public static void ValidateApproval(V1CustomResourceDefinition value, V1CustomResourceDefinition? old, FieldErrors errors)
    {
        if (!IsProtected(value.Spec?.Group ?? string.Empty)) { return; }
        var path = FieldPath.Of("metadata").Child("annotations").Key(Approval);
        const string See = "see https://github.com/kubernetes/enhancements/pull/1111";
        var text = ApprovalOf(value);
        var state = StateOf(text);
        if (old is not null && StateOf(ApprovalOf(old)) == state) { return; }
        if (state == ApprovalState.Missing) { errors.Required(path, $"protected groups must have approval annotation \"{Approval}\", {See}"); }
        else if (state == ApprovalState.Invalid)
        {
            errors.Invalid(path, text, $"protected groups must have approval annotation \"{Approval}\" with either a URL or a reason starting with \"unapproved\", {See}");
        }
    }

    /// <summary>Whether a group belongs to the Kubernetes community.</summary>
    public static bool IsProtected(string group)
        => group is "k8s.io" or "kubernetes.io" || group.EndsWith(".k8s.io", StringComparison.Ordinal) || group.EndsWith(".kubernetes.io", StringComparison.Ordinal);

    /// <summary>Whether a text is a URL with scheme and host.</summary>
    public static bool IsUrl(string text) => GoUrl.Parse(text, out _) is { Host.Length: > 0, Scheme.Length: > 0 };

    /// <summary>A value out of a few.</summary>
    public static void OneOf(string? value, string[] allowed, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(value)) { errors.Required(path); }
        else if (!allowed.Contains(value)) { errors.NotSupported(path, value, allowed); }
    }

    private static string ApprovalOf(V1CustomResourceDefinition value)
        => value.Metadata.Annotations is { } annotations && annotations.TryGetValue(Approval, out var given) ? given ?? string.Empty : string.Empty;

    private static ApprovalState StateOf(string text)
        => text.Length == 0 ? ApprovalState.Missing
            : text.StartsWith("unapproved", StringComparison.Ordinal) ? ApprovalState.Bypassed
            : IsUrl(text) ? ApprovalState.Approved : ApprovalState.Invalid;

    private static void Group(string? group, FieldErrors errors)
    {
        var path = Spec.Child("group");
        if (string.IsNullOrEmpty(group)) { errors.Required(path); }
        else if (!TextRules.IsSubdomain(group)) { errors.Invalid(path, group, string.Join(',', NameRules.SubdomainFaults(group))); }
        else if (!group.Contains('.', StringComparison.Ordinal)) { errors.Invalid(path, group, "should be a domain with at least one dot"); }
    }

    private static FieldPath VersionPath(int index) => Spec.Child("versions").Index(index);

    // Whether a version has the schema that is stored.
    private static bool IsKept(V1CustomResourceDefinitionVersion version, V1CustomResourceDefinition? old)
        => old?.Spec?.Versions?.FirstOrDefault(other => other.Name == version.Name) is { } before && ContentEquality.Same(version.Schema, before.Schema);

    private static void Version(V1CustomResourceDefinitionVersion version, JsonMap? schema, FieldPath path, Shared shared, SchemaStrictness strictness, bool isKept, FieldErrors errors)
    {
        var faults = string.Join(',', NameRules.Label1035Faults(version.Name ?? string.Empty));
        if (faults.Length > 0) { errors.Invalid(path.Child("name"), version.Name ?? string.Empty, faults); }
        DeprecationWarning(version, path.Child("deprecationWarning"), errors);
        if (!shared.Schema && schema is not null) { DefinitionSchemaRules.Validate(schema, path.Child("schema"), version.Subresources?.Status is not null, strictness, isKept, errors); }
        if (!shared.Subresources) { SubresourceRules.Validate(version.Subresources, path.Child("subresources"), errors); }
        if (!shared.Columns) { ColumnRules.Validate(version.AdditionalPrinterColumns, path.Child("additionalPrinterColumns"), errors); }
        if (!shared.Selectable) { ColumnRules.ValidateSelectable(version.SelectableFields, shared.Schema ? null : schema, isShared: false, path.Child("selectableFields"), errors); }
    }

    private static void DeprecationWarning(V1CustomResourceDefinitionVersion version, FieldPath path, FieldErrors errors)
    {
        if (version.DeprecationWarning is not { } text) { return; }
        if (version.Deprecated != true) { errors.Invalid(path, text, "can only be set for deprecated versions"); return; }
        if (TextRules.ByteLength(text) > 256) { errors.Invalid(path, text, "must be <= 256 characters long"); }
        if (text.Length == 0) { errors.Invalid(path, text, "must not be an empty string"); }
        var index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsPrintable(rune))
            {
                errors.Invalid(path, text, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"must only contain printable UTF-8 characters; non-printable character found at index {index}"));
                return;
            }

            index += rune.Utf8SequenceLength;
        }
    }

    // As Go has it: letters, marks, numbers, punctuation, symbols and the plain space.
    private static bool IsPrintable(System.Text.Rune rune) => rune.Value == ' ' || System.Text.Rune.GetUnicodeCategory(rune) is not (
        System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.Surrogate
        or System.Globalization.UnicodeCategory.PrivateUse or System.Globalization.UnicodeCategory.OtherNotAssigned
        or System.Globalization.UnicodeCategory.SpaceSeparator or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator);

    private enum ApprovalState { Missing, Bypassed, Approved, Invalid }

    // What all versions have alike.
    private sealed class Shared(IList<V1CustomResourceDefinitionVersion> versions, List<JsonMap?> schemas)
    {
        public bool Schema { get; } = schemas.Count > 0 && schemas[0] is not null && schemas.TrueForAll(schema => JsonTree.Equals(schema, schemas[0]));

        public bool Subresources { get; } = Alike(versions, static version => version.Subresources);

        public bool Columns { get; } = Alike(versions, static version => version.AdditionalPrinterColumns is { Count: > 0 } columns ? columns : null);

        public bool Selectable { get; } = Alike(versions, static version => version.SelectableFields is { Count: > 0 } fields ? fields : null);

        /// <summary>The versions, each without what all have alike.</summary>
        public IList<V1CustomResourceDefinitionVersion> WithoutShared() =>
        [
            .. versions.Select(version => version with
            {
                Schema = Schema ? null : version.Schema,
                Subresources = Subresources ? null : version.Subresources,
                AdditionalPrinterColumns = Columns ? null : version.AdditionalPrinterColumns,
                SelectableFields = Selectable ? null : version.SelectableFields,
            }),
        ];

        private static bool Alike(IList<V1CustomResourceDefinitionVersion> versions, Func<V1CustomResourceDefinitionVersion, object?> part)
            => versions.Count > 0 && part(versions[0]) is { } first && versions.All(version => part(version) is { } other && ContentEquality.Same(first, other));
    }
}
