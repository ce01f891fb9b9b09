using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for spreading pods over parts of the cluster.</summary>
internal static class SpreadRules
{
    private const string Positive = "must be greater than zero";

    /// <summary>A pod's constraints.</summary>
    public static void Validate(IList<V1TopologySpreadConstraint>? constraints, FieldPath parent, FieldErrors errors)
    {
        if (constraints is not { Count: > 0 }) { return; }
        for (var index = 0; index < constraints.Count; index++)
        {
            var (constraint, path) = (constraints[index], parent.Child("topologySpreadConstraints").Index(index));
            if (constraint.MaxSkew <= 0) { errors.Invalid(path.Child("maxSkew"), constraint.MaxSkew, Positive); }
            if (string.IsNullOrEmpty(constraint.TopologyKey)) { errors.Required(path.Child("topologyKey"), "can not be empty"); }
            if (constraint.WhenUnsatisfiable is not ("DoNotSchedule" or "ScheduleAnyway")) { errors.NotSupported(path.Child("whenUnsatisfiable"), constraint.WhenUnsatisfiable ?? string.Empty, "DoNotSchedule", "ScheduleAnyway"); }
            for (var later = index + 1; later < constraints.Count; later++)
            {
                if (constraints[later].TopologyKey != constraint.TopologyKey || constraints[later].WhenUnsatisfiable != constraint.WhenUnsatisfiable) { continue; }
                errors.Duplicate(path.Child("{topologyKey, whenUnsatisfiable}"), $"{{{constraint.TopologyKey}, {constraint.WhenUnsatisfiable}}}");
                break;
            }

            if (constraint.MinDomains is { } domains)
            {
                if (domains <= 0) { errors.Invalid(path.Child("minDomains"), domains, Positive); }
                if (constraint.WhenUnsatisfiable != "DoNotSchedule")
                {
                    errors.Invalid(path.Child("minDomains"), domains, $"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {constraint.WhenUnsatisfiable}");
                }
            }

            Policy(constraint.NodeAffinityPolicy, path.Child("nodeAffinityPolicy"), errors);
            Policy(constraint.NodeTaintsPolicy, path.Child("nodeTaintsPolicy"), errors);
            LabelKeyRules.Validate(constraint.MatchLabelKeys, null, constraint.LabelSelector, path, errors);
            SelectorRules.Validate(constraint.LabelSelector, path.Child("labelSelector"), errors);
        }
    }

    private static void Policy(string? policy, FieldPath path, FieldErrors errors)
    {
        if (policy is not (null or "Honor" or "Ignore")) { errors.NotSupported(path, policy, "Honor", "Ignore"); }
    }
}
