namespace Orch.Cel.Json;

/// <summary>The kinds of JSON values.</summary>
public enum CelNodeKind
{
    /// <summary>null.</summary>
    Null,

    /// <summary>true.</summary>
    True,

    /// <summary>false.</summary>
    False,

    /// <summary>A string.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>An array.</summary>
    Array,

    /// <summary>An object.</summary>
    Object,
}
