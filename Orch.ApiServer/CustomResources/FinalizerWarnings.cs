using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources;

/// <summary>What is told of finalizers that a custom object gets and that others may use too.</summary>
internal static class FinalizerWarnings
{
    private static readonly string[] Standard = ["orphan", "foregroundDeletion", "kubernetes"];

    /// <summary>The warnings of an object's new finalizers.</summary>
    public static IEnumerable<string> Of(IList<string> finalizers, IList<string>? old)
    {
        var added = old is null ? finalizers : finalizers.Except(old);
        return added.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Where(static name => !name.Contains('/', StringComparison.Ordinal) && !Standard.Contains(name))
            .Select(static name => $"metadata.finalizers: {GoText.Quote(name)}: prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers");
    }
}
