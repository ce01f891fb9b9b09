using k8s.Models;
using Orch.Serialization;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>The status that a definition should have, given the names that others of its group hold.</summary>
/// <remarks>Pure. Names are accepted each on its own; what is taken stays as it was accepted last.</remarks>
internal static class NamingPlan
{
    /// <summary>Makes the status.</summary>
    /// <param name="definition">Shared; not changed.</param>
    /// <param name="others">The other definitions of the group.</param>
    public static V1CustomResourceDefinitionStatus For(V1CustomResourceDefinition definition, IEnumerable<V1CustomResourceDefinition> others, DateTime now)
    {
        var status = ApiJson.DeepCopy(definition.Status ?? new V1CustomResourceDefinitionStatus());
        var (resources, kinds) = NamesOf(others);
        var accepted = status.AcceptedNames ?? new V1CustomResourceDefinitionNames();
        var wanted = definition.Spec.Names;
        (string Reason, string Message)? conflict = null;

        accepted.Plural = Take(wanted.Plural, accepted.Plural, resources, "PluralConflict");
        accepted.Singular = Take(wanted.Singular, accepted.Singular, resources, "SingularConflict");
        accepted.ShortNames = TakeAll(wanted.ShortNames, accepted.ShortNames);
        accepted.Kind = Take(wanted.Kind, accepted.Kind, kinds, "KindConflict");
        accepted.ListKind = Take(wanted.ListKind, accepted.ListKind, kinds, "ListKindConflict");
        accepted.Categories = wanted.Categories is { Count: > 0 } categories ? [.. categories] : null;
        status.AcceptedNames = accepted;

        if (conflict is { } found)
        {
            DefinitionConditions.Set(status, DefinitionConditions.NamesAccepted, false, found.Reason, found.Message, now);
            if (DefinitionConditions.Find(status, DefinitionConditions.Established)?.Status != "True")
            {
                DefinitionConditions.Set(status, DefinitionConditions.Established, false, "NotAccepted", "not all names are accepted", now);
            }
        }
        else
        {
            DefinitionConditions.Set(status, DefinitionConditions.NamesAccepted, true, "NoConflicts", "no conflicts found", now);
            if (DefinitionConditions.Find(status, DefinitionConditions.Established)?.Status != "True")
            {
                DefinitionConditions.Set(status, DefinitionConditions.Established, true, "InitialNamesAccepted", "the initial names have been accepted", now);
            }
        }

        return status;

        string Take(string name, string before, HashSet<string> taken, string reason)
        {
            if (name == before || !taken.Contains(name ?? string.Empty)) { return name!; }
            // Of several conflicts upstream tells the last.
            conflict = (reason, $"\"{name}\" is already in use");
            return before;
        }

        IList<string>? TakeAll(IList<string>? names, IList<string>? before)
        {
            var used = (names ?? []).Where(name => before?.Contains(name) != true && resources.Contains(name)).ToList();
            if (used.Count == 0) { return names is { Count: > 0 } ? [.. names] : null; }
            var faults = used.Distinct(StringComparer.Ordinal).Select(static name => $"\"{name}\" is already in use").ToList();
            conflict = ("ShortNamesConflict", faults.Count == 1 ? faults[0] : $"[{string.Join(", ", faults)}]");
            return before;
        }
    }

    private static (HashSet<string> Resources, HashSet<string> Kinds) NamesOf(IEnumerable<V1CustomResourceDefinition> others)
    {
        var (resources, kinds) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var names in others.Select(static other => other.Status?.AcceptedNames).OfType<V1CustomResourceDefinitionNames>())
        {
            foreach (var name in (names.ShortNames ?? []).Append(names.Plural).Append(names.Singular)) { if (!string.IsNullOrEmpty(name)) { resources.Add(name); } }
            foreach (var kind in (string[])[names.Kind, names.ListKind]) { if (!string.IsNullOrEmpty(kind)) { kinds.Add(kind); } }
        }

        return (resources, kinds);
    }
}
