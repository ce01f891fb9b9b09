namespace Orch.Cel;

/// <summary>What a <see cref="CelValue"/> holds, and the families of <see cref="CelType"/>.</summary>
public enum CelKind : byte
{
    /// <summary>The null value.</summary>
    Null,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>A signed integer of 64 bits.</summary>
    Int,

    /// <summary>An unsigned integer of 64 bits.</summary>
    Uint,

    /// <summary>A floating point number of 64 bits.</summary>
    Double,

    /// <summary>Text.</summary>
    String,

    /// <summary>A sequence of bytes.</summary>
    Bytes,

    /// <summary>A point in time, in nanoseconds, of the years 1 to 9999.</summary>
    Timestamp,

    /// <summary>A span of time in nanoseconds.</summary>
    Duration,

    /// <summary>A list.</summary>
    List,

    /// <summary>A map; a value of this kind may also be an object with fields.</summary>
    Map,

    /// <summary>A type, as <c>type(x)</c> gives it.</summary>
    Type,

    /// <summary>A value that may be missing; its type is <see cref="Opaque"/>.</summary>
    Optional,

    /// <summary>A value of a library's own type.</summary>
    Opaque,

    /// <summary>An evaluation's fault, and the type of what did not check.</summary>
    Error,

    /// <summary>Of types alone: known only when evaluated.</summary>
    Dyn,

    /// <summary>Of types alone: with fields.</summary>
    Object,

    /// <summary>Of types alone: a variable of a function's signature.</summary>
    Parameter,
}
