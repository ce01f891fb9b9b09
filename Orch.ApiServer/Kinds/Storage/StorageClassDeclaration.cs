using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Storage;

/// <summary>storage.k8s.io/v1 StorageClass.</summary>
internal sealed class StorageClassDeclaration() : ResourceDeclaration<V1StorageClass>("storageclasses", ResourceScope.Cluster)
{
    private const string IsDefault = "storageclass.kubernetes.io/is-default-class";
    private const string WasDefault = "storageclass.beta.kubernetes.io/is-default-class";

    public override IReadOnlyList<string> ShortNames { get; } = ["sc"];

    // The name says too whether it is the default, so it is a column of its own.
    public override bool BeginsWithName => false;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        new("Name", "string", static (item, _) => Name((V1StorageClass)item)) { Format = "name", Description = "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names" },
        Column("Provisioner", "string", static item => item.Provisioner ?? string.Empty, description: "provisioner indicates the type of the provisioner."),
        Column("ReclaimPolicy", "string", static item => item.ReclaimPolicy ?? "Delete", description: "reclaimPolicy controls the reclaimPolicy for dynamically provisioned PersistentVolumes of this storage class. Defaults to Delete."),
        Column("VolumeBindingMode", "string", static item => item.VolumeBindingMode ?? "Immediate", description: "volumeBindingMode indicates how PersistentVolumeClaims should be provisioned and bound.  When unset, VolumeBindingImmediate is used. This field is only honored by servers that enable the VolumeScheduling feature."),
        Column("AllowVolumeExpansion", "string", static item => item.AllowVolumeExpansion ?? false, description: "allowVolumeExpansion shows whether the storage class allow volume expand."),
        PrinterColumns.Age,
    ];

    protected override void Default(V1StorageClass value)
    {
        value.ReclaimPolicy ??= "Delete";
        value.VolumeBindingMode ??= "Immediate";
    }

    protected override void Validate(V1StorageClass value, FieldErrors errors)
    {
        ProvisionerRules.Name(value.Provisioner, FieldPath.Of("provisioner"), errors);
        ProvisionerRules.Parameters(value.Parameters, true, FieldPath.Of("parameters"), errors);
        if (value.ReclaimPolicy is not (null or "" or "Delete" or "Retain")) { errors.NotSupported(FieldPath.Of("reclaimPolicy"), value.ReclaimPolicy, "Delete", "Retain"); }
        if (value.VolumeBindingMode is not ("Immediate" or "WaitForFirstConsumer")) { errors.NotSupported(FieldPath.Of("volumeBindingMode"), value.VolumeBindingMode, "Immediate", "WaitForFirstConsumer"); }
        Topologies(value.AllowedTopologies, FieldPath.Of("allowedTopologies"), errors);
    }

    protected override void ValidateUpdate(V1StorageClass value, V1StorageClass old, FieldErrors errors)
    {
        // Upstream checks a new class whole, a changed one by what may not change as well.
        Validate(value, errors);
        if (!ContentEquality.Same(value.Parameters, old.Parameters)) { errors.Forbidden(FieldPath.Of("parameters"), "updates to parameters are forbidden."); }
        if (value.Provisioner != old.Provisioner) { errors.Forbidden(FieldPath.Of("provisioner"), "updates to provisioner are forbidden."); }
        if (value.ReclaimPolicy != old.ReclaimPolicy) { errors.Forbidden(FieldPath.Of("reclaimPolicy"), "updates to reclaimPolicy are forbidden."); }
        ImmutableRule.Check(value.VolumeBindingMode, old.VolumeBindingMode, FieldPath.Of("volumeBindingMode"), errors);
    }

    protected override IEnumerable<string> WarningsFor(V1StorageClass value, V1StorageClass? old)
    {
        for (var index = 0; index < (value.AllowedTopologies?.Count ?? 0); index++)
        {
            for (var item = 0; item < (value.AllowedTopologies![index].MatchLabelExpressions?.Count ?? 0); item++)
            {
                var key = value.AllowedTopologies[index].MatchLabelExpressions![item].Key;
                if (Core.Pods.PodWarnings.Renamed(key) is { } text) { yield return $"allowedTopologies[{index}].matchLabelExpressions[{item}].key: {key} is {text}"; }
            }
        }
    }

    private static string Name(V1StorageClass item)
    {
        var annotations = item.Metadata?.Annotations;
        var isDefault = annotations is not null
            && ((annotations.TryGetValue(IsDefault, out var now) && now == "true") || (annotations.TryGetValue(WasDefault, out var before) && before == "true"));
        return isDefault ? $"{item.Metadata!.Name} (default)" : item.Metadata?.Name ?? string.Empty;
    }

    private static void Topologies(IList<V1TopologySelectorTerm>? terms, FieldPath path, FieldErrors errors)
    {
        // Upstream compares with an empty term for each that there is, too: one that asks for nothing is a repetition.
        var seen = Enumerable.Range(0, terms?.Count ?? 0).Select(static _ => new Dictionary<string, HashSet<string>>()).ToList();
        for (var index = 0; index < (terms?.Count ?? 0); index++)
        {
            var term = Term(terms![index], path.Index(index).Child("matchLabelExpressions"), errors);
            foreach (var other in seen)
            {
                if (other.Count == term.Count && other.All(pair => term.TryGetValue(pair.Key, out var values) && values.SetEquals(pair.Value)))
                {
                    errors.Duplicate(path.Index(index).Child("matchLabelExpressions"), string.Empty);
                }
            }

            seen.Add(term);
        }
    }

    private static Dictionary<string, HashSet<string>> Term(V1TopologySelectorTerm term, FieldPath path, FieldErrors errors)
    {
        var found = new Dictionary<string, HashSet<string>>();
        for (var index = 0; index < (term.MatchLabelExpressions?.Count ?? 0); index++)
        {
            var (requirement, at) = (term.MatchLabelExpressions![index], path.Index(index));
            var values = new HashSet<string>();
            if (requirement.Values is not { Count: > 0 }) { errors.Required(at.Child("values")); }
            for (var item = 0; item < (requirement.Values?.Count ?? 0); item++)
            {
                if (!values.Add(requirement.Values![item])) { errors.Duplicate(at.Child("values").Index(item), requirement.Values[item]); }
            }

            TextRules.QualifiedName(requirement.Key ?? string.Empty, at.Child("key"), errors);
            if (found.ContainsKey(requirement.Key ?? string.Empty)) { errors.Duplicate(at.Child("key"), requirement.Key ?? string.Empty); }
            found[requirement.Key ?? string.Empty] = values;
        }

        return found;
    }
}
