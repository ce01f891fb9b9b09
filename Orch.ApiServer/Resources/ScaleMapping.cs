namespace Orch.ApiServer.Resources;

/// <summary>How a kind maps to <c>autoscaling/v1 Scale</c>.</summary>
/// <param name="SpecReplicas">Reads what is wanted.</param>
/// <param name="SetSpecReplicas">Changes what is wanted, on an object owned by the caller.</param>
/// <param name="StatusReplicas">Reads what is there.</param>
/// <param name="Selector">The pods' selector in string form; empty when there is none.</param>
public sealed record ScaleMapping(
    Func<object, int> SpecReplicas, Action<object, int> SetSpecReplicas, Func<object, int> StatusReplicas, Func<object, string> Selector);
