namespace Orch.Cel.Costs;

/// <summary>How the cost of a call grows with what it is given; the rules of cel-go and of Kubernetes.</summary>
internal enum CostModel
{
    /// <summary>The same always.</summary>
    Fixed,

    /// <summary>By the characters of the first argument.</summary>
    Traverse,

    /// <summary>Twice the characters of the first argument: read, and the result written.</summary>
    TraverseTwice,

    /// <summary>By the characters of the second argument.</summary>
    TraverseSecond,

    /// <summary>As <see cref="Traverse"/>, with a result of four times the size at most.</summary>
    StringToBytes,

    /// <summary>As <see cref="Traverse"/>, with a result of a quarter of the size at least.</summary>
    BytesToString,

    /// <summary>As <see cref="Traverse"/>, with a result of twice the size and two at most.</summary>
    Quote,

    /// <summary>By the smaller of the two; values of Kubernetes' own types are compared at once.</summary>
    Equality,

    /// <summary>By the smaller of the two.</summary>
    Inequality,

    /// <summary>By the smaller of the two strings; numbers cost one.</summary>
    Compare,

    /// <summary>By the sum of the two strings; the rest costs one.</summary>
    Add,

    /// <summary>By the length of the list; a map costs one.</summary>
    In,

    /// <summary>By characters times the length of the pattern.</summary>
    Match,

    /// <summary>As <see cref="Match"/>, with a result.</summary>
    Find,

    /// <summary>By characters times the characters searched.</summary>
    Contains,

    /// <summary>By the items of the list and their characters.</summary>
    Items,

    /// <summary>As <see cref="Items"/>, or by the characters of a string.</summary>
    IndexOf,

    /// <summary>By the result's characters.</summary>
    Join,

    /// <summary>As <see cref="TraverseTwice"/>, with the result's size reckoned.</summary>
    Replace,

    /// <summary>As <see cref="TraverseTwice"/>, with a list as result.</summary>
    Split,

    /// <summary>By the product of both lists.</summary>
    SetProduct,

    /// <summary>By the product of both lists, twice.</summary>
    SetEquivalence,

    /// <summary>An address or network in another.</summary>
    NetworkContains,

    /// <summary>An address or network, given as text, in another.</summary>
    NetworkContainsText,

    /// <summary>A network in another.</summary>
    NetworkContainsNetwork,

    /// <summary>A network, given as text, in another.</summary>
    NetworkContainsNetworkText,

    /// <summary>By the characters times the length of the format's pattern.</summary>
    Validate,

    /// <summary>By the characters of a selector and the requirements that they can be.</summary>
    Selector,

    /// <summary>By the items of the list, a list as result.</summary>
    CopyList,

    /// <summary>By the square of the list's length.</summary>
    Distinct,

    /// <summary>By the number given.</summary>
    Range,
}
