namespace Orch.Cel;

/// <summary>The families of <see cref="CelType"/>.</summary>
public enum CelTypeKind
{
    /// <summary>Known only when evaluated.</summary>
    Dyn,

    /// <summary>The type of null.</summary>
    Null,

    /// <summary>bool.</summary>
    Bool,

    /// <summary>int.</summary>
    Int,

    /// <summary>uint.</summary>
    Uint,

    /// <summary>double.</summary>
    Double,

    /// <summary>string.</summary>
    String,

    /// <summary>bytes.</summary>
    Bytes,

    /// <summary>google.protobuf.Timestamp.</summary>
    Timestamp,

    /// <summary>google.protobuf.Duration.</summary>
    Duration,

    /// <summary>A list of one element type.</summary>
    List,

    /// <summary>A map of one key type and one value type.</summary>
    Map,

    /// <summary>The type of types.</summary>
    Type,

    /// <summary>A type with fields.</summary>
    Object,

    /// <summary>A library's own type, maybe with parameters, as optional_type.</summary>
    Opaque,

    /// <summary>A variable of a function's signature.</summary>
    Parameter,

    /// <summary>The type of what did not check.</summary>
    Error,
}
