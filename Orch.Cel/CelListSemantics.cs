namespace Orch.Cel;

/// <summary>When two lists are equal and what adding them gives; Kubernetes' <c>x-kubernetes-list-type</c>.</summary>
public enum CelListSemantics
{
    /// <summary>Item by item; adding appends.</summary>
    Atomic,

    /// <summary>In any order; adding appends what is not there yet.</summary>
    Set,

    /// <summary>By key, in any order; adding replaces the entry with the same key.</summary>
    Map,
}
