namespace Orch.Cel;

/// <summary>What a <see cref="CelValue"/> holds.</summary>
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

    /// <summary>A map or an object with fields.</summary>
    Map,

    /// <summary>A type, as <c>type(x)</c> gives it.</summary>
    Type,

    /// <summary>A value that may be missing.</summary>
    Optional,

    /// <summary>A value of a library's own type.</summary>
    Opaque,

    /// <summary>An evaluation's fault.</summary>
    Error,
}
