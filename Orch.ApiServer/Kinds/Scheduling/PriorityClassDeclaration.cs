using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Scheduling;

/// <summary>scheduling.k8s.io/v1 PriorityClass.</summary>
internal sealed class PriorityClassDeclaration() : ResourceDeclaration<V1PriorityClass>("priorityclasses", ResourceScope.Cluster)
{
    private const int HighestForUsers = 1_000_000_000;
    private const string SystemPrefix = "system-";

    public override IReadOnlyList<string> ShortNames { get; } = ["pc"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Value", "integer", static item => item.Value ?? 0, description: "value represents the integer value of this priority class. This is the actual priority that pods receive when they have the name of this class in their pod spec."),
        Column("Global-Default", "boolean", static item => item.GlobalDefault ?? false, description: "globalDefault specifies whether this PriorityClass should be considered as the default priority for pods that do not have any priority class. Only one PriorityClass can be marked as `globalDefault`. However, if more than one PriorityClasses exists with their `globalDefault` field set to true, the smallest value of such global default PriorityClasses will be used as the default priority."),
        PrinterColumns.Age,
        Column("PreemptionPolicy", "string", static item => item.PreemptionPolicy, description: "preemptionPolicy is the Policy for preempting pods with lower priority. One of Never, PreemptLowerPriority. Defaults to PreemptLowerPriority if unset."),
    ];

    protected override void Default(V1PriorityClass value)
    {
        value.Value ??= 0;
        value.PreemptionPolicy ??= "PreemptLowerPriority";
        if (value.GlobalDefault == false) { value.GlobalDefault = null; }
    }

    protected override void PrepareForCreate(V1PriorityClass value) => value.Metadata.Generation = 1;

    protected override void Validate(V1PriorityClass value, FieldErrors errors)
    {
        var name = value.Metadata.Name ?? string.Empty;
        if (name.StartsWith(SystemPrefix, StringComparison.Ordinal))
        {
            if (SystemFault(name, value) is { } fault)
            {
                errors.Forbidden(FieldPath.Of("metadata").Child("name"), $"priority class names with '{SystemPrefix}' prefix are reserved for system use only. error: {fault}");
            }
        }
        else if (value.Value > HighestForUsers)
        {
            errors.Forbidden(FieldPath.Of("value"), $"maximum allowed value of a user defined priority is {HighestForUsers}");
        }

        if (string.IsNullOrEmpty(value.PreemptionPolicy)) { errors.Required(FieldPath.Of("preemptionPolicy")); }
        else if (value.PreemptionPolicy is not ("PreemptLowerPriority" or "Never")) { errors.NotSupported(FieldPath.Of("preemptionPolicy"), value.PreemptionPolicy, "PreemptLowerPriority", "Never"); }
    }

    protected override void ValidateUpdate(V1PriorityClass value, V1PriorityClass old, FieldErrors errors)
    {
        if (value.Value != old.Value) { errors.Forbidden(FieldPath.Of("value"), "may not be changed in an update."); }
        ImmutableRule.Check(value.PreemptionPolicy, old.PreemptionPolicy, FieldPath.Of("preemptionPolicy"), errors);
    }

    private static string? SystemFault(string name, V1PriorityClass value)
    {
        var expected = name switch { "system-node-critical" => 2_000_001_000, "system-cluster-critical" => 2_000_000_000, _ => 0 };
        if (expected == 0) { return $"{name} is not a known system priority class"; }
        if (value.Value != expected) { return $"value of {name} PriorityClass must be {expected}"; }
        return value.GlobalDefault == true ? $"globalDefault of {name} PriorityClass must be false" : null;
    }
}
